"""Coal power plants offer fly ash, reckoned unit by unit."""

from seeds.trackers.cleaning import amount, key, name, position, state
from seeds.trackers.estimating import Draft, Factors, Gap, Term, supply, tonnes
from seeds.trackers.plants import Part, Plant, Row, Skipped
from seeds.trackers.source import Capacities, Source
from wastehub.units import KG_PER_TONNE

STATES = frozenset(
    {
        "announced",
        "cancelled",
        "construction",
        "mothballed",
        "operating",
        "permitted",
        "pre-permit",
        "retired",
        "shelved",
    }
)
FLYING = {
    "fly_ash": "fly_ash_share_of_ash",
    "fly_ash_cfb": "fly_ash_share_of_ash_cfb",
}
FLUIDISED = ("cfb", "fluidized bed", "fluidised bed", "循环流化床")
MJ_PER_BTU = 0.001055056
HOURS_PER_YEAR = 8760
ASSUMPTION = "各厂按同一煤质计。One coal is taken for all plants."
COLUMNS = {
    "capacity_mw": "Capacity (MW)",
    "capacity_factor": "Capacity factor",
    "heat_rate_btu_per_kwh": "Heat rate (Btu per kWh)",
}


def clean(row: Row, _capacities: Capacities) -> Plant | Skipped:
    """A unit's row to its plant with that one part.

    Raises
    ------
    RowFault
        A cell can not be read.
    """
    plant_key = key(row["GEM location ID"], "GEM location ID")
    status = state(row["Status"], "Status", STATES)
    if status != "operating":
        return Skipped(row.line, plant_key, status)
    lon, lat = position(row["lat"], row["lon"])
    owner = name(row["Owner"])
    return Plant(
        key=plant_key,
        line=row.line,
        name_zh=name(row["Plant name (local)"]),
        name_en=name(row["Plant name"]),
        owner_zh=owner,
        owner_en=owner,
        lon=lon,
        lat=lat,
        is_approximate=row["Location accuracy"] != "exact",
        parts=(_unit(row),),
    )


def estimate(plant: Plant, _county: str, factors: Factors) -> list[Draft | Gap]:
    """Fly ash of pulverised-coal units and of fluidised-bed units, each its own."""
    found: list[Draft | Gap] = []
    for material in FLYING:
        units = [unit for unit in plant.parts if unit.kind == material]
        found += [gap for unit in units if (gap := _gap(unit, material))]
        known = [unit for unit in units if not _gap(unit, material)]
        terms = [_ash(alike, factors) for alike in _alike(known)]
        if terms:
            found.append(supply(material, terms, ASSUMPTION))
    return found


def is_fluidised_bed(*texts: str) -> bool:
    """Whether the technology, or the plant's or owner's name, says fluidised bed.

    The tracker's technology is often the steam's alone: a plant that calls itself a
    fluidised-bed plant is taken at its word, for such ash is barred from GB/T 1596.
    """
    return any(word in text.casefold() for text in texts for word in FLUIDISED)


def _unit(row: Row) -> Part:
    fluidised = is_fluidised_bed(
        row["Combustion technology"],
        row["Plant name (local)"],
        row["Plant name"],
        row["Owner"],
    )
    kind = "fly_ash_cfb" if fluidised else "fly_ash"
    amounts = {field: amount(row[column], column) for field, column in COLUMNS.items()}
    return Part(row["Unit name"], amounts, kind)


def _gap(unit: Part, material: str) -> Gap | None:
    for field, column in COLUMNS.items():
        cell = unit.amounts[field]
        if cell.value is None:
            return Gap(material, f"{unit.label}: {column} is {cell.said!r}")
    return None


def _alike(units: list[Part]) -> list[list[Part]]:
    """Units of the same figures together, so that a formula says them once."""
    groups: dict[tuple[object, ...], list[Part]] = {}
    for unit in units:
        figures = tuple(unit.amounts[field].value for field in COLUMNS)
        groups.setdefault(figures, []).append(unit)
    return list(groups.values())


def _ash(alike: list[Part], factors: Factors) -> Term:
    unit = alike[0]
    capacity_mw, capacity_factor, heat_rate = (
        float(unit.amounts[field].value or 0) for field in COLUMNS
    )
    lhv, ash = factors["coal_lhv_mj_per_kg"], factors["coal_ash_frac"]
    flying = factors[FLYING[unit.kind]]
    heat_mj = (
        len(alike)
        * capacity_mw
        * 1000
        * HOURS_PER_YEAR
        * capacity_factor
        * (heat_rate * MJ_PER_BTU)
    )
    coal_t = heat_mj / lhv.value / KG_PER_TONNE
    ash_t = coal_t * ash.value * flying.value
    labels = ", ".join(each.label for each in alike)
    count = f"{len(alike)} x " if len(alike) > 1 else ""
    burnt = (
        f"{labels}: {count}{capacity_mw:g} MW x 1000 kW/MW x {HOURS_PER_YEAR} h/y x "
        f"{capacity_factor:g} x {heat_rate:g} Btu/kWh x {MJ_PER_BTU} MJ/Btu / "
        f"{lhv} MJ/kg = {tonnes(coal_t)} 煤 coal"
    )
    return Term(ash_t, f"{burnt} x {ash} x {flying} = {tonnes(ash_t)}")


SOURCE = Source(
    code="gem-coal",
    credit="Global Energy Monitor, Global Coal Plant Tracker, July 2024, CC BY 4.0",
    key_column="GEM location ID",
    columns=(
        "GEM location ID",
        "Plant name",
        "Unit name",
        "Plant name (local)",
        "Owner",
        "Status",
        "Combustion technology",
        "lat",
        "lon",
        "Location accuracy",
        *COLUMNS.values(),
    ),
    clean=clean,
    estimate=estimate,
    in_units=True,
)
