"""What a scenario may suppose: every fault said by field, or held by the database."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from matching.models import MatchRun
from matching.scenario_models import Scenario, ScenarioChange
from matching.wishes import Wishes
from tests import sandworld, worlds
from tests.matching.hypothetical import maker, plant, scenario
from wastehub.errors import Refused
from wastehub.registry.models import Demand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    sandworld.bricks()


def brickyard(lon: float = 104.5) -> Demand:
    """A thousand tonnes of sand a year wanted."""
    return worlds.demand("bricks", at=worlds.facility(lon))


def a_plant(**told: Any) -> dict[str, Any]:
    """A brickyard that nobody has built."""
    return plant("bricks", **told)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "miracle"}, "kind"),
        ({"kind": "edition"}, "as_of"),
        ({"kind": "edition", "as_of": date(2030, 1, 1), "times": 2}, "times"),
        ({"kind": "subsidy", "subsidy_yuan_per_t": 0}, "subsidy_yuan_per_t"),
        (
            {"kind": "subsidy", "subsidy_yuan_per_t": Decimal("NaN")},
            "subsidy_yuan_per_t",
        ),
        ({"kind": "closure"}, "facility"),
        ({"kind": "capacity", "times": 2}, "demand"),
        ({"name": ""}, "name"),
        ({"route": None}, "route"),
        ({"lon": float("nan")}, "lon"),
        ({"lon": 0.0}, "lon"),
        ({"capacity_kg_per_year": 0}, "capacity_kg_per_year"),
        ({"capacity_kg_per_year": -1}, "capacity_kg_per_year"),
        ({"capacity_kg_per_year": 10**13}, "capacity_kg_per_year"),
        ({"price_yuan_per_t": Decimal(10**7)}, "price_yuan_per_t"),
        (
            {"price_yuan_per_t": Decimal(10**6), "capacity_kg_per_year": 10**12},
            "price_yuan_per_t",
        ),
        ({"farthest_km": 0.0}, "farthest_km"),
    ],
)
def test_a_change_that_can_not_be_is_refused_by_field(
    told: dict[str, Any], field: str
) -> None:
    told = told if "kind" in told else a_plant() | told
    with pytest.raises(Refused) as refused:
        scenario({"kind": "subsidy", "subsidy_yuan_per_t": 1}, told)
    assert f"changes.1.{field}" in refused.value.fields
    assert not Scenario.objects.exists()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"times": float("inf")}, "times"),
        ({"times": -1.0}, "times"),
        ({"times": 1e-9}, "times"),
        ({"times": 99.0, "capacity_kg_per_year": 5}, "capacity_kg_per_year"),
        ({"capacity_kg_per_year": 10**13}, "capacity_kg_per_year"),
    ],
)
def test_a_capacity_that_can_not_be_is_refused(
    told: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        scenario({"kind": "capacity", "demand": brickyard(), **told})
    assert list(refused.value.fields) == [f"changes.0.{field}"]


def test_least_co2_takes_no_subsidy() -> None:
    told = {"kind": "subsidy", "subsidy_yuan_per_t": 5}
    with pytest.raises(Refused):
        scenario(told, wishes=Wishes(objective="co2"))


def test_a_plant_lies_in_the_scenarios_county() -> None:
    with pytest.raises(Refused) as refused:
        scenario(a_plant(lon=105.5), adcode=worlds.WEST)
    assert list(refused.value.fields) == ["changes.0.lon"]


@pytest.mark.parametrize(("border", "is_taken"), [("region", False), ("open", True)])
def test_a_closure_lies_where_the_plan_may_go(border: str, is_taken: bool) -> None:
    told = {"kind": "closure", "demand": brickyard(105.5)}
    wishes = Wishes(border=border)
    if is_taken:
        scenario(told, adcode=worlds.WEST, wishes=wishes)
    else:
        with pytest.raises(Refused) as refused:
            scenario(told, adcode=worlds.WEST, wishes=wishes)
        assert list(refused.value.fields) == ["changes.0.demand"]


def test_what_is_invented_never_closes_for_what_is_real() -> None:
    worlds.facility()
    dream = worlds.facility(owner=worlds.organisation(9, is_invented=True))
    with pytest.raises(Refused) as refused:
        scenario({"kind": "closure", "facility": dream})
    assert list(refused.value.fields) == ["changes.0.facility"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"note": "n" * 2001}, "note"),
        ({"adcode": "990000"}, "region"),
        ({"horizon_months": 0}, "horizon_months"),
        ({"accept": "no"}, "accept"),
        ({"wishes": Wishes(objective="best")}, "objective"),
    ],
)
def test_a_scenario_that_can_not_be_is_refused(
    told: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        scenario(**told)
    assert list(refused.value.fields) == [field]


def test_a_name_stands_once_for_a_maker_and_a_region() -> None:
    scenario()
    with pytest.raises(Refused) as refused:
        scenario()
    assert list(refused.value.fields) == ["name"]
    scenario(adcode=worlds.WEST)


def test_one_edition_and_one_capacity_of_a_demand() -> None:
    near = brickyard()
    for told, field in (
        ({"kind": "edition", "as_of": date(2030, 1, 1)}, "as_of"),
        ({"kind": "capacity", "demand": near, "times": 2}, "demand"),
    ):
        with pytest.raises(Refused) as refused:
            scenario(told, told)
        assert list(refused.value.fields) == [f"changes.1.{field}"]


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "edition"},
        {"kind": "closure"},
        {"kind": "subsidy", "subsidy_yuan_per_t": 1, "as_of": date(2030, 1, 1)},
        {"kind": "subsidy", "subsidy_yuan_per_t": -1},
        {"kind": "plant", "capacity_kg_per_year": 5},
    ],
)
def test_the_database_refuses_a_change_with_the_wrong_columns(
    columns: dict[str, Any],
) -> None:
    supposed = scenario()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScenarioChange.objects.create(scenario=supposed, position=1, **columns)


def test_the_database_wants_a_base_for_a_scenarios_run() -> None:
    supposed = scenario(name="c")
    assert supposed.created_by == maker()
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchRun.objects.create(
            kind="region", adcode="510000", scenario=supposed, as_of=date(2026, 1, 1)
        )
