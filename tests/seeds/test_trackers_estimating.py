"""Tonnages by hand: the factors here are round, the arithmetic is on paper."""

from pathlib import Path

import pytest

from seeds.trackers.estimating import Draft, FactorValue, Gap, Side
from seeds.trackers.surveying import survey
from tests.seeds import trackerfiles

FACTORS = {
    code: FactorValue(code, value, "M")
    for code, value in {
        "retarder_share_of_cement": 0.05,
        "cement_blending_share": 0.2,
        "raw_meal_per_t_clinker": 1.5,
        "raw_meal_share_steel_slag": 0.06,
        "raw_meal_share_fly_ash": 0.08,
        "raw_meal_share_iron_tailings": 0.1,
        "raw_meal_share_lithium_slag": 0.05,
        "bof_slag_per_t_steel": 0.125,
        "eaf_slag_per_t_steel": 0.1,
        "bf_slag_per_t_iron": 0.3,
        "bf_slag_v_ti_per_t_iron": 0.4,
        "coal_lhv_mj_per_kg": 21.10112,
        "coal_ash_frac": 0.25,
        "fly_ash_share_of_ash": 0.8,
        "fly_ash_share_of_ash_cfb": 0.4,
        "tailings_per_t_ore": 0.6,
        "iron_ore_density_t_per_m3": 3.0,
        "backfill_density_t_per_m3": 1.5,
        "backfill_share_of_void": 0.5,
    }.items()
}
DAZHOU, PANZHIHUA = "511702", "510402"


def _estimates(
    folder: Path, code: str, *changes: dict[str, str], county: str = DAZHOU
) -> list[Draft | Gap]:
    source = trackerfiles.source(code)
    found = survey(source, trackerfiles.write(folder, code, *changes))
    assert not found.faults
    (plant,) = found.plants.values()
    return source.estimate(plant, county, FACTORS)


def _drafts(estimates: list[Draft | Gap]) -> dict[str, Draft]:
    return {draft.code: draft for draft in estimates if isinstance(draft, Draft)}


def _gaps(estimates: list[Draft | Gap]) -> dict[str, str]:
    return {gap.code: gap.reason for gap in estimates if isinstance(gap, Gap)}


def test_a_cement_plant_takes_three_ways(tmp_path: Path) -> None:
    row = {"cement_mtpa": "4", "clinker_mtpa": "3"}
    drafts = _drafts(_estimates(tmp_path, "gem-cement", row))
    # 4 Mt x 0.05; 4 Mt x 0.2; 3 Mt x 1.5 x 0.1, the largest share, of 4.5 Mt raw meal
    assert {code: draft.mass_kg for code, draft in drafts.items()} == {
        "set_retarder": 200_000_000,
        "cement_blending": 800_000_000,
        "raw_meal": 450_000_000,
    }
    assert {code: draft.base_kg for code, draft in drafts.items()} == {
        "set_retarder": 4_000_000_000,
        "cement_blending": 4_000_000_000,
        "raw_meal": 4_500_000_000,
    }
    assert {draft.side for draft in drafts.values()} == {Side.DEMAND}


def test_a_formula_can_be_reckoned_again_by_hand(tmp_path: Path) -> None:
    drafts = _drafts(_estimates(tmp_path, "gem-cement", {"cement_mtpa": "4.40"}))
    assert drafts["set_retarder"].formula.startswith(
        "4.4 Mt/y 水泥 cement x 0.05 (retarder_share_of_cement, M) = 220,000 t/y."
    )


@pytest.mark.parametrize("text", [">0", "unknown", "n/a", ""])
def test_unknown_cement_leaves_raw_meal_alone(tmp_path: Path, text: str) -> None:
    estimates = _estimates(tmp_path, "gem-cement", {"cement_mtpa": text})
    assert set(_drafts(estimates)) == {"raw_meal"}
    assert set(_gaps(estimates)) == {"set_retarder", "cement_blending"}
    assert repr(text) in _gaps(estimates)["set_retarder"]


def test_unknown_clinker_is_told_and_a_grinding_plant_has_none(tmp_path: Path) -> None:
    kiln = _estimates(tmp_path, "gem-cement", {"clinker_mtpa": ">0"})
    assert set(_gaps(kiln)) == {"raw_meal"}
    mill = {"clinker_mtpa": "", "plant_type": "grinding"}
    assert not _gaps(_estimates(tmp_path, "gem-cement", mill))


def test_a_capacity_of_nothing_is_no_listing(tmp_path: Path) -> None:
    estimates = _estimates(
        tmp_path, "gem-cement", {"cement_mtpa": "0", "clinker_mtpa": "0"}
    )
    assert not _drafts(estimates)
    assert set(_gaps(estimates).values()) == {"the capacity comes to no mass"}


