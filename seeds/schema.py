"""What each file of the catalogue must hold, and how a folder of them is read.

The columns mirror ``wastehub.catalogue.models``. Nothing here knows the database: a
folder is either sound, or all that is wrong with it is told at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seeds import cells
from seeds.consistency import consistency_faults
from seeds.rows import (
    AdmissionRow,
    Catalogue,
    CategoryRow,
    DisplacementRow,
    FactorRow,
    LaboratoryTestRow,
    LimitRow,
    MaterialRow,
    ParameterRow,
    PolicyTargetRow,
    RouteRow,
    Row,
    StandardRow,
    TreatmentRow,
    TypicalRow,
)
from seeds.tabular import Fault, Parse, Record, parse_cells, read_records

CONFIDENCE = ("H", "M+", "M", "M-", "L")
BASIS = ("dry", "wet", "none")
OPERATORS = ("<=", ">=")
MEASURES = ("utilisation_rate", "balance", "mass")
UNITS = (
    *("-", "%", "mg/kg", "mg/L", "Bq/kg"),
    *("g/cm3", "mm", "month", "m2/kg", "MPa", "MJ/kg", "kWh/kg"),
)
TARGET_UNITS = ("%", "Mt")


@dataclass(frozen=True)
class Table:
    """One file: its columns, what makes a row unique, and which files it names.

    ``references`` maps columns of this file to the table whose key they hold; an empty
    cell names nothing.
    """

    row: type[Row]
    key: tuple[str, ...]
    columns: Mapping[str, Parse]
    references: Mapping[tuple[str, ...], str] = field(default_factory=dict)


Records = Mapping[str, Sequence[Record]]

_SOURCED: Mapping[str, Parse] = {
    "source": cells.text(400),
    "confidence": cells.one_of(CONFIDENCE),
}
_DATED: Mapping[str, Parse] = {
    "valid_from": cells.optional(cells.day),
    "valid_to": cells.optional(cells.day),
    **_SOURCED,
}
_CITED: Mapping[str, Parse] = {
    "standard": cells.optional_text(40),
    "edition": cells.optional_text(10),
    "clause": cells.optional_text(60),
}
_CODE = cells.code(40)
_NAMED: Mapping[str, Parse] = {
    "code": _CODE,
    "name_zh": cells.text(100),
    "name_en": cells.text(100),
}
_LONG_NAMED: Mapping[str, Parse] = {
    "code": cells.code(60),
    "name_zh": cells.text(200),
    "name_en": cells.text(200),
}
_UNIT = cells.one_of(UNITS)
_STANDARD = ("standard", "edition")

TABLES: Mapping[str, Table] = {
    "parameters": Table(
        ParameterRow,
        ("code",),
        {
            **_NAMED,
            "unit": _UNIT,
            "basis": cells.one_of(BASIS),
            "plausible_low": cells.number,
            "plausible_high": cells.number,
            "formula": cells.formula_text,
            "is_calculated": cells.mark,
            "is_oxide": cells.mark,
        },
    ),
    "tests": Table(
        LaboratoryTestRow,
        ("parameter",),
        {
            "parameter": _CODE,
            "name_zh": cells.text(100),
            "name_en": cells.text(100),
            "price_yuan": cells.price,
            **_SOURCED,
        },
        {("parameter",): "parameters"},
    ),
    "categories": Table(
        CategoryRow,
        ("code",),
        {
            "code": cells.text(4),
            "name_zh": cells.text(100),
            "name_en": cells.text(100),
            **_SOURCED,
        },
    ),
    "materials": Table(
        MaterialRow,
        ("code",),
        {
            **_NAMED,
            "category": cells.optional(cells.text(4)),
            "code_pattern": cells.pattern(60),
            "reach_km": cells.positive,
            "colour": cells.colour,
            **_SOURCED,
        },
        {("category",): "categories"},
    ),
    "typical": Table(
        TypicalRow,
        ("material", "parameter"),
        {
            "material": _CODE,
            "parameter": _CODE,
            "low": cells.number,
            "high": cells.number,
            "unit": _UNIT,
            "plausible_low": cells.optional(cells.number),
            "plausible_high": cells.optional(cells.number),
            **_SOURCED,
        },
        {("material",): "materials", ("parameter",): "parameters"},
    ),
    "standards": Table(
        StandardRow,
        ("code", "edition"),
        {
            "code": cells.text(40),
            "edition": cells.text(10),
            "title_zh": cells.text(200),
            "title_en": cells.text(200),
            **_DATED,
        },
    ),
    "routes": Table(RouteRow, ("code",), {**_NAMED, **_SOURCED}),
    "admissions": Table(
        AdmissionRow,
        ("route", "material", "valid_from"),
        {
            "route": _CODE,
            "material": _CODE,
            "admitted": cells.flag,
            "max_share_frac": cells.fraction,
            "reason_zh": cells.optional_text(300),
            "reason_en": cells.optional_text(300),
            **_CITED,
            **_DATED,
        },
        {("route",): "routes", ("material",): "materials", _STANDARD: "standards"},
    ),
    "limits": Table(
        LimitRow,
        ("route", "material", "grade", "parameter", "operator", "valid_from"),
        {
            "route": _CODE,
            "material": cells.optional(_CODE),
            "grade": cells.optional_text(40),
            "parameter": _CODE,
            "operator": cells.one_of(OPERATORS),
            "value": cells.optional(cells.number),
            "unit": _UNIT,
            "basis": cells.one_of(BASIS),
            "test_method": cells.optional_text(100),
            **_CITED,
            **_DATED,
        },
        {
            ("route",): "routes",
            ("material",): "materials",
            ("parameter",): "parameters",
            _STANDARD: "standards",
        },
    ),
    "treatments": Table(
        TreatmentRow,
        ("code", "material", "parameter"),
        {
            "code": _CODE,
            "material": _CODE,
            "parameter": _CODE,
            "name_zh": cells.text(100),
            "name_en": cells.text(100),
            "reaches": cells.number,
            "unit": _UNIT,
            "fixed_yuan_per_t": cells.yuan,
            "yuan_per_t_per_unit": cells.yuan,
            **_SOURCED,
        },
        {("material",): "materials", ("parameter",): "parameters"},
    ),
    "factors": Table(
        FactorRow,
        ("code",),
        {
            **_LONG_NAMED,
            "value": cells.number,
            "low": cells.optional(cells.number),
            "high": cells.optional(cells.number),
            "unit": cells.text(40),
            **_SOURCED,
        },
    ),
    "displacements": Table(
        DisplacementRow,
        ("route", "material"),
        {"route": _CODE, "material": _CODE, "factor": cells.code(60), **_SOURCED},
        {("route",): "routes", ("material",): "materials", ("factor",): "factors"},
    ),
    "policy_targets": Table(
        PolicyTargetRow,
        ("code",),
        {
            **_LONG_NAMED,
            "material": cells.optional(_CODE),
            "adcode": cells.adcode,
            "year": cells.year,
            "measure": cells.one_of(MEASURES),
            "value": cells.positive,
            "unit": cells.one_of(TARGET_UNITS),
            **_SOURCED,
        },
        {("material",): "materials"},
    ),
}


def read_catalogue(folder: Path) -> tuple[Catalogue, list[Fault], Records]:
    """The catalogue in a folder, everything that is wrong with it, and its cells.

    The catalogue holds the rows that are well-formed; it is fit for use only when the
    list of faults is empty. Faults are sorted by file and line.
    """
    records, unread = _read_folder(folder)
    catalogue, faults = catalogue_of(records)
    return catalogue, in_order([*unread, *faults]), records


def _read_folder(folder: Path) -> tuple[Records, list[Fault]]:
    """The cells of every file in a folder, and the files that can not be read."""
    records: dict[str, list[Record]] = {}
    faults: list[Fault] = []
    for name, table in TABLES.items():
        records[name], unread = read_records(folder / f"{name}.csv", table.columns)
        faults += unread
    return records, faults


def catalogue_of(records: Records) -> tuple[Catalogue, list[Fault]]:
    """The catalogue that cells make, wherever they come from, and all its faults."""
    catalogue, faults = _parse(records)
    for name, table in TABLES.items():
        faults += _repeated(records[name], table.key)
        faults += _dangling(records, name)
    faults += consistency_faults(catalogue)
    return catalogue, in_order(faults)


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Each fault once, by file and line."""
    return sorted(set(faults), key=_place)


