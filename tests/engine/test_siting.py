"""Siting: by hand, against every subset of tiny worlds, and published optima."""

import csv
import os
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from matching.engine.siting import Siting, choose_sites

FOLDER = os.environ.get("WASTEHUB_SHARED_DATA", "")
CAPS = ["cap41", "cap42", "cap51", "cap61", "cap62", "cap81", "cap111"]


def siting(mass_kg, capacity_kg, fixed_fen, pairs, left=20_000) -> Siting:
    """Pairs by supply and site, with what a tonne costs."""
    keys = sorted(pairs)
    return Siting(
        mass_kg=np.array(mass_kg, np.int64),
        left_fen_per_t=np.full(len(mass_kg), left, np.int64),
        capacity_kg=np.array(capacity_kg, np.int64),
        fixed_fen=np.array(fixed_fen, np.int64),
        supply=np.array([supply for supply, _ in keys], np.int32),
        site=np.array([site for _, site in keys], np.int32),
        cost_fen_per_t=np.array([pairs[key] for key in keys], np.int64),
    )


@pytest.fixture
def two_heaps_three_sites() -> Siting:
    """1,000 t west and 500 t east; a site at each, and a large one between them.

    A tonne left costs 200 yuan, next door 20, to the middle 50. West saves 180,000
    and east 90,000 a year, the middle 150 x 1,500 = 225,000.
    """
    pairs = {(0, 0): 2_000, (1, 1): 2_000, (0, 2): 5_000, (1, 2): 5_000}
    return siting(
        [1_000_000, 500_000],
        [1_000_000, 500_000, 2_000_000],
        [10_000_000, 8_500_000, 14_000_000],
        pairs,
    )


def test_sites_that_pay_off_are_built(two_heaps_three_sites):
    found = choose_sites(two_heaps_three_sites)
    # Alone 80,000 and 5,000 are saved after the fixed cost, in the middle 85,000:
    # both ways 85,000, so a fen decides.
    cheaper = replace(
        two_heaps_three_sites,
        fixed_fen=np.array([10_000_000, 8_500_000, 13_999_999]),
    )
    assert choose_sites(cheaper).is_built.tolist() == [False, False, True]
    all_left = 20_000 * 1_500_000
    assert found.total_fen_kg_per_t == all_left - 8_500_000 * 1_000
    assert found.is_proven
    assert found.gap_frac == 0


def test_a_site_that_does_not_pay_says_what_it_lacks(two_heaps_three_sites):
    dear = replace(
        two_heaps_three_sites, fixed_fen=np.array([10_000_000, 9_100_000, 30_000_000])
    )
    found = choose_sites(dear)
    assert found.is_built.tolist() == [True, False, False]
    # East would save 90,000 of its 91,000; the middle 75,000 beside the west.
    assert found.missing_fen.tolist() == [0, 100_000, 22_500_000]


def test_what_a_cut_of_the_missing_cost_promises_comes_true(two_heaps_three_sites):
    dear = replace(
        two_heaps_three_sites, fixed_fen=np.array([10_000_000, 9_100_000, 30_000_000])
    )
    missing = choose_sites(dear).missing_fen
    for site in (1, 2):
        fixed = dear.fixed_fen.copy()
        fixed[site] -= missing[site] + 1
        assert choose_sites(replace(dear, fixed_fen=fixed)).is_built[site]


def test_a_heap_is_split_over_sites_that_are_full():
    found = choose_sites(
        siting([1_000], [300, 400], [1, 1], {(0, 0): 100, (0, 1): 200})
    )
    assert found.is_built.all()
    assert found.flow_kg.tolist() == [300, 400]


@pytest.mark.parametrize(
    "nothing",
    [
        siting([], [], [], {}),
        siting([5], [5], [1], {}),
        siting([5], [5], [0], {(0, 0): 20_000}),
        siting([0], [5], [0], {(0, 0): 1}),
        siting([5], [0], [0], {(0, 0): 1}),
        siting([5], [5], [10**14], {(0, 0): 1}),
    ],
    ids=["empty", "no pair", "no gain", "no mass", "no capacity", "too dear"],
)
def test_where_nothing_pays_nothing_is_built(nothing):
    found = choose_sites(nothing)
    assert not found.is_built.any()
    assert found.flow_kg.sum() == 0
    assert found.is_proven


