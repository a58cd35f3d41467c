"""What two authorities need of deliveries between their places, in one file.

A pack holds the notes, the lines of the ledgers that they wrote and the parties, as
CSV and as one workbook, and papers that the caller adds. It holds what the caller may
see of them, and no price.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import Q, QuerySet
from django.utils import timezone

from wastehub.exchange.models import TransferNote
from wastehub.ledger.models import Entry
from wastehub.places import adcodes
from wastehub.registry.models import Facility
from wastehub.reporting.registers import (
    KEPT_YEARS,
    LEDGER,
    NOTES,
    PARTIES,
    ledger_rows,
    note_rows,
    party_rows,
)
from wastehub.tables import Row, csv_file, xlsx_file

Sheet = tuple[str, Row, list[list[Any]]]


def between_provinces(
    notes: QuerySet[TransferNote], first_adcode: str, second_adcode: str
) -> QuerySet[TransferNote]:
    """Notes of deliveries from one province to another, either way round."""
    one, other = adcodes.prefix(first_adcode), adcodes.prefix(second_adcode)
    return notes.filter(_from_to(one, other) | _from_to(other, one))


def pack(
    notes: QuerySet[TransferNote],
    entries: QuerySet[Entry],
    about: str,
    papers: Iterable[tuple[str, bytes]] = (),
) -> bytes:
    """A ZIP file of these notes and of what they wrote.

    Parameters
    ----------
    entries
        The entries that the caller may see; those of the notes are taken.
    about
        What the pack is about, and which papers it holds.
    papers
        Name and content of each file that goes with the tables.
    """
    sheets = list(_sheets(notes, entries))
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("说明-read-me.txt", _words(about))
        for name, heads, rows in sheets:
            packed.writestr(f"{name.replace(' ', '-')}.csv", csv_file(heads, rows))
        packed.writestr("登记-register.xlsx", xlsx_file(sheets))
        for name, content in papers:
            packed.writestr(name, content)
    return file.getvalue()


def _from_to(origin: str, destination: str) -> Q:
    return Q(
        agreement__consignor__county__adcode__startswith=origin,
        agreement__consignee__county__adcode__startswith=destination,
    )


def _sheets(notes: QuerySet[TransferNote], entries: QuerySet[Entry]) -> Iterator[Sheet]:
    ordered = notes.order_by("planned_on", "number")
    yield "联单 notes", list(NOTES), list(note_rows(ordered))
    wrote = entries.filter(
        reference__in=notes.order_by().values("number"), source_key__isnull=False
    )
    in_order = wrote.order_by("facility__name_zh", "sequence")
    yield "台账 ledger", list(LEDGER), list(ledger_rows(in_order))
    sites = Facility.objects.filter(
        Q(pk__in=notes.order_by().values("agreement__consignor"))
        | Q(pk__in=notes.order_by().values("agreement__consignee"))
    )
    yield "单位 parties", list(PARTIES), list(party_rows(sites.order_by("name_zh")))


def _words(about: str) -> str:
    return (
        f"{about}\n"
        f"制表日期 Made on: {timezone.localdate().isoformat()}\n"
        "质量单位为吨（湿基）；不含价格。Masses are wet tonnes; there is no price.\n"
        f"记录至少保存 {KEPT_YEARS} 年，系统不删除任何记录。"
        f"Records are kept for {KEPT_YEARS} years at least; the system deletes none.\n"
    )