def _parse(records: Records) -> tuple[Catalogue, list[Fault]]:
    rows: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, table in TABLES.items():
        sound = []
        for record in records[name]:
            values, wrong = parse_cells(record, table.columns)
            faults += wrong
            if not wrong:
                sound.append(table.row(line=record.line, label=record.label, **values))
        rows[name] = tuple(sound)
    return Catalogue(**rows), faults


def _repeated(records: Sequence[Record], key: Sequence[str]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], Record] = {}
    for record in records:
        before = first.setdefault(_cells(record, key), record)
        if before is not record:
            what = ", ".join(key)
            yield record.fault(key[0], f"{before.place} has the same {what}")


def _dangling(records: Records, name: str) -> Iterator[Fault]:
    """Names of rows that do not exist; silent about files that could not be read."""
    for columns, target in TABLES[name].references.items():
        file = f"{target}.csv"
        known = {_cells(record, TABLES[target].key) for record in records[target]}
        for record in records[name]:
            named = _cells(record, columns)
            if known and named[0] and named not in known:
                reason = f"{' '.join(named).strip()!r} is not in {file}"
                yield record.fault(columns[0], reason)


def _cells(record: Record, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(record.cells[column] for column in columns)


def _place(fault: Fault) -> tuple[str, int, str, str]:
    return fault.file, fault.line or 0, fault.column, fault.reason
