"""A plan's wishes: each reaches the result, or is refused by name."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matching import services
from matching.models import MatchRun
from matching.wishes import Wishes
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Displacement, Factor
from wastehub.errors import Refused
from wastehub.places.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def a_plan(**wishes: Any) -> MatchRun:
    run = services.plan_start(
        adcode="510000", accept="unknown", wishes=Wishes(**wishes)
    )
    return services.run_execute(run_id=run.pk)


def ash_for_a_kiln_and_gypsum_for_retarder() -> None:
    """Ash 10 km from a kiln; gypsum 50 km from a mill, which saves 32.8 kg/t there."""
    kiln = worlds.facility(104.5)
    worlds.supply("fly_ash", at=worlds.facility(104.6))
    worlds.demand("raw_meal", at=kiln, base_kg_per_year=10**9)
    worlds.supply("phosphogypsum", at=worlds.facility(105.0))
    worlds.demand("set_retarder", at=kiln, base_kg_per_year=10**9)


def test_each_match_says_its_co2_beside_its_cost() -> None:
    ash_for_a_kiln_and_gypsum_for_retarder()
    run = a_plan()
    ash = run.matches.get(supply__material__code="fly_ash")
    gypsum = run.matches.get(supply__material__code="phosphogypsum")
    assert (ash.co2_displaced_kg_per_t, gypsum.co2_displaced_kg_per_t) == (55.0, 32.8)
    assert ash.co2_haul_kg_per_t == pytest.approx(0.078 * ash.haul_km, abs=0.001)
    summary = run.summary
    assert summary["objective"] == "cost"
    assert summary["co2_displaced_t"] == 55.0 + 32.8
    hauled = ash.co2_haul_kg_per_t + gypsum.co2_haul_kg_per_t
    assert summary["co2_haul_t"] == pytest.approx(hauled)


def test_the_deduction_of_raw_meal_is_never_credited_to_retarder() -> None:
    credited = Displacement.objects.filter(route__code="set_retarder")
    assert set(credited.values_list("factor__code", flat=True)) == {
        "co2_natural_gypsum"
    }
    meal = Displacement.objects.filter(factor__code__startswith="co2_raw_meal")
    assert set(meal.values_list("route__code", flat=True)) == {
        "raw_meal",
        "iron_corrective",
        "aluminous_corrective",
    }


def test_least_co2_gives_the_kilns_room_to_what_saves_most() -> None:
    """A tonne of gypsum saves 245 kg in raw meal, one of ash 55, whatever they cost."""
    ash_for_a_kiln_and_gypsum_for_retarder()
    run = a_plan(objective="co2")
    uses = run.matches.values_list("supply__material__code", "demand__route__code")
    assert list(uses) == [("phosphogypsum", "raw_meal")]
    assert not run.prices.exists()


def test_least_co2_leaves_a_haul_that_emits_more_than_the_use_saves() -> None:
    worlds.supply("phosphogypsum", at=worlds.facility(105.0))
    mill = worlds.facility(104.5)
    worlds.demand("set_retarder", at=mill, base_kg_per_year=10**9)
    for saved_kg_per_t, placed_kg in [(32.8, 1_000_000), (1.0, 0)]:
        Factor.objects.filter(code="co2_natural_gypsum").update(value=saved_kg_per_t)
        assert a_plan(objective="co2").summary["placed_kg"] == placed_kg


def test_most_tonnes_places_what_no_money_would() -> None:
    worlds.supply("fly_ash", price_yuan_per_t=Decimal(900))
    worlds.demand("raw_meal", base_kg_per_year=10**9)
    assert a_plan().summary["placed_kg"] == 0
    assert a_plan(objective="tonnes").summary["placed_kg"] == 1_000_000


def test_a_subsidy_places_what_is_too_dear_and_is_told_apart() -> None:
    worlds.supply("fly_ash", price_yuan_per_t=Decimal(250))
    worlds.demand("raw_meal", base_kg_per_year=10**9)
    other = a_plan(subsidy_yuan_per_t=100, subsidy_material="steel_slag")
    assert other.summary["placed_kg"] == 0
    run = a_plan(subsidy_yuan_per_t=100, subsidy_material="fly_ash")
    match = run.matches.get()
    assert match.subsidy_yuan_per_t == 100
    assert match.net_cost_yuan_per_t == 250 + match.haul_yuan_per_t
    assert run.summary["subsidy_yuan"] == 100_000


def test_a_carbon_price_turns_a_dear_use_that_saves_co2_into_a_cheap_one() -> None:
    """A saved 55 kg a tonne at 1,000 yuan per tonne of CO2 is worth 55 yuan."""
    worlds.supply("fly_ash", price_yuan_per_t=Decimal(230))
    worlds.demand("raw_meal", base_kg_per_year=10**9)
    assert a_plan().summary["placed_kg"] == 0
    run = a_plan(objective="mix", carbon_price_yuan_per_t=1000)
    assert run.summary["placed_kg"] == 1_000_000
    assert run.matches.get().net_cost_yuan_per_t > 200


def test_the_farthest_haul_is_by_road() -> None:
    worlds.supply("fly_ash", at=worlds.facility(104.5))
    worlds.demand("raw_meal", at=worlds.facility(104.7), base_kg_per_year=10**9)
    haul_km = a_plan().matches.get().haul_km
    for farthest_km, placed_kg in [(haul_km + 0.1, 10**6), (haul_km - 0.1, 0)]:
        run = a_plan(farthest_haul_km=farthest_km)
        assert run.summary["placed_kg"] == placed_kg


def next_province() -> None:
    """A county of another province, east of the two."""
    square = worlds.square(106, 30, 107, 31)
    parent = Region.objects.get(adcode="510000")
    for adcode, level in [("500000", "province"), ("500101", "county")]:
        parent = Region.objects.create(
            boundary_set=parent.boundary_set,
            adcode=adcode,
            level=level,
            parent=parent if level == "county" else None,
            name_zh=adcode,
            shape=square,
            drawn_shape=square,
        )


@pytest.mark.parametrize(
    ("border", "placed_kg"), [("region", 0), ("province", 0), ("open", 1_000_000)]
)
def test_a_province_border_is_crossed_only_by_choice(
    border: str, placed_kg: int
) -> None:
    next_province()
    worlds.supply("fly_ash", at=worlds.facility(105.9))
    worlds.demand("raw_meal", at=worlds.facility(106.1), base_kg_per_year=10**9)
    assert a_plan(border=border).summary["placed_kg"] == placed_kg


def test_a_least_shipment_leaves_no_smaller_flow() -> None:
    worlds.supply("fly_ash", at=worlds.facility(104.6), stock_kg=600_000)
    worlds.supply("fly_ash", at=worlds.facility(105.0), stock_kg=900_000)
    kiln = worlds.facility(104.5)
    worlds.demand(
        "raw_meal", at=kiln, capacity_kg_per_year=10**6, base_kg_per_year=10**9
    )
    run = a_plan(least_shipment_t=500)
    assert list(run.matches.values_list("mass_kg", flat=True)) == [600_000]
    assert run.summary["pairs_dropped"] == 1
    assert run.summary["certificate"]["ok"]


def test_partners_of_an_earlier_plan_are_kept_for_their_bonus() -> None:
    far = worlds.supply("fly_ash", at=worlds.facility(105.0))
    kiln = worlds.facility(104.5)
    worlds.demand("raw_meal", at=kiln, base_kg_per_year=10**9)
    earlier = a_plan()
    worlds.supply("fly_ash", at=worlds.facility(104.6))
    assert a_plan().matches.get().supply != far
    kept = a_plan(keeps=str(earlier.public_id), kept_bonus_yuan_per_t=50)
    assert kept.matches.get().supply == far


def test_a_queued_run_of_before_there_were_wishes_is_carried_out() -> None:
    ash_for_a_kiln_and_gypsum_for_retarder()
    run = services.plan_start(adcode="510000", accept="unknown")
    run.params = {"horizon_months": 12, "accept": "unknown", "block_pairs": 2_000_000}
    run.save(update_fields=["params"])
    assert services.run_execute(run_id=run.pk).summary["placed_kg"] == 2_000_000


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"objective": "best"}, "objective"),
        ({"objective": "mix"}, "carbon_price_yuan_per_t"),
        ({"carbon_price_yuan_per_t": 5}, "carbon_price_yuan_per_t"),
        (
            {"objective": "mix", "carbon_price_yuan_per_t": Decimal("NaN")},
            "carbon_price_yuan_per_t",
        ),
        (
            {"objective": "mix", "carbon_price_yuan_per_t": float("inf")},
            "carbon_price_yuan_per_t",
        ),
        ({"subsidy_yuan_per_t": -1}, "subsidy_yuan_per_t"),
        ({"subsidy_yuan_per_t": 10**30}, "subsidy_yuan_per_t"),
        ({"subsidy_yuan_per_t_km": float("nan")}, "subsidy_yuan_per_t_km"),
        ({"objective": "co2", "subsidy_yuan_per_t": 5}, "subsidy_yuan_per_t"),
        ({"subsidy_material": "tin"}, "subsidy_material"),
        ({"farthest_haul_km": float("-inf")}, "farthest_haul_km"),
        ({"least_shipment_t": -0.1}, "least_shipment_t"),
        ({"border": "moon"}, "border"),
        ({"keeps": "yesterday", "kept_bonus_yuan_per_t": 5}, "keeps"),
        ({"kept_bonus_yuan_per_t": 5}, "kept_bonus_yuan_per_t"),
    ],
)
def test_a_wish_that_can_not_be_met_is_refused(
    wishes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        services.plan_start(adcode="510000", wishes=Wishes(**wishes))
    assert list(refused.value.fields) == [field]
    assert not MatchRun.objects.exists()


def test_the_command_takes_the_same_wishes(capsys: pytest.CaptureFixture[str]) -> None:
    ash_for_a_kiln_and_gypsum_for_retarder()
    call_command(
        "plan", "--accept=unknown", "--objective=mix", "--carbon-price-yuan-per-t=90"
    )
    assert "aim mix" in capsys.readouterr().out
    run = MatchRun.objects.get()
    assert run.params["carbon_price_fen_per_t"] == 9000
    with pytest.raises(CommandError, match="least_shipment_t: "):
        call_command("plan", "--least-shipment-t=nan")
