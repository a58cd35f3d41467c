"""What the files of zones say, as values; of a bad file, every fault and its line."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import ngettext

from seeds.cells import adcode, code, day, flag, one_of, optional_text, text
from seeds.tabular import Fault, Parse, Record, parse_cells, read_records
from wastehub.errors import Refused
from wastehub.places import adcodes
from wastehub.places.models import Region, Succession, Zone, ZonePart
from wastehub.sourced import Confidence

MOST_CODE = 60
SOURCED: Mapping[str, Parse] = {
    "source": text(400),
    "confidence": one_of(Confidence.values),
}
NAMED: Mapping[str, Parse] = {"name_zh": text(60), "name_en": optional_text(80)}
ZONES: Mapping[str, Parse] = {
    "code": code(MOST_CODE),
    "kind": one_of(Zone.Kind.values),
    **NAMED,
    "is_provisional": flag,
    "note_zh": optional_text(400),
    "note_en": optional_text(800),
    **SOURCED,
}
PARTS: Mapping[str, Parse] = {
    "zone": code(MOST_CODE),
    "adcode": adcode,
    "share": one_of(ZonePart.Share.values),
}
SUCCESSIONS: Mapping[str, Parse] = {
    "retired": adcode,
    "name_zh": text(60),
    "successor": adcode,
    "since": day,
    "is_whole": flag,
    **SOURCED,
}
# A list of a basin's counties as it is worked out from a map; these columns count.
COUNTIES: Mapping[str, Parse] = {
    "adcode": adcode,
    "class": one_of((ZonePart.Share.CORE, ZonePart.Share.PART)),
}
_BESIDE = ("city", "district", "km2", "ne_line")

Rows = list[dict[str, Any]]


def read_rows(path: Path, columns: Mapping[str, Parse], key: Sequence[str]) -> Rows:
    """The rows of a file that ships with these columns, each key once.

    Raises
    ------
    Refused
        ``zones_faulty``, with every fault in the message, as all readers here.
    """
    records, faults = read_records(path, columns)
    rows, more = parse_records(records, columns)
    refuse_faulty([*faults, *more, *repeated_faults(records, key)])
    return rows


def read_counties(path: Path) -> dict[str, str]:
    """Each county's share by its adcode, from a list of a basin's counties."""
    records, faults = read_records(path, [*COUNTIES, *_BESIDE])
    rows, more = parse_records(records, COUNTIES)
    faults += [*more, *repeated_faults(records, ["adcode"])]
    faults += adcode_faults(records)
    refuse_faulty(faults)
    return {row["adcode"]: row["class"] for row in rows}


def parse_records(
    records: Iterable[Record], columns: Mapping[str, Parse]
) -> tuple[Rows, list[Fault]]:
    """The values of all rows, and what is wrong in their cells."""
    rows, faults = [], []
    for record in records:
        values, wrong = parse_cells(record, columns)
        rows.append(values)
        faults += wrong
    return rows, faults


def adcode_faults(records: Sequence[Record]) -> list[Fault]:
    """Rows whose adcode the current map lacks, or whose region lies in another's."""
    given = {record.cells["adcode"] for record in records}
    sound = {cell for cell in given if adcodes.is_adcode(cell)}
    current = Region.objects.current().filter(adcode__in=sound)
    known = set(current.values_list("adcode", flat=True))
    after = dict(
        Succession.objects.filter(retired__in=sound - known).values_list(
            "retired", "successor"
        )
    )
    faults = []
    for record in records:
        cell = record.cells["adcode"]
        if cell in sound:
            reason = _unfit(cell, known, after, given)
            faults += [record.fault("adcode", reason)] if reason else []
    return faults


def repeated_faults(records: Sequence[Record], key: Sequence[str]) -> list[Fault]:
    """Rows that have the same key as another one."""
    keys = [tuple(record.cells[column] for column in key) for record in records]
    counts = Counter(keys)
    return [
        record.fault(key[-1], f"{' '.join(at)} stands in more than one row")
        for record, at in zip(records, keys, strict=True)
        if counts[at] > 1
    ]


def refuse_faulty(faults: Sequence[Fault]) -> None:
    """Nothing where there is no fault.

    Raises
    ------
    Refused
        ``zones_faulty``, with every fault in the message, a line each.
    """
    if faults:
        raise refusal(*faults)


def refusal(*faults: Fault) -> Refused:
    """What is raised for a file with these faults."""
    told = ngettext(
        "There is %(count)d fault; nothing was written.",
        "There are %(count)d faults; nothing was written.",
        len(faults),
    )
    listed = "\n".join(str(fault) for fault in faults)
    return Refused("zones_faulty", f"{told % {'count': len(faults)}}\n{listed}")


def _unfit(
    adcode: str, known: set[str], after: Mapping[str, str], given: set[str]
) -> str:
    if adcode in after:
        return f"{adcode} is a retired code: write {after[adcode]}"
    if adcode not in known:
        return f"no region of the current map has the code {adcode}"
    outer = {*adcodes.around(adcode), adcodes.COUNTRY} & given - {adcode}
    return f"{adcode} lies in {min(outer)}, which is listed too" if outer else ""
