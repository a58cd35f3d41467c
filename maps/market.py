"""What is offered, wanted, placed and left of a material, region by region."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from maps import takers
from matching.models import Match, MatchRun
from wastehub.places import adcodes
from wastehub.places.models import Region
from wastehub.registry.bands import floor_of
from wastehub.registry.models import Facility, Supply
from wastehub.registry.querysets import DemandQuerySet, SupplyQuerySet

DEFAULT_HORIZON_MONTHS = 12

InFull = Callable[[str], Q | None]
Regions = dict[str, tuple[str, str]]
MassByRegion = dict[str, Counter[str]]


@dataclass(frozen=True)
class Cell:
    """One region's figures over the horizon, whole kilograms as delivered.

    ``estimated_kg`` is the part of ``offered_kg`` that no one has declared.
    ``capacity_kg`` is what demands could take whose route admits the material; they
    may take other materials instead. ``placed_kg`` leaves the region's supplies in the
    plan and ``received_kg`` enters its demands, wherever it comes from. ``left_kg`` is
    what is offered and not placed; it is not below zero where a listing has shrunk
    since the plan.
    """

    adcode: str
    name_zh: str
    name_en: str
    offered_kg: int = 0
    estimated_kg: int = 0
    capacity_kg: int = 0
    placed_kg: int = 0
    received_kg: int = 0

    @property
    def left_kg(self) -> int:
        """Offered and not placed."""
        return max(0, self.offered_kg - self.placed_kg)

    @property
    def estimated_frac(self) -> float:
        """Share of the offered mass that is an estimate; 0 where nothing is offered."""
        return self.estimated_kg / self.offered_kg if self.offered_kg else 0.0


def everything(to_facility: str) -> Q | None:
    """Every site in full."""
    return None


def market(
    material_code: str, level: str, run: MatchRun | None, in_full: InFull = everything
) -> list[Cell]:
    """Every region of a level in the current boundary set, in order of adcode.

    What is not shown in full counts by the floors of its bands, so that a region of
    one site, or two regions' difference, tells no more than that site's page does.

    Parameters
    ----------
    material_code
        A material of the catalogue.
    level
        ``province``, ``prefecture`` or ``county``.
    run
        The plan that placed; its horizon holds for all figures. Without one nothing is
        placed and the horizon is twelve months.
    in_full
        Which sites' masses count exactly, by the path to them; nothing for all.

    References
    ----------
    Mass on offer = stock + rate x horizon; demand = capacity x horizon. Listings are
    those open today, real or invented as the plan's are; five statements in all.
    """
    regions = regions_at(level)
    months = horizon_months(run)
    invented = not Facility.objects.real().exists() if run is None else run.is_invented
    supplies = Supply.objects.open().invented(invented).of(material_code)
    demands = takers.open_for(material_code, timezone.localdate()).invented(invented)
    figures = [
        _offered(supplies, months, regions, in_full),
        _capacity(demands, months, regions, in_full),
        _moved(run, material_code, "supply", "placed_kg", regions, in_full),
        _moved(run, material_code, "demand", "received_kg", regions, in_full),
    ]
    return [
        Cell(adcode, *names, **_merged(figures, adcode))
        for adcode, names in regions.items()
    ]


def regions_at(level: str) -> Regions:
    """Regions that fill the map at a level without a hole, in order of adcode."""
    rows = Region.objects.current().filling(Region.Level(level)).order_by("adcode")
    columns = rows.values_list("adcode", "name_zh", "name_en")
    return {adcode: (name_zh, name_en) for adcode, name_zh, name_en in columns}


def horizon_months(run: MatchRun | None) -> int:
    """How many months a plan's masses are of; twelve without one."""
    if run is None:
        return DEFAULT_HORIZON_MONTHS
    return run.params.get("horizon_months", DEFAULT_HORIZON_MONTHS)


def _merged(figures: list[MassByRegion], region: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for figure in figures:
        merged |= figure.get(region, {})
    return merged


def _offered(
    supplies: SupplyQuerySet, months: int, regions: Regions, in_full: InFull
) -> MassByRegion:
    shown = in_full("facility__")
    rate_kg = _told("rate_kg_per_year", shown)
    mass = _told("stock_kg", shown) + _over(months, rate_kg)
    estimated = Case(When(is_estimated=True, then=mass), default=0)
    return _by_region(
        supplies,
        "facility__county__adcode",
        regions,
        offered_kg=mass,
        estimated_kg=estimated,
    )


def _capacity(
    demands: DemandQuerySet, months: int, regions: Regions, in_full: InFull
) -> MassByRegion:
    capacity_kg = _told("capacity_kg_per_year", in_full("facility__"))
    return _by_region(
        demands,
        "facility__county__adcode",
        regions,
        capacity_kg=_over(months, capacity_kg),
    )


def _moved(
    run: MatchRun | None,
    material_code: str,
    side: str,
    name: str,
    regions: Regions,
    in_full: InFull,
) -> MassByRegion:
    """What left the supplies' regions or entered the demands'; both ends know it."""
    matches = Match.objects.filter(run=run, supply__material__code=material_code)
    adcode = f"{side}__facility__county__adcode"
    from_, to = in_full("supply__facility__"), in_full("demand__facility__")
    shown = from_ & to if from_ is not None and to is not None else None
    return _by_region(matches, adcode, regions, **{name: _told("mass_kg", shown)})


def _told(column: str, shown: Q | None) -> Combinable:
    """A mass as far as it is shown: exactly, or the floor of its band."""
    if shown is None:
        return F(column)
    return Case(When(shown, then=F(column)), default=floor_of(column))


def _over(months: int, yearly_kg: Combinable) -> Combinable:
    return yearly_kg * Value(months, IntegerField()) / Value(12, IntegerField())


def _by_region(
    rows: QuerySet[Any], adcode: str, regions: Regions, **sums: Combinable
) -> MassByRegion:
    totals = {name: Coalesce(Sum(mass), 0) for name, mass in sums.items()}
    found: MassByRegion = defaultdict(Counter)
    for row in rows.order_by().values(county=F(adcode)).annotate(**totals):
        region = adcodes.standing_for(row["county"], regions)
        if region is not None:
            found[region].update({name: int(row[name]) for name in sums})
    return found