def _random(seed: int) -> Siting:
    """At most 4 supplies and 5 sites, with ties, holes and dead ends."""
    rng = np.random.default_rng(seed)
    supplies, sites = rng.integers(1, 5), rng.integers(1, 6)
    pairs = {
        (s, n): int(rng.integers(-3, 25) * 1_000)
        for s in range(supplies)
        for n in range(sites)
        if rng.random() < 0.8
    }
    return siting(
        rng.integers(0, 12, supplies),
        rng.integers(0, 15, sites),
        rng.integers(0, 150, sites),
        pairs,
    )


def _cheapest(world: Siting) -> int:
    """The least total over every subset of sites, in fen kg per t."""
    sites = range(len(world.capacity_kg))
    subsets = [set(s) for n in range(len(sites) + 1) for s in combinations(sites, n)]
    return min(
        1_000 * sum(int(world.fixed_fen[site]) for site in subset)
        + _transported(world, subset)
        for subset in subsets
    )


def _transported(world: Siting, subset: set[int]) -> int:
    """The least cost of all masses, by augmenting along cheapest paths, kilo by kilo.

    Textbook Bellman-Ford on the residual network, independent of any solver.
    """
    supplies = len(world.mass_kg)
    edges: list[list[int]] = []

    def edge(start: int, end: int, room: int, cost: int) -> None:
        edges.extend([[start, end, room, cost], [end, start, 0, -cost]])

    sink, yard = 1 + supplies + len(world.capacity_kg), 0
    for site in subset:
        edge(1 + supplies + site, sink, int(world.capacity_kg[site]), 0)
    rows = zip(world.supply, world.site, world.cost_fen_per_t, strict=True)
    for supply, site, cost in rows:
        if site in subset:
            edge(1 + supply, 1 + supplies + site, 10**9, int(cost))
    for supply in range(supplies):
        edge(1 + supply, yard, 10**9, int(world.left_fen_per_t[supply]))
    edge(yard, sink, 10**9, 0)
    total = 0
    for supply in range(supplies):
        for _ in range(int(world.mass_kg[supply])):
            total += _augment(edges, 1 + supply, sink)
    return total


def _augment(edges: list[list[int]], start: int, sink: int) -> int:
    cost, through = {start: 0}, {}
    is_changed = True
    while is_changed:
        is_changed = False
        for number, (a, b, room, fen) in enumerate(edges):
            if room and a in cost and cost[a] + fen < cost.get(b, 10**18):
                cost[b], through[b], is_changed = cost[a] + fen, number, True
    at = sink
    while at != start:
        number = through[at]
        edges[number][2] -= 1
        edges[number ^ 1][2] += 1
        at = edges[number][0]
    return cost[sink]


@pytest.mark.parametrize("seed", range(60))
def test_no_subset_of_sites_is_cheaper(seed):
    world = _random(seed)
    found = choose_sites(world)
    assert found.is_proven
    assert found.total_fen_kg_per_t == _cheapest(world)
    assert found.total_fen_kg_per_t == _priced(world, found)


