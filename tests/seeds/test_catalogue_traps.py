"""The traps of this trade, as statements about the shipped rows."""

import re
from datetime import date

import pytest

from seeds.rows import AdmissionRow, Catalogue, Dated, LimitRow
from seeds.schema import read_catalogue
from tests.seeds.catalogue_folders import shipped

DAY = date(2026, 11, 20)
MATERIALS = {
    "phosphogypsum",
    "fgd_gypsum",
    "lithium_slag",
    "steel_slag",
    "bf_slag",
    "bf_slag_v_ti",
    "fly_ash",
    "fly_ash_cfb",
    "iron_tailings",
    "ev_battery_pack",
    "pv_module",
    "pg_hemihydrate",
    "pg_anhydrite",
    "titanium_gypsum",
    "fluorogypsum",
    "citrogypsum",
    "lepidolite_slag",
    "steel_slag_eaf",
    "bottom_ash",
    "coal_gangue",
    "red_mud",
    "carbide_slag",
    "chemical_slag",
    "ebike_battery_pack",
    "wind_blade",
    "wind_gearbox",
    "wind_bearing",
    "wind_generator",
    "used_machinery",
    "scrap_steel",
    "scrap_nonferrous",
    "waste_paper",
    "waste_rubber",
    "waste_plastics",
    "waste_textiles",
    "waste_electronics",
    "end_of_life_vehicle",
    "construction_waste",
    "waste_oil",
    "nonferrous_tailings",
}
HAZARDOUS = {
    "msw_fly_ash",
    "eaf_dust",
    "aluminium_dross",
    "lead_acid_battery",
    "oil_based_cuttings",
    "waste_circuit_board",
}
ROUTES = {
    "set_retarder",
    "raw_meal",
    "cement_blending",
    "ground_slag",
    "gypsum_board",
    "mine_backfill",
    "road_base",
    "battery_cascade",
    "battery_recycling",
    "pv_recycling",
    "aluminous_corrective",
    "asphalt_aggregate",
    "blade_recycling",
    "building_gypsum",
    "ceramics",
    "concrete_fly_ash",
    "ecological_restoration",
    "ewaste_dismantling",
    "glass_ceramics",
    "iron_corrective",
    "kiln_coprocessing",
    "low_carbon_cement",
    "mineral_fibre",
    "nonferrous_smelting",
    "oil_regeneration",
    "paper_pulping",
    "pg_acid_cement",
    "plastics_recycling",
    "recycled_aggregate",
    "remanufacturing",
    "rubber_recycling",
    "scrap_smelting",
    "siliceous_corrective",
    "soil_amendment",
    "solid_waste_concrete",
    "steel_slag_cement",
    "textile_recycling",
    "ultrafine_filler",
    "vehicle_dismantling",
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return read_catalogue(shipped(tmp_path_factory.mktemp("shipped")).path)[0]


def in_force(row: Dated, day: date = DAY) -> bool:
    return (row.valid_from or day) <= day <= (row.valid_to or day)


def admission(
    catalogue: Catalogue, route: str, material: str, day: date = DAY
) -> AdmissionRow | None:
    rows = [
        row
        for row in catalogue.admissions
        if (row.route, row.material) == (route, material) and in_force(row, day)
    ]
    return rows[0] if rows else None


def deciding(
    catalogue: Catalogue, route: str, material: str, day: date = DAY
) -> list[LimitRow]:
    """The deciding limits of a pair on a day, of every grade."""
    return [
        row
        for row in catalogue.limits
        if row.route == route
        and row.material in (material, None)
        and row.decides
        and in_force(row, day)
    ]


def limits(
    catalogue: Catalogue, route: str, material: str, grade: str = ""
) -> dict[tuple[str, str], LimitRow]:
    """The deciding limits that a lot of one grade meets."""
    return {
        (row.parameter, row.operator): row
        for row in deciding(catalogue, route, material)
        if row.grade in ("", grade)
    }


def typical(catalogue: Catalogue, material: str, parameter: str) -> tuple[float, float]:
    (row,) = [
        row
        for row in catalogue.typical
        if (row.material, row.parameter) == (material, parameter)
    ]
    return row.low, row.high


def test_the_agreed_materials_and_routes_are_there(catalogue: Catalogue) -> None:
    assert {row.code for row in catalogue.materials} == MATERIALS | HAZARDOUS
    assert {row.code for row in catalogue.routes} == ROUTES


def test_every_material_but_hazardous_waste_has_a_route_that_admits_it(
    catalogue: Catalogue,
) -> None:
    assert {row.material for row in catalogue.admissions if row.admitted} == MATERIALS


def test_every_route_admits_a_material(catalogue: Catalogue) -> None:
    assert {row.route for row in catalogue.admissions if row.admitted} == ROUTES


@pytest.mark.parametrize("slag", ["steel_slag", "steel_slag_eaf"])
def test_steel_slag_is_no_blending_material_since_gb_175_2023(
    catalogue: Catalogue, slag: str
) -> None:
    refusal = admission(catalogue, "cement_blending", slag)
    assert refusal
    assert not refusal.admitted
    assert (refusal.standard, refusal.edition) == ("GB 175", "2023")
    eve = date(2024, 5, 31)
    assert admission(catalogue, "cement_blending", slag, eve) is None


def test_steel_slag_still_goes_to_raw_meal_concrete_and_roads(
    catalogue: Catalogue,
) -> None:
    taken = {
        row.route
        for row in catalogue.admissions
        if row.material == "steel_slag" and row.admitted
    }
    assert {"raw_meal", "ground_slag", "road_base", "steel_slag_cement"} <= taken


@pytest.mark.parametrize("route", ["cement_blending", "concrete_fly_ash"])
@pytest.mark.parametrize("ash", ["fly_ash_cfb", "msw_fly_ash"])
def test_ash_of_a_fluidised_bed_or_incinerator_is_not_fly_ash_to_gb_t_1596(
    catalogue: Catalogue, route: str, ash: str
) -> None:
    refusal = admission(catalogue, route, ash)
    assert refusal
    assert not refusal.admitted
    assert (refusal.standard, refusal.edition) == ("GB/T 1596", "2017")


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_ash_of_waste_incineration_is_refused_by_every_route(
    catalogue: Catalogue, route: str
) -> None:
    refusal = admission(catalogue, route, "msw_fly_ash")
    assert refusal
    assert not refusal.admitted
    assert "772-002-18" in refusal.reason_zh
    assert "772-002-18" in refusal.reason_en


@pytest.mark.parametrize("material", sorted(HAZARDOUS))
def test_hazardous_waste_is_refused_under_its_code(
    catalogue: Catalogue, material: str
) -> None:
    (row,) = [row for row in catalogue.materials if row.code == material]
    refusals = [row for row in catalogue.admissions if row.material == material]
    assert refusals
    for refusal in refusals:
        assert not refusal.admitted
        assert re.search(row.code_pattern, refusal.reason_zh)


def test_a_code_leaves_the_sequence_open_except_in_hazardous_waste(
    catalogue: Catalogue,
) -> None:
    for row in catalogue.materials:
        if row.code not in HAZARDOUS:
            assert re.fullmatch(r"\\d\{3\}-(0\\d\{2\}|\\d\{3\})-.*", row.code_pattern)


def test_farmland_waits_for_a_model_of_many_years(catalogue: Catalogue) -> None:
    taken = {r.material for r in catalogue.admissions if r.route == "soil_amendment"}
    assert taken == {"phosphogypsum", "pg_hemihydrate", "pg_anhydrite", "msw_fly_ash"}
    for material in taken - HAZARDOUS:
        model = limits(catalogue, "soil_amendment", material)["soil_accumulation", "<="]
        assert model.decides
        assert model.value is None


@pytest.mark.parametrize(
    "route",
    [
        "ceramics",
        "glass_ceramics",
        "low_carbon_cement",
        "mineral_fibre",
        "solid_waste_concrete",
        "ultrafine_filler",
    ],
)
def test_a_use_that_policy_only_promotes_has_nothing_to_make_it_a_yes(
    catalogue: Catalogue, route: str
) -> None:
    assert not [row for row in catalogue.limits if row.route == route and row.decides]


@pytest.mark.parametrize("material", ["wind_gearbox", "waste_oil"])
def test_oil_is_hazardous_waste_wherever_it_is_taken(
    catalogue: Catalogue, material: str
) -> None:
    taken = [r for r in catalogue.admissions if r.material == material]
    assert taken
    assert all("危险废物" in row.reason_zh for row in taken)


def test_lithium_slag_is_blended_only_as_a_pozzolana(catalogue: Catalogue) -> None:
    limit = limits(catalogue, "cement_blending", "lithium_slag")["so3", "<="]
    assert (limit.standard, limit.value) == ("GB/T 2847", 3.5)
    assert typical(catalogue, "lithium_slag", "so3")[0] > 3.5


def test_vanadium_titanium_slag_is_no_feed_of_ground_slag(catalogue: Catalogue) -> None:
    refusal = admission(catalogue, "ground_slag", "bf_slag_v_ti")
    assert refusal
    assert not refusal.admitted
    assert "TiO2" in refusal.reason_zh
    assert "TiO2" in refusal.reason_en


def test_its_titania_breaks_even_the_relaxed_limit(catalogue: Catalogue) -> None:
    relaxed = limits(catalogue, "cement_blending", "bf_slag_v_ti")["tio2", "<="]
    assert relaxed.value == 10
    assert typical(catalogue, "bf_slag_v_ti", "tio2")[0] > 10
    assert limits(catalogue, "cement_blending", "bf_slag")["tio2", "<="].value == 2


@pytest.mark.parametrize(
    ("day", "edition", "unread"),
    [
        (date(2019, 4, 30), "2009", False),
        (date(2019, 5, 1), "2018", True),
        (date(2026, 6, 30), "2018", True),
        (date(2026, 7, 1), "2025", True),
    ],
)
def test_phosphogypsum_board_follows_the_edition_of_the_day(
    catalogue: Catalogue, day: date, edition: str, unread: bool
) -> None:
    rows = [
        row
        for row in deciding(catalogue, "gypsum_board", "phosphogypsum", day)
        if row.standard != "GB 6566"
    ]
    assert {(row.standard, row.edition) for row in rows} == {("GB/T 23456", edition)}
    assert {row.value is None for row in rows} == {unread}


def test_an_invented_silica_limit_for_retarder_gypsum_is_not_there(
    catalogue: Catalogue,
) -> None:
    assert not [
        row
        for row in catalogue.limits
        if row.route == "set_retarder" and row.parameter in {"sio2", "fe2o3"}
    ]


def test_retarder_gypsum_is_decided_by_its_grade_and_not_by_plant_practice(
    catalogue: Catalogue,
) -> None:
    (grade,) = deciding(catalogue, "set_retarder", "phosphogypsum")
    assert (grade.parameter, grade.operator, grade.value) == (
        "gypsum_purity",
        ">=",
        75.0,
    )


def test_a_utilisation_rate_stays_within_100_percent(catalogue: Catalogue) -> None:
    targets = catalogue.policy_targets
    rates = [row for row in targets if row.measure == "utilisation_rate"]
    assert {row.code for row in rates} == {
        "national_bulk_utilisation_2030",
        "national_phosphogypsum_utilisation_2026",
        "sichuan_bulk_utilisation_2025",
    }
    assert all(0 < row.value < 100 and row.unit == "%" for row in rates)


def test_a_rule_of_thumb_never_decides(catalogue: Catalogue) -> None:
    assert {row.decides for row in catalogue.limits if row.confidence == "L"} == {False}
    assert all(row.decides for row in catalogue.limits if row.confidence != "L")


def test_every_fact_says_where_it_was_read_and_how_sure_it_is(
    catalogue: Catalogue,
) -> None:
    facts = [
        row
        for table, rows in catalogue.tables().items()
        if table != "parameters"
        for row in rows
    ]
    assert len(facts) > 250
    assert all(row.source and row.confidence for row in facts)


def test_a_share_of_raw_meal_is_the_same_wherever_it_is_written(
    catalogue: Catalogue,
) -> None:
    start = "raw_meal_share_"
    factors = {
        row.code.removeprefix(start): row.value
        for row in catalogue.factors
        if row.code.startswith(start)
    }
    shares = {
        material: admission(catalogue, "raw_meal", material) for material in factors
    }
    assert factors
    assert {m: row.max_share_frac for m, row in shares.items() if row} == factors


def test_no_cost_of_a_treatment_poses_as_read(catalogue: Catalogue) -> None:
    for row in catalogue.treatments:
        told = "Arithmetic" in row.source or "editable default" in row.source
        assert told, row.code
