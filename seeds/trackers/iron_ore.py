"""Iron-ore mines offer tailings and take fill for the void they leave.

The tracker's method says neither crude ore nor concentrate. Chinese figures are of
crude ore by custom (USGS, in Mining Engineering 69(2), 2017, p. 20), and design
capacities are those of mining licences: crude ore is taken, and every formula says so.
"""

from seeds.trackers.cleaning import amount, key, name, position, state
from seeds.trackers.estimating import (
    Draft,
    Factors,
    Gap,
    Term,
    demand,
    product,
    supply,
    tonnes,
)
from seeds.trackers.plants import Part, Plant, Row, Skipped
from seeds.trackers.source import Capacities, Source

STATES = frozenset(
    {"cancelled", "mothballed", "operating", "proposed", "retired", "shelved"}
)
# The newest output first; the design capacity only where no output is known.
ORE_COLUMNS = (
    "Production 2024 (ttpa)",
    "Production 2023 (ttpa)",
    "Design capacity (ttpa)",
)
TONNES_PER_KT = 1000
ASSUMPTION = (
    "追踪数据的吨数按原矿计，全部入选。"
    "The tracker's tonnes are taken as crude ore, all of it dressed."
)
FILL_ASSUMPTION = (
    "追踪数据的吨数按原矿计，不含废石。"
    "The tracker's tonnes are taken as crude ore; waste rock is left out."
)


def clean(row: Row, _capacities: Capacities) -> Plant | Skipped:
    """A mine's row to a plant with one part.

    Raises
    ------
    RowFault
        A cell can not be read.
    """
    plant_key = key(row["GEM Asset ID"], "GEM Asset ID")
    status = state(row["Operating status"], "Operating status", STATES)
    if status != "operating":
        return Skipped(row.line, plant_key, status)
    lon, lat = position(row["lat"], row["lon"])
    owner = name(row["Owner"])
    return Plant(
        key=plant_key,
        line=row.line,
        name_zh=name(row["Asset name (other language)"]),
        name_en=name(row["Asset name (English)"]),
        owner_zh=owner,
        owner_en=owner,
        lon=lon,
        lat=lat,
        is_approximate=row["Coordinate accuracy"] != "exact",
        parts=(_ore(row),),
    )


def estimate(plant: Plant, _county: str, factors: Factors) -> list[Draft | Gap]:
    """Tailings from ore, and fill for a part of the ore's void."""
    (part,) = plant.parts
    ore = part.amounts["ore_kt"]
    if ore.value is None:
        reason = f"{part.label} is {ore.said!r}, not a number"
        return [Gap("iron_tailings", reason), Gap("mine_backfill", reason)]
    said = f"{ore.value:g} kt/y 原矿 ore ({part.label})"
    ore_t = ore.value * TONNES_PER_KT
    tailings = product(ore_t, said, factors["tailings_per_t_ore"])
    fill = _fill(ore_t, said, factors)
    return [
        supply("iron_tailings", [tailings], ASSUMPTION),
        demand("mine_backfill", fill, fill, FILL_ASSUMPTION),
    ]


def _ore(row: Row) -> Part:
    cells = [(column, amount(row[column], column)) for column in ORE_COLUMNS]
    known = [(column, cell) for column, cell in cells if cell.value is not None]
    label, ore = known[0] if known else cells[-1]
    return Part(label, {"ore_kt": ore})


def _fill(ore_t: float, said: str, factors: Factors) -> Term:
    ore_density = factors["iron_ore_density_t_per_m3"]
    fill_density = factors["backfill_density_t_per_m3"]
    open_share = factors["backfill_share_of_void"]
    mass_t = ore_t / ore_density.value * fill_density.value * open_share.value
    text = (
        f"{said} / {ore_density} t/m3 x {fill_density} t/m3 x {open_share} = "
        f"{tonnes(mass_t)}"
    )
    return Term(mass_t, text)


SOURCE = Source(
    code="gem-iron-ore",
    credit=(
        "Global Energy Monitor, Global Iron Ore Mines Tracker, August 2025, CC BY 4.0"
    ),
    key_column="GEM Asset ID",
    columns=(
        "GEM Asset ID",
        "Asset name (English)",
        "Asset name (other language)",
        "lat",
        "lon",
        "Coordinate accuracy",
        *ORE_COLUMNS,
        "Operating status",
        "Owner",
    ),
    clean=clean,
    estimate=estimate,
)
