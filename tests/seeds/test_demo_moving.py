"""Three invented years: whatever the region, they close on what is there today."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from seeds.demo.moving import (
    MONTHS,
    Flow,
    Pile,
    Place,
    Sink,
    Step,
    crossed,
    flows,
    steps,
)
from wastehub.geodesy import great_circle_km
from wastehub.ledger.kinds import Kind, change_kg

GYPSUM = 1
masses = st.just(0) | st.integers(10**5, 10**9)
places = st.sampled_from([Place(key, 104, 30 + key / 5) for key in range(1, 5)])


def pile(stock_kg: int, rate_kg_per_year: int, site: Place, is_old: bool) -> Pile:
    return Pile(site, GYPSUM, stock_kg, rate_kg_per_year, 200, is_old)


def sink(site: Place, capacity_kg_per_year: int) -> Sink:
    return Sink(site, 1, frozenset({GYPSUM}), capacity_kg_per_year, 200)


def stocks(moved: list[Step]) -> dict[int, list[int]]:
    """Each site's stock after each step."""
    after: dict[int, list[int]] = defaultdict(lambda: [0])
    for step in moved:
        after[step.site].append(
            after[step.site][-1] + change_kg(step.kind, step.mass_kg)
        )
    return after


worlds = st.tuples(
    st.builds(pile, masses, masses, places, st.booleans()),
    st.lists(st.builds(sink, places, masses), max_size=3),
)


@given(worlds, st.integers(0, 5))
def test_a_pile_closes_on_todays_stock_and_no_stock_is_ever_negative(
    world: tuple[Pile, list[Sink]], seed: int
) -> None:
    one, sinks = world
    moved = steps([one], flows([one], sinks), seed)
    after = stocks(moved)
    assert all(min(of_site) >= 0 for of_site in after.values())
    assert after[one.site.key][-1] == one.stock_kg


@given(worlds, st.integers(0, 5))
def test_what_is_shipped_is_received(world: tuple[Pile, list[Sink]], seed: int) -> None:
    one, sinks = world
    total: dict[Kind, int] = defaultdict(int)
    for step in steps([one], flows([one], sinks), seed):
        total[step.kind] += step.mass_kg
        assert 0 <= step.month < MONTHS
        assert step.mass_kg > 0
    assert total[Kind.SHIPPED] == total[Kind.RECEIVED]


def test_the_nearest_sink_is_served_first() -> None:
    yard, near, far = Place(1, 104, 30), Place(2, 104, 30.2), Place(3, 104, 30.4)
    sinks = [sink(far, 100), sink(near, 60)]
    found = flows([pile(0, 100, yard, False)], sinks)
    assert [(flow.sink.site, flow.kg_per_year) for flow in found] == [
        (near, 60),
        (far, 40),
    ]


def test_old_contracts_cross_over_a_longer_way_with_the_same_masses() -> None:
    west, near_west, near_east, east = (
        Place(key, lon, 30) for key, lon in enumerate((104, 104.1, 104.4, 104.5))
    )
    piles = [pile(0, 100, west, False), pile(0, 50, east, False)]
    before = flows(piles, [sink(near_west, 100), sink(near_east, 50)])
    after = crossed(before)
    assert _haulage(after) > _haulage(before)
    for end in ("pile", "sink"):
        assert _by(end, after) == _by(end, before)


def _by(end: str, found: list[Flow]) -> dict[Place, int]:
    total: dict[Place, int] = defaultdict(int)
    for flow in found:
        total[getattr(flow, end).site] += flow.kg_per_year
    return total


def _haulage(found: list[Flow]) -> float:
    ends = ((flow, flow.pile.site, flow.sink.site) for flow in found)
    return sum(
        flow.kg_per_year * great_circle_km(one.lon, one.lat, other.lon, other.lat)
        for flow, one, other in ends
    )


def test_the_same_seed_gives_the_same_moves() -> None:
    world = [pile(10**6, 10**6, Place(1, 104, 30), True)]
    assert steps(world, [], 7) == steps(world, [], 7)
    assert steps(world, [], 7) != steps(world, [], 8)
