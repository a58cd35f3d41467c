"""What a rule finds, before it is an alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from maps.alerts.kinds import MONTHLY, AlertKind, Severity
from wastehub.catalogue.models import Material
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet


class Record(NamedTuple):
    """What stands behind a finding: a ``ledger`` by its site, a month's ``entries`` by
    their site, a ``declaration`` or a ``note``, each by its public id."""

    kind: str
    public_id: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing that is not as it should be, at a site or in a whole region.

    ``figures`` are numbers with their units in their names. ``size`` says how bad it
    is, in a unit of its kind, larger for worse: only findings of one key are compared
    by it.
    """

    kind: AlertKind
    severity: Severity
    adcode: str
    material: Material
    size: float
    figures: Mapping[str, float]
    records: tuple[Record, ...]
    facility: Facility | None = None
    month: date | None = None

    @property
    def key(self) -> str:
        """What makes it the same thing tomorrow: kind, place, material, and month."""
        site = self.facility.pk if self.facility else ""
        month = self.month if self.month and self.kind in MONTHLY else ""
        return f"{self.kind}:{self.adcode}:{site}:{self.material.pk}:{month}"


def sites_known(sites: FacilityQuerySet) -> dict[str, Facility]:
    """Sites with their county's adcode, by public id."""
    columns = ("public_id", "county__adcode")
    rows = sites.select_related("county").only(*columns)
    return {str(site.public_id): site for site in rows}
