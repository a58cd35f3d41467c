"""Iron and steel works offer steel slag and blast-furnace slag."""

from seeds.trackers.cleaning import amount, key, name, position, state
from seeds.trackers.estimating import (
    AT_CAPACITY,
    Draft,
    Factors,
    Gap,
    Term,
    product,
    supply,
)
from seeds.trackers.plants import Part, Plant, Row, RowFault, Skipped
from seeds.trackers.source import Capacities, CapacityFile, Source
from wastehub.places import adcodes

STATES = frozenset(
    {
        "announced",
        "cancelled",
        "construction",
        "mothballed",
        "mothballed pre-retirement",
        "operating",
        "operating pre-retirement",
        "retired",
    }
)
OPERATING = frozenset({"operating", "operating pre-retirement"})
# Panzhihua and Liangshan smelt the vanadium-titanium ore of the Pan-Xi belt.
V_TI_PREFECTURES = frozenset({"510400", "513400"})
V_TI_WORDS = ("钒", "vanadium")
COLUMNS = {
    "bof_kt": "Nominal BOF steel capacity (ttpa)",
    "eaf_kt": "Nominal EAF steel capacity (ttpa)",
    "bf_kt": "Nominal BF capacity (ttpa)",
}
# Slag's code in the catalogue, with the furnace's column, product and slag factor.
STEEL = {
    "steel_slag": ("bof_kt", "转炉钢 BOF steel", "bof_slag_per_t_steel"),
    "steel_slag_eaf": ("eaf_kt", "电炉钢 EAF steel", "eaf_slag_per_t_steel"),
}
TONNES_PER_KT = 1000
V_TI_ASSUMPTION = (
    f"{AT_CAPACITY} 厂在攀枝花或凉山，或名称含钒，按高钛型渣计。"
    "Vanadium-titanium slag is assumed: the works stands in Panzhihua or Liangshan, "
    "or its name says vanadium."
)


def clean(row: Row, capacities: Capacities) -> Plant | Skipped:
    """A works' row, with its capacity rows, to a plant with a part for each.

    Raises
    ------
    RowFault
        A cell can not be read, or the capacity file does not know the works.
    """
    plant_key = key(row["GEM plant ID"], "GEM plant ID")
    lines = capacities.get(plant_key, ())
    if not lines:
        raise RowFault("the capacity file has no line for this plant")
    states = [_state(line) for line in lines]
    running = [
        line for line, status in zip(lines, states, strict=True) if status in OPERATING
    ]
    if not running:
        return Skipped(row.line, plant_key, ", ".join(sorted(set(states))))
    lon, lat = position(row["lat"], row["lon"])
    return Plant(
        key=plant_key,
        line=row.line,
        name_zh=name(row["Plant name (other language)"]),
        name_en=name(row["Plant name (English)"]),
        owner_zh=name(row["Owner (other language)"]),
        owner_en=name(row["Owner"]),
        lon=lon,
        lat=lat,
        is_approximate=row["Coordinate accuracy"] != "exact",
        parts=tuple(_part(line) for line in running),
    )


def estimate(plant: Plant, county: str, factors: Factors) -> list[Draft | Gap]:
    """Slag of converters, of arc furnaces and of blast furnaces, each its own."""
    v_ti = is_vanadium_titanium(plant, county)
    slag = "bf_slag_v_ti" if v_ti else "bf_slag"
    kinds = STEEL | {slag: ("bf_kt", "高炉铁 BF iron", f"{slag}_per_t_iron")}
    found: list[Draft | Gap] = []
    for material, kind in kinds.items():
        terms, gaps = _terms(plant, kind, material, factors)
        found += gaps
        if terms:
            is_assumed = material == "bf_slag_v_ti"
            assumption = V_TI_ASSUMPTION if is_assumed else AT_CAPACITY
            found.append(supply(material, terms, assumption))
    return found or [Gap("steel_slag", "no BOF, EAF or BF capacity is given")]


def is_vanadium_titanium(plant: Plant, county: str) -> bool:
    """Whether the blast furnaces are taken to smelt vanadium-titanium ore."""
    names = (plant.name_zh, plant.name_en, plant.owner_zh, plant.owner_en)
    said = any(word in text.casefold() for text in names for word in V_TI_WORDS)
    return said or adcodes.prefecture_of(county) in V_TI_PREFECTURES


def _state(line: Row) -> str:
    return state(line["Status"], f"Status (capacity file, line {line.line})", STATES)


def _part(line: Row) -> Part:
    label = f"{line['Main production equipment']} ({line['Status']})"
    amounts = {
        field: amount(line[column], f"{column} (capacity file, line {line.line})")
        for field, column in COLUMNS.items()
    }
    return Part(label, amounts)


def _terms(
    plant: Plant, kind: tuple[str, str, str], material: str, factors: Factors
) -> tuple[list[Term], list[Draft | Gap]]:
    field, product_name, code = kind
    terms: list[Term] = []
    gaps: list[Draft | Gap] = []
    for part in plant.parts:
        cell = part.amounts[field]
        if cell.value is not None:
            said = f"{part.label}: {cell.value:g} kt/y {product_name}"
            terms.append(product(cell.value * TONNES_PER_KT, said, factors[code]))
        elif cell.is_stated:
            # A blank cell says that there is no such furnace.
            reason = f"{part.label}: {COLUMNS[field]} is {cell.said!r}"
            gaps.append(Gap(material, reason))
    return terms, gaps


SOURCE = Source(
    code="gem-steel",
    credit=(
        "Global Energy Monitor, Global Iron and Steel Tracker, March 2026, CC BY 4.0"
    ),
    key_column="GEM plant ID",
    columns=(
        "GEM plant ID",
        "Plant name (English)",
        "Plant name (other language)",
        "Owner",
        "Owner (other language)",
        "lat",
        "lon",
        "Coordinate accuracy",
    ),
    clean=clean,
    estimate=estimate,
    capacity_file=CapacityFile(
        pattern="gem_steel_capacity*.csv",
        key_column="GEM plant ID",
        columns=(
            "GEM plant ID",
            "Main production equipment",
            "Status",
            *COLUMNS.values(),
        ),
    ),
)
