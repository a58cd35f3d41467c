"""Margin and break-even ring, by arithmetic and by matching again at the ring."""

import math
from decimal import Decimal

import pytest
from django.db.models import F

from matching import services
from matching.break_even import break_even, rings_by_route, with_knobs
from matching.models import Match
from seeds.load import load_catalogue
from tests import worlds as places
from tests.web import world as worlds

# 200 yuan/t left in the yard; 8 yuan/t loading and 0.40 yuan/t km over 1.25 the way.
KNOBS = {
    "unplaced_fen_per_t": 20_000,
    "haul_fixed_fen_per_t": 800,
    "haul_fen_per_t_km": 40,
    "circuity": 1.25,
}


def _match(before_haul: str, haul: str) -> Match:
    """A pair that costs so much at the gate, and so much to bring."""
    return Match(
        distance_km=100,
        haul_km=125,
        haul_yuan_per_t=Decimal(haul),
        net_cost_yuan_per_t=Decimal(before_haul) + Decimal(haul),
    )


@pytest.mark.parametrize(
    ("before_haul", "haul", "margin", "ring_km"),
    [
        # 200 - 0 - 8 = 192 yuan to haul with, at 0.50 yuan a great-circle kilometre
        ("0.00", "58.00", "142.00", 384),
        ("-42.00", "8.00", "234.00", 468),
        ("192.00", "58.00", "-50.00", 0),
        ("300.00", "8.00", "-108.00", 0),
        ("191.50", "8.00", "0.50", 1),
    ],
)
def test_margin_and_ring_follow_from_the_rates(before_haul, haul, margin, ring_km):
    found = break_even(_match(before_haul, haul), KNOBS)
    assert found.margin_yuan_per_t == Decimal(margin)
    assert found.ring_km == pytest.approx(ring_km)


def test_the_ring_lies_where_the_margin_is_hauled_away():
    """100 km as the crow flies cost 8 + 50 yuan; 142 yuan are left for 284 km more."""
    found = break_even(_match("0.00", "58.00"), KNOBS)
    assert found.ring_km - 100 == pytest.approx(float(found.margin_yuan_per_t) / 0.5)


def test_roads_wind_on_as_they_do_to_the_taker():
    """Through mountains 200 km of road for 100 km: 192 yuan at 0.80 yuan each."""
    match = _match("0.00", "88.00")
    match.haul_km = 200
    assert break_even(match, KNOBS).ring_km == pytest.approx(240)


def test_a_taker_at_the_same_place_tells_nothing_of_the_roads():
    match = _match("0.00", "8.00")
    match.distance_km = match.haul_km = 0
    assert break_even(match, KNOBS).ring_km == pytest.approx(384)


def test_where_a_kilometre_costs_nothing_the_ring_has_no_end():
    found = break_even(_match("0", "8"), KNOBS | {"haul_fen_per_t_km": 0})
    assert found.ring_km == math.inf


@pytest.mark.parametrize("missing", KNOBS)
def test_a_run_that_does_not_tell_its_rates_has_no_ring(missing):
    knobs = {name: value for name, value in KNOBS.items() if name != missing}
    assert break_even(_match("0", "8"), knobs) is None


@pytest.mark.django_db
def test_a_taker_on_the_ring_costs_what_the_yard_does():
    """The taker is moved along its latitude until it stands on its own ring."""
    places.two_counties()
    load_catalogue()
    supply = places.supply("fly_ash", at=places.facility(104.1, 30.5))
    places.demand("raw_meal", at=places.facility(104.6, 30.5), price_yuan_per_t=-170)
    near = _only_match(supply)
    found = break_even(near, near.knobs)
    assert 5 < found.ring_km < 90
    lon = 104.1 + 0.5 * found.ring_km / near.distance_km
    places.demand("raw_meal", at=places.facility(lon, 30.5), price_yuan_per_t=-170)
    costs = _matches(supply).values_list("net_cost_yuan_per_t", flat=True)
    assert min(abs(float(cost) - 200) for cost in costs) < 0.02


def _only_match(supply):
    return _matches(supply).get()


