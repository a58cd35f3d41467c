"""The rows of the catalogue as typed values, with the line each was read from.

A row holds what its file holds: other rows are named by their codes. ``unit`` and
``basis`` repeat those of the row's parameter, so that a reader of the file sees them
and a slip shows.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import ClassVar

# Rows with this label are editable defaults: no verdict rests on them.
NEVER_DECIDES = "L"
_AT = ("line", "label")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What all rows share; ``label`` names a row that stands in no file yet."""

    file: ClassVar[str]
    line: int = field(compare=False)
    label: str = field(default="", compare=False)

    @property
    def place(self) -> str:
        """What another row calls this one."""
        return self.label or f"line {self.line}"

    def values(self) -> dict[str, object]:
        """The row without the place it was read from."""
        return {name: value for name, value in asdict(self).items() if name not in _AT}


@dataclass(frozen=True, kw_only=True)
class Sourced(Row):
    """A row that states a fact."""

    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Dated(Sourced):
    """A fact that holds between two days, both included; an empty end is open."""

    valid_from: date | None
    valid_to: date | None

    def overlaps(self, other: "Dated") -> bool:
        """Whether there is a day on which both rows hold."""
        return (self.valid_from or date.min) <= (other.valid_to or date.max) and (
            other.valid_from or date.min
        ) <= (self.valid_to or date.max)


@dataclass(frozen=True, kw_only=True)
class ParameterRow(Row):
    file = "parameters.csv"
    code: str
    name_zh: str
    name_en: str
    unit: str
    basis: str
    plausible_low: float
    plausible_high: float
    formula: str
    is_calculated: bool
    is_oxide: bool


@dataclass(frozen=True, kw_only=True)
class LaboratoryTestRow(Sourced):
    file = "tests.csv"
    parameter: str
    name_zh: str
    name_en: str
    price_yuan: Decimal


@dataclass(frozen=True, kw_only=True)
class CategoryRow(Sourced):
    file = "categories.csv"
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class MaterialRow(Sourced):
    file = "materials.csv"
    code: str
    name_zh: str
    name_en: str
    category: str | None
    code_pattern: str
    reach_km: float
    colour: str


@dataclass(frozen=True, kw_only=True)
class TypicalRow(Sourced):
    file = "typical.csv"
    material: str
    parameter: str
    low: float
    high: float
    unit: str
    plausible_low: float | None
    plausible_high: float | None


@dataclass(frozen=True, kw_only=True)
class StandardRow(Dated):
    file = "standards.csv"
    code: str
    edition: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, kw_only=True)
class RouteRow(Sourced):
    file = "routes.csv"
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class AdmissionRow(Dated):
    file = "admissions.csv"
    route: str
    material: str
    admitted: bool
    max_share_frac: float
    reason_zh: str
    reason_en: str
    standard: str
    edition: str
    clause: str


@dataclass(frozen=True, kw_only=True)
class LimitRow(Dated):
    file = "limits.csv"
    route: str
    material: str | None
    grade: str
    parameter: str
    operator: str
    value: float | None
    unit: str
    basis: str
    test_method: str
    standard: str
    edition: str
    clause: str

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on this limit."""
        return self.confidence != NEVER_DECIDES


@dataclass(frozen=True, kw_only=True)
class TreatmentRow(Sourced):
    file = "treatments.csv"
    code: str
    material: str
    parameter: str
    name_zh: str
    name_en: str
    reaches: float
    unit: str
    fixed_yuan_per_t: Decimal
    yuan_per_t_per_unit: Decimal


@dataclass(frozen=True, kw_only=True)
class FactorRow(Sourced):
    file = "factors.csv"
    code: str
    name_zh: str
    name_en: str
    value: float
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, kw_only=True)
class DisplacementRow(Sourced):
    file = "displacements.csv"
    route: str
    material: str
    factor: str


@dataclass(frozen=True, kw_only=True)
class PolicyTargetRow(Sourced):
    file = "policy_targets.csv"
    code: str
    name_zh: str
    name_en: str
    material: str | None
    adcode: str
    year: int
    measure: str
    value: float
    unit: str


@dataclass(frozen=True)
class Catalogue:
    """Everything that is allowed, and what it rests on."""

    parameters: tuple[ParameterRow, ...]
    tests: tuple[LaboratoryTestRow, ...]
    categories: tuple[CategoryRow, ...]
    materials: tuple[MaterialRow, ...]
    typical: tuple[TypicalRow, ...]
    standards: tuple[StandardRow, ...]
    routes: tuple[RouteRow, ...]
    admissions: tuple[AdmissionRow, ...]
    limits: tuple[LimitRow, ...]
    treatments: tuple[TreatmentRow, ...]
    factors: tuple[FactorRow, ...]
    displacements: tuple[DisplacementRow, ...]
    policy_targets: tuple[PolicyTargetRow, ...]

    def tables(self) -> dict[str, tuple[Row, ...]]:
        """The rows by the name of their table, in the order of this class."""
        return {table.name: getattr(self, table.name) for table in fields(self)}

    def version(self) -> str:
        """SHA-256 of all that the rows say, whatever their order and layout."""
        said = {
            name: sorted(
                json.dumps(
                    row.values(), ensure_ascii=False, sort_keys=True, default=str
                )
                for row in rows
            )
            for name, rows in self.tables().items()
        }
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()