def _priced(world, found) -> int:
    """The total, added up anew; masses and capacities must hold."""
    sent = np.bincount(world.supply, found.flow_kg, len(world.mass_kg))
    taken = np.bincount(world.site, found.flow_kg, len(world.capacity_kg))
    assert (found.flow_kg >= 0).all()
    assert (sent <= world.mass_kg).all()
    assert (taken <= np.where(found.is_built, world.capacity_kg, 0)).all()
    left = world.mass_kg - sent
    return int(
        1_000 * world.fixed_fen[found.is_built].sum()
        + world.cost_fen_per_t @ found.flow_kg
        + world.left_fen_per_t @ left
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_of_what_is_missing_is_always_enough(seed):
    world = _random(seed)
    found = choose_sites(world)
    for site in np.flatnonzero(~found.is_built & (found.missing_fen > 0)):
        fixed = world.fixed_fen.copy()
        fixed[site] -= min(found.missing_fen[site], fixed[site])
        cut = replace(world, fixed_fen=fixed)
        beside = found.total_fen_kg_per_t
        assert choose_sites(cut).total_fen_kg_per_t <= beside


def test_the_same_question_has_the_same_answer():
    first, second = (choose_sites(_random(7)) for _ in range(2))
    assert first.is_built.tobytes() == second.is_built.tobytes()
    assert first.flow_kg.tobytes() == second.flow_kg.tobytes()


def test_masses_of_a_country_stay_exact_to_the_kilogram():
    world = siting(
        [10**11 + 1, 10**11 + 3],
        [10**11 + 2, 10**11],
        [10**11, 10**11],
        {(0, 0): 1_000, (1, 0): 1_000, (0, 1): 1_001, (1, 1): 1_003},
    )
    found = choose_sites(world)
    assert found.flow_kg.sum() == 2 * 10**11 + 2
    assert found.total_fen_kg_per_t == _priced(world, found)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("mass_kg", [-1]),
        ("capacity_kg", [-1]),
        ("fixed_fen", [-1]),
        ("fixed_fen", [10**14 + 1]),
        ("supply", [1]),
        ("site", [-1]),
        ("cost_fen_per_t", [10**9 + 1]),
        ("cost_fen_per_t", [1.5]),
        ("mass_kg", [float("nan")]),
        ("left_fen_per_t", [1, 2]),
    ],
)
def test_an_impossible_row_is_named(column, values):
    world = siting([5], [5], [1], {(0, 0): 1})
    with pytest.raises(ValueError, match=column):
        replace(world, **{column: np.array(values)})


def test_a_pair_stands_there_once():
    with pytest.raises(ValueError, match="twice"):
        Siting(*map(np.array, ([5], [9], [5], [1], [0, 0], [0, 0], [1, 1])))


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_time_limit_is_positive(limit):
    with pytest.raises(ValueError, match="time_limit_s"):
        choose_sites(siting([5], [5], [1], {(0, 0): 1}), time_limit_s=limit)


def test_where_the_time_runs_out_the_answer_says_what_it_may_miss():
    rng = np.random.default_rng(1)
    pairs = {
        (s, n): int(rng.integers(1_000, 9_000)) for s in range(200) for n in range(20)
    }
    masses = rng.integers(1_000, 9_000, 200)
    world = siting(masses, [90_000] * 20, rng.integers(1, 9, 20) * 30_000, pairs)
    hurried = choose_sites(world, time_limit_s=1e-9)
    assert not hurried.is_proven
    assert hurried.gap_frac > 0
    assert hurried.total_fen_kg_per_t == _priced(world, hurried)


@pytest.mark.shared_data
@pytest.mark.skipif(not FOLDER, reason="WASTEHUB_SHARED_DATA is not set")
@pytest.mark.parametrize("name", CAPS)
def test_the_published_optimum_of_the_or_library(name):
    """J. E. Beasley's OR-Library; costs there are for a customer's whole demand."""
    world, scale = _or_library(name)
    found = choose_sites(world)
    assert found.is_proven
    served = np.bincount(world.supply, found.flow_kg, len(world.mass_kg))
    assert (served == world.mass_kg).all()
    total = found.total_fen_kg_per_t / scale
    assert total == pytest.approx(_published(name), abs=2e-3)


def _published(name: str) -> float:
    path = Path(FOLDER) / "optimisation" / "optima.csv"
    with path.open() as lines:
        rows = {row["instance"]: row for row in csv.DictReader(lines)}
    return float(rows[name]["published_optimum"])


def _or_library(name: str) -> tuple[Siting, float]:
    """The instance with units as kilograms, and how many of ours make one of theirs.

    A unit costs its customer's cost over his demand, kept to a ten-thousandth.
    """
    words = (Path(FOLDER) / "optimisation" / f"{name}.txt").read_text().split()
    numbers = iter(map(float, words))
    sites, customers = int(next(numbers)), int(next(numbers))
    warehouses = [(next(numbers), next(numbers)) for _ in range(sites)]
    mass, pairs = [], {}
    for customer in range(customers):
        mass.append(int(next(numbers)))
        for site in range(sites):
            pairs[customer, site] = round(next(numbers) / mass[-1] * 10_000)
    capacity = [int(room) for room, _ in warehouses]
    # 1000 x fixed in ours is 10,000 x fixed in theirs.
    fixed = [round(cost * 10) for _, cost in warehouses]
    return siting(mass, capacity, fixed, pairs, left=10**8), 10_000.0
