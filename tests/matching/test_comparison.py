"""Plans compared: nothing is gained that nobody loses, and nothing is counted twice."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.comparison import Comparison, compare
from matching.difference import Delivered, Side, Site, turns
from matching.models import Match, PlantMatch, Price
from matching.scenario_models import Scenario
from matching.scenarios import change_add
from matching.wishes import Wishes
from tests import sandworld, worlds
from tests.matching.hypothetical import kiln, planned, plant, scenario
from wastehub.errors import Refused

WORKS = [Site(str(number), "厂", "works") for number in range(4)]
deliveries = st.lists(
    st.builds(
        Delivered,
        st.sampled_from(WORKS),
        st.sampled_from(WORKS),
        st.integers(1, 10**12),
        st.decimals(-(10**6), 10**6, places=2),
    ),
    max_size=12,
)


@given(deliveries, deliveries)
def test_each_sides_changes_add_up_to_the_change_of_the_whole(
    before: list[Delivered], after: list[Delivered]
) -> None:
    found = turns(before, after)
    more_kg = sum(row.mass_kg for row in after) - sum(row.mass_kg for row in before)
    dearer = sum((row.cost_yuan for row in after), Decimal(0))
    dearer -= sum((row.cost_yuan for row in before), Decimal(0))
    for side in Side:
        rows = [row for row in found if row.side == side]
        assert sum(row.gained_kg for row in rows) == more_kg
        assert sum(row.cost_gained_yuan for row in rows) == dearer


@given(deliveries)
def test_nothing_turns_between_a_plan_and_itself(rows: list[Delivered]) -> None:
    assert turns(rows, reversed(rows)) == []


def test_as_much_for_less_is_a_gain() -> None:
    one, other = WORKS[:2]
    before = [Delivered(one, other, 1000, Decimal(30))]
    after = [Delivered(one, other, 1000, Decimal(20))]
    assert [row.is_gain for row in turns(before, after)] == [True, True]
    assert [row.is_gain for row in turns(after, before)] == [False, False]
    assert [row.is_gain for row in turns(after, [])] == [False, False]


@pytest.fixture
def _rules(db: None) -> None:
    worlds.two_counties()
    sandworld.route("bricks")


def compared(*scenarios: Scenario) -> Comparison:
    return compare(scenarios, Match.objects.all(), PlantMatch.objects.all())


@pytest.mark.usefixtures("_rules")
def test_the_sites_changes_add_up_to_those_of_the_plans() -> None:
    works = [worlds.facility(lon) for lon in (104.2, 104.6, 105.4)]
    for site in works:
        worlds.supply("sand", at=site, stock_kg=700_000)
    near, far = kiln(104.5), kiln(105.5)
    supposed = scenario(
        {"kind": "closure", "demand": near},
        plant(lon=104.9, capacity_kg_per_year=600_000),
        {"kind": "capacity", "demand": far, "times": 0.4},
    )
    run = planned(supposed)
    (found,) = compared(supposed).compared
    for side in Side:
        rows = [row for row in found.turns if row.side == side]
        placed = run.summary["placed_kg"] - run.base.summary["placed_kg"]
        cost = run.summary["net_cost_yuan"] - run.base.summary["net_cost_yuan"]
        assert sum(row.gained_kg for row in rows) == placed
        assert float(sum(row.cost_gained_yuan for row in rows)) == pytest.approx(cost)
    takers = {row.site.key: row for row in found.turns if row.side == Side.TAKES}
    assert takers[str(near.facility.public_id)].gained_kg == -1_000_000
    new = takers[str(supposed.changes.get(kind="plant").public_id)]
    assert (new.site.is_supposed, new.is_gain, new.before_kg) == (True, True, 0)


@pytest.mark.usefixtures("_rules")
def test_the_next_tonnes_price_is_told_of_each_taker_touched() -> None:
    worlds.supply("sand", stock_kg=5 * 10**7)
    small, other = kiln(104.6, capacity_kg=10**7), kiln(104.7)
    supposed = scenario(
        {"kind": "capacity", "demand": small, "times": 10},
        {"kind": "closure", "facility": other.facility},
        plant(name="shed"),
    )
    run = planned(supposed)
    (found,) = compared(supposed).compared
    one, two, three = found.prices
    was = Price.objects.get(run=run.base, demand=small).price_yuan_per_t
    assert (one.demand, one.before_yuan_per_t, one.after_yuan_per_t) == (small, was, 0)
    assert two.before_yuan_per_t is not None
    assert (two.demand, two.after_yuan_per_t) == (other, None)
    assert (three.change.name, three.demand, three.before_yuan_per_t) == (
        "shed",
        None,
        None,
    )


@pytest.mark.usefixtures("_rules")
def test_an_aim_without_money_has_no_price() -> None:
    supposed = scenario(
        {"kind": "capacity", "demand": kiln(104.6), "times": 2},
        wishes=Wishes(objective="tonnes"),
    )
    planned(supposed)
    (price,) = compared(supposed).compared[0].prices
    assert (price.before_yuan_per_t, price.after_yuan_per_t) == (None, None)


@pytest.mark.usefixtures("_rules")
def test_scenarios_of_one_base_stand_side_by_side() -> None:
    near = kiln(104.6)
    one = scenario({"kind": "closure", "demand": near})
    other = scenario({"kind": "capacity", "demand": near, "times": 2}, name="b")
    base = planned(one).base
    planned(other)
    found = compared(other, one)
    assert [row.scenario for row in found.compared] == [other, one]
    assert found.base == base


@pytest.mark.usefixtures("_rules")
@pytest.mark.parametrize("case", ["none", "twice", "unplanned", "changed", "question"])
def test_what_does_not_compare_is_refused(case: str) -> None:
    one = scenario({"kind": "closure", "demand": kiln(104.6)})
    other: dict[str, Any] = {"wishes": Wishes(farthest_haul_km=9), "name": "b"}
    two = scenario({"kind": "subsidy", "subsidy_yuan_per_t": 1}, **other)
    planned(one)
    asked = {"none": [], "twice": [one, one], "changed": [one]}.get(case, [one, two])
    if case == "question":
        planned(two)
    if case == "changed":
        change_add(scenario_id=one.pk, kind="subsidy", subsidy_yuan_per_t=1)
    with pytest.raises(Refused) as refused:
        compared(*asked)
    assert list(refused.value.fields) == ["scenarios"]