def _matches(supply):
    run = services.supply_match(supply_id=supply.pk)
    return with_knobs(run.matches.all())


@pytest.fixture
def world(db):
    """A demo supply with two takers by cement, 30 and 10 yuan, and one by road."""
    made = worlds.two_counties()
    made.facilities["demo"] = worlds.facility(
        made, "demo", "holder", worlds.WEST, origin="demo"
    )
    made.supplies["demo"] = worlds.supply(made, "demo", stock_kg=4_000)
    made.runs["demo"] = run = worlds.supply_run(made.supplies["demo"])
    run.params = KNOBS
    run.save()
    road = worlds.demand(made, "kiln", 1, route=made.routes["road_base"])
    stingy = worlds.demand(made, "kiln", 1)
    best = worlds.match(run, made.supplies["demo"], made.demands["kiln"], mass_kg=1)
    _costing(best, offered=30, net=4.5)
    _costing(worlds.match(run, made.supplies["demo"], stingy, 1), offered=10, net=24.5)
    _costing(worlds.match(run, made.supplies["demo"], road, 1), offered=-60, net=94.5)
    run.matches.update(haul_km=F("distance_km") * KNOBS["circuity"])
    return made


def _costing(match, offered, net):
    match.offered_yuan_per_t, match.net_cost_yuan_per_t = offered, net
    match.distance_km, match.haul_km = 100, 125
    match.save()


def test_each_route_has_the_ring_of_its_best_offer(world):
    rows = with_knobs(world.runs["demo"].matches.select_related("demand__route"))
    rings = rings_by_route(rows)
    # (200 - 8 + 5.50 + 30) / 0.50 and (200 - 8 + 5.50 - 60) / 0.50
    assert [(r.route.code, r.ring_km) for r in rings] == [
        ("cement_blending", pytest.approx(455)),
        ("road_base", pytest.approx(275)),
    ]
    assert [ring.offered_yuan_per_t for ring in rings] == [30, -60]


def _told(client, world, what):
    path = f"/api/v1/supplies/{world.supplies['demo'].public_id}/{what}/"
    return client.get(path).json()["results"]


def test_the_api_tells_margin_and_break_even(client, world):
    client.force_login(world.users["staff"])
    best = _told(client, world, "matches")[0]
    assert (best["margin_yuan_per_t"], best["break_even_km"]) == (195.5, 455.0)
    rings = _told(client, world, "break-even")
    assert [(row["route"]["code"], row["break_even_km"]) for row in rings] == [
        ("cement_blending", 455.0),
        ("road_base", 275.0),
    ]


def test_what_is_not_known_or_has_no_end_is_null(client, world):
    client.force_login(world.users["staff"])
    run = world.runs["demo"]
    run.params = KNOBS | {"haul_fen_per_t_km": 0}
    run.save()
    best = _told(client, world, "matches")[0]
    assert (best["margin_yuan_per_t"], best["break_even_km"]) == (195.5, None)
    assert _told(client, world, "break-even")[0]["break_even_km"] is None
    run.params = {}
    run.save()
    best = _told(client, world, "matches")[0]
    assert (best["margin_yuan_per_t"], best["break_even_km"]) == (None, None)
    assert _told(client, world, "break-even") == []


def test_rings_are_the_affair_of_those_who_see_the_costs(client, world):
    path = f"/api/v1/supplies/{world.supplies['ash'].public_id}/break-even/"
    assert client.get(path).status_code == 403
    client.force_login(world.users["viewer"])
    assert client.get(path).status_code == 200


def test_the_page_says_margin_and_ring_and_draws_it(client, world):
    client.force_login(world.users["staff"])
    path = f"/supplies/{world.supplies['demo'].public_id}/"
    answer = client.get(path, headers={"accept-language": "en"})
    words = " ".join(answer.content.decode().split())
    assert "195.5 CNY/t cheaper than the yard" in words
    assert "breaks even at 455 km straight" in words
    rings = [end["ring_km"] for end in answer.context["drawn"]["to"]]
    assert rings == [455.0, 415.0, 275.0]