def test_fly_ash_from_heat(tmp_path: Path) -> None:
    """100 MW at 0.5 is 438 GWh; at 10,000 Btu = 10.55056 MJ per kWh, half of 21.10112.

    So half a kilogram of coal per kWh: 219,000 t, a quarter ash, four fifths of it fly.
    """
    row = {
        "Capacity (MW)": "100",
        "Capacity factor": "0.5",
        "Heat rate (Btu per kWh)": "10000",
    }
    (ash,) = _drafts(_estimates(tmp_path, "gem-coal", row)).values()
    assert (ash.side, ash.code, ash.mass_kg) == (Side.SUPPLY, "fly_ash", 43_800_000)
    assert "= 219,000 t/y 煤 coal" in ash.formula
    assert "0.25 (coal_ash_frac, M)" in ash.formula


def test_units_add_up_and_fluidised_beds_stand_apart(tmp_path: Path) -> None:
    unit = {"Capacity (MW)": "100", "Heat rate (Btu per kWh)": "10000"}
    unit |= {"Capacity factor": "0.5"}
    bed = unit | {"Combustion technology": "CFB"}
    small = unit | {"Capacity (MW)": "50"}
    drafts = _drafts(_estimates(tmp_path, "gem-coal", unit, unit, small, bed))
    ash = drafts["fly_ash"]
    assert ash.mass_kg == 2 * 43_800_000 + 21_900_000
    assert "2 x 100 MW" in ash.formula
    assert "合计 sum 109,500 t/y" in ash.formula
    assert drafts["fly_ash_cfb"].mass_kg == 21_900_000


def test_a_unit_without_a_heat_rate_is_told(tmp_path: Path) -> None:
    estimates = _estimates(tmp_path, "gem-coal", {"Heat rate (Btu per kWh)": "n/a"})
    assert not _drafts(estimates)
    assert "Heat rate" in _gaps(estimates)["fly_ash"]


def test_slag_of_a_works_with_ordinary_ore(tmp_path: Path) -> None:
    trackerfiles.write_capacities(
        tmp_path, {}, {"Nominal EAF steel capacity (ttpa)": "1000"}
    )
    drafts = _drafts(_estimates(tmp_path, "gem-steel", {}))
    # Twice 2,300 kt x 0.125, and 1,000 kt x 0.1; twice 2,428 kt x 0.3
    assert drafts["steel_slag"].mass_kg == 575_000_000
    assert drafts["steel_slag_eaf"].mass_kg == 100_000_000
    assert drafts["bf_slag"].mass_kg == 1_456_800_000


def test_slag_of_vanadium_titanium_ore_says_that_it_is_assumed(tmp_path: Path) -> None:
    trackerfiles.write_capacities(tmp_path, {})
    drafts = _drafts(_estimates(tmp_path, "gem-steel", {}, county=PANZHIHUA))
    assert drafts["bf_slag_v_ti"].mass_kg == 971_200_000
    assert "slag is assumed" in drafts["bf_slag_v_ti"].formula


def test_a_furnace_of_unknown_size_is_told_and_the_others_count(tmp_path: Path) -> None:
    trackerfiles.write_capacities(tmp_path, {"Nominal BOF steel capacity (ttpa)": ">0"})
    estimates = _estimates(tmp_path, "gem-steel", {})
    assert set(_drafts(estimates)) == {"bf_slag"}
    assert "'>0'" in _gaps(estimates)["steel_slag"]


def test_a_works_without_any_capacity_is_told(tmp_path: Path) -> None:
    blank = {
        "Nominal BOF steel capacity (ttpa)": "",
        "Nominal BF capacity (ttpa)": "",
    }
    trackerfiles.write_capacities(tmp_path, blank)
    assert _gaps(_estimates(tmp_path, "gem-steel", {}))


@pytest.mark.parametrize(
    ("newest", "year_before", "ore_kt", "said"),
    [
        ("1000", "3000", 1000, "Production 2024"),
        ("unknown", "3000", 3000, "Production 2023"),
        ("", "unknown", 4600, "Design capacity"),
    ],
)
def test_the_newest_output_counts_and_the_design_last(
    tmp_path: Path, newest: str, year_before: str, ore_kt: int, said: str
) -> None:
    row = {"Production 2024 (ttpa)": newest, "Production 2023 (ttpa)": year_before}
    drafts = _drafts(_estimates(tmp_path, "gem-iron-ore", row))
    assert drafts["iron_tailings"].mass_kg == ore_kt * 600_000
    assert said in drafts["iron_tailings"].formula


def test_fill_for_half_of_the_void(tmp_path: Path) -> None:
    drafts = _drafts(_estimates(tmp_path, "gem-iron-ore", {}))
    # 3,000 kt / 3 t per m3 = 1 million m3; half of it at 1.5 t per m3
    assert drafts["mine_backfill"].mass_kg == 750_000_000
    assert drafts["mine_backfill"].side == Side.DEMAND


def test_a_mine_of_unknown_size_has_no_tonnage(tmp_path: Path) -> None:
    row = {"Production 2023 (ttpa)": "unknown", "Design capacity (ttpa)": "unknown"}
    estimates = _estimates(tmp_path, "gem-iron-ore", row)
    assert set(_gaps(estimates)) == {"iron_tailings", "mine_backfill"}
