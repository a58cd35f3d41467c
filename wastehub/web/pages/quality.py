"""What a lot is made of: measured values beside what is usual for the material."""

from dataclasses import dataclass

from wastehub.catalogue.models import Parameter, TypicalValue
from wastehub.registry.models import Assay, Supply


@dataclass
class Quality:
    """One parameter: the latest measurement, the usual range, or both."""

    parameter: Parameter
    value: float | None = None
    typical: TypicalValue | None = None


@dataclass
class Report:
    """The latest assay, if there is one, and every parameter that is known."""

    assay: Assay | None
    rows: list[Quality]

    @property
    def measured(self) -> list[Quality]:
        """What the assay states."""
        return [row for row in self.rows if row.value is not None]

    @property
    def unmeasured(self) -> list[Quality]:
        """What only the material's usual values speak of."""
        return [row for row in self.rows if row.value is None]


def of(supply: Supply) -> Report:
    """The quality of a supply; its latest assay by sampling date counts."""
    assay = supply.assays.first()
    rows: dict[str, Quality] = {}
    if assay is not None:
        for measured in assay.values.select_related("parameter"):
            rows[measured.parameter.code] = Quality(measured.parameter, measured.value)
    usual = TypicalValue.objects.filter(material=supply.material)
    for typical in usual.select_related("parameter"):
        code = typical.parameter.code
        rows.setdefault(code, Quality(typical.parameter)).typical = typical
    return Report(assay, [rows[code] for code in sorted(rows)])
