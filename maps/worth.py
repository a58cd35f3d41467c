"""What one more tonne of room at the takers of a region is worth in a plan."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from maps.market import Regions, regions_at
from matching.models import Match, MatchRun, Price
from wastehub.places import adcodes
from wastehub.registry.querysets import DemandQuerySet

WorthByRegion = dict[str | None, dict[str, list[Decimal]]]
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Worth:
    """One material at the takers of one region, in yuan per tonne.

    ``takers`` is how many demands there receive the material in the plan; at ``full``
    of them one more tonne of room is worth something. Mean and highest are over all
    of them, those with room to spare counting as zero.
    """

    adcode: str
    name_zh: str
    name_en: str
    material: str
    takers: int
    full: int
    mean_yuan_per_t: Decimal
    highest_yuan_per_t: Decimal


def worth(run: MatchRun, demands: DemandQuerySet, level: str) -> list[Worth]:
    """Every region and material with a taker, in order of adcode and material code.

    Parameters
    ----------
    run
        A published plan; another one has no prices and so no rows.
    demands
        The takers whose prices may be told.
    level
        ``province``, ``prefecture`` or ``county``.

    Notes
    -----
    A taker's room for a material is its whole capacity and the material's share of it.
    One more tonne of both is worth the sum of the two shadow prices: by linear
    programming duality the plan's cost, a tonne left counted at its planning value,
    falls by at most that much a tonne (Ahuja, Magnanti and Orlin, Network Flows, 1993,
    ch. 9). Three statements in all.
    """
    regions = regions_at(level)
    found = _worth_by_region(run, demands, regions)
    return [
        _row((adcode, *names), material, worths)
        for adcode, names in regions.items()
        for material, worths in sorted(found.get(adcode, {}).items())
    ]


def _worth_by_region(
    run: MatchRun, demands: DemandQuerySet, regions: Regions
) -> WorthByRegion:
    prices = _prices(run, demands)
    found: WorthByRegion = defaultdict(lambda: defaultdict(list))
    for demand, material, adcode in _receiving(run, demands):
        whole = prices.get((demand, None), _ZERO)
        share = prices.get((demand, material), _ZERO)
        region = adcodes.standing_for(adcode, regions)
        found[region][material].append(whole + share)
    return found


def _prices(
    run: MatchRun, demands: DemandQuerySet
) -> dict[tuple[int, str | None], Decimal]:
    rows = Price.objects.filter(run=run, demand__in=demands.values("pk"))
    columns = rows.values_list("demand", "material__code", "price_yuan_per_t")
    return {(demand, material): price for demand, material, price in columns}


def _receiving(
    run: MatchRun, demands: DemandQuerySet
) -> Iterable[tuple[int, str, str]]:
    rows = Match.objects.filter(run=run, demand__in=demands.values("pk"))
    return (
        rows.order_by("demand", "supply__material__code")
        .values_list(
            "demand", "supply__material__code", "demand__facility__county__adcode"
        )
        .distinct()
    )


def _row(names: tuple[str, str, str], material: str, worths: list[Decimal]) -> Worth:
    mean = sum(worths, _ZERO) / len(worths)
    return Worth(
        *names,
        material=material,
        takers=len(worths),
        full=sum(price > 0 for price in worths),
        mean_yuan_per_t=mean.quantize(Decimal("0.01")),
        highest_yuan_per_t=max(worths),
    )
