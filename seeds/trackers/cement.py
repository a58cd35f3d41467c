"""Cement plants take gypsum as retarder, blending material and raw-meal material."""

from seeds.trackers.cleaning import amount, key, name, position, state
from seeds.trackers.estimating import (
    AT_CAPACITY,
    Draft,
    Factors,
    FactorValue,
    Gap,
    Term,
    demand,
    product,
)
from seeds.trackers.plants import Amount, Part, Plant, Row, Skipped
from seeds.trackers.source import Capacities, Source

STATES = frozenset(
    {
        "announced",
        "cancelled",
        "construction",
        "mothballed",
        "operating",
        "operating pre-retirement",
        "retired",
    }
)
OPERATING = frozenset({"operating", "operating pre-retirement"})
# No source sums what the raw meal takes of all materials together: the largest single
# share is the capacity.
RAW_MEAL_SHARES = (
    "raw_meal_share_steel_slag",
    "raw_meal_share_fly_ash",
    "raw_meal_share_iron_tailings",
    "raw_meal_share_lithium_slag",
)
CEMENT = "水泥 cement"
CLINKER = "熟料 clinker"
DRY_GYPSUM = (
    "按干基石膏计，以水泥产量为基数。Dry gypsum is meant; the base is the cement."
)
ORDINARY_CEMENT = (
    "全部按普通硅酸盐水泥（P·O）计，以水泥产量为基数。"
    "All cement is taken as P·O; the base is the cement."
)
ONE_MATERIAL = (
    "无资料给出各物料掺量之和，取单一物料的最大掺量，以生料量为基数。"
    "The largest share of a single material is used, because no source sums them; "
    "the base is the raw meal"
)
TONNES_PER_MT = 1e6


def clean(row: Row, _capacities: Capacities) -> Plant | Skipped:
    """A row to a plant with one part.

    Raises
    ------
    RowFault
        A cell can not be read.
    """
    plant_key = key(row["gem_id"], "gem_id")
    status = state(row["status"], "status", STATES)
    if status not in OPERATING:
        return Skipped(row.line, plant_key, status)
    lon, lat = position(row["lat"], row["lon"])
    amounts = {
        "cement_mt": amount(row["cement_mtpa"], "cement_mtpa"),
        "clinker_mt": amount(row["clinker_mtpa"], "clinker_mtpa"),
    }
    return Plant(
        key=plant_key,
        line=row.line,
        name_zh=name(row["name_zh"]),
        name_en=name(row["name_en"]),
        owner_zh=name(row["owner_zh"]),
        owner_en=name(row["owner_en"]),
        lon=lon,
        lat=lat,
        is_approximate=row["coord_accuracy"] != "exact",
        parts=(Part("works", amounts, kind=row["plant_type"]),),
    )


def estimate(plant: Plant, _county: str, factors: Factors) -> list[Draft | Gap]:
    """Retarder and blending from cement, raw meal from clinker."""
    (part,) = plant.parts
    cement, clinker = part.amounts["cement_mt"], part.amounts["clinker_mt"]
    drafts = [_retarder(cement, factors), _blending(cement, factors)]
    if part.kind == "grinding" and clinker.value is None:
        return drafts
    return [*drafts, _raw_meal(clinker, factors)]


def _retarder(cement: Amount, factors: Factors) -> Draft | Gap:
    if cement.value is None:
        return _no_number("set_retarder", "cement_mtpa", cement)
    taken = _share(cement.value, CEMENT, factors["retarder_share_of_cement"])
    assumption = f"{AT_CAPACITY} {DRY_GYPSUM}"
    return demand("set_retarder", taken, _cement(cement.value), assumption)


def _blending(cement: Amount, factors: Factors) -> Draft | Gap:
    if cement.value is None:
        return _no_number("cement_blending", "cement_mtpa", cement)
    taken = _share(cement.value, CEMENT, factors["cement_blending_share"])
    base = _cement(cement.value)
    assumption = f"{AT_CAPACITY} {ORDINARY_CEMENT}"
    return demand("cement_blending", taken, base, assumption)


def _raw_meal(clinker: Amount, factors: Factors) -> Draft | Gap:
    if clinker.value is None:
        return _no_number("raw_meal", "clinker_mtpa", clinker)
    ratio = factors["raw_meal_per_t_clinker"]
    largest = max(
        (factors[code] for code in RAW_MEAL_SHARES), key=lambda share: share.value
    )
    base = _share(clinker.value, CLINKER, ratio)
    taken = _share(clinker.value, CLINKER, ratio, largest)
    assumption = f"{AT_CAPACITY} {ONE_MATERIAL}: {base.text}."
    return demand("raw_meal", taken, base, assumption)


def _cement(amount_mt: float) -> Term:
    return Term(amount_mt * TONNES_PER_MT, f"{amount_mt:g} Mt/y {CEMENT}")


def _share(amount_mt: float, of: str, *factors: FactorValue) -> Term:
    return product(amount_mt * TONNES_PER_MT, f"{amount_mt:g} Mt/y {of}", *factors)


def _no_number(route: str, column: str, cell: Amount) -> Gap:
    return Gap(route, f"{column} is {cell.said!r}, not a number")


SOURCE = Source(
    code="gem-cement",
    credit=(
        "Global Energy Monitor, Global Cement and Concrete Tracker, July 2025, "
        "CC BY 4.0"
    ),
    key_column="gem_id",
    columns=(
        "gem_id",
        "name_en",
        "name_zh",
        "lat",
        "lon",
        "coord_accuracy",
        "status",
        "cement_mtpa",
        "clinker_mtpa",
        "plant_type",
        "owner_en",
        "owner_zh",
    ),
    clean=clean,
    estimate=estimate,
)
