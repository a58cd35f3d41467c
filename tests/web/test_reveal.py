"""Who sees where a real site is and how much it has, at every door.

The plant stands at 104.9 E, away from the middle of its county, and has 2 kt in stock.
Its own people, its regulator, staff and whoever has an agreement with it see that; all
others see the county and a band. No door, no order and no price may tell them more.
"""

import json
import re

import mapbox_vector_tile
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from tests.exchange import market
from tests.web import world as worlds
from wastehub.exchange.offers import offer_accept, offer_make
from wastehub.exchange.states import Side
from wastehub.geodesy import great_circle_km
from wastehub.registry.bands import BOUNDS_KG, band_of
from wastehub.registry.models import Facility
from wastehub.trail.models import Actor
from wastehub.web import policy, reveal

pytestmark = pytest.mark.django_db

CLOSE = {"viewer", "editor", "west", "staff"}
OTHERS = {"anonymous", "stranger", "taker", "east"}
PLACE = (104.9, 30.1)
NEAR = (104.8, 30.2)
STOCK_KG = 2_345_678


@pytest.fixture
def world():
    made = worlds.two_counties()
    made.facilities["plant"].delete()
    made.facilities["plant"] = worlds.facility(made, "plant", "holder", PLACE)
    made.supplies["ash"] = worlds.supply(made, "plant", stock_kg=STOCK_KG)
    made.demands["plant"] = worlds.demand(made, "plant", capacity_kg=STOCK_KG)
    return made


def _as(world, name):
    client = Client(headers={"accept-language": "en"})
    if name != "anonymous":
        client.force_login(world.users[name])
    return client


def _agree(world):
    """The taker's kiln and the holder's plant agree on ten tonnes."""
    taker, holder = (Actor(world.users[name]) for name in ("taker", "editor"))
    made = offer_make(
        supply=world.supplies["ash"],
        consignee=world.facilities["kiln"],
        route=world.routes["cement_blending"],
        side=Side.CONSIGNEE,
        asked=market.asked(10_000),
        actor=taker,
    )
    offer_accept(offer=made, actor=holder)


def _middle(world):
    county = Facility.objects.get(pk=world.facilities["plant"].pk).county
    return county.middle.x, county.middle.y


def _doors(world):
    """Every address that could tell of the plant."""
    site, ash = world.facilities["plant"].public_id, world.supplies["ash"].public_id
    wish = world.demands["plant"].public_id
    near = f"near={NEAR[0]},{NEAR[1]}"
    return [
        f"/facilities/{site}/",
        f"/supplies/{ash}/",
        f"/supplies/?{near}&within_km=200",
        "/supplies/",
        f"/offers/new?supply={ash}",
        f"/offers/new?demand={wish}",
        f"/api/v1/facilities/{site}/",
        "/api/v1/facilities/",
        f"/api/v1/supplies/{ash}/",
        f"/api/v1/supplies/?{near}",
        f"/api/v1/demands/{wish}/",
        f"/api/v1/demands/?{near}&route=cement_blending",
    ]


def _telling(world):
    """What none of them may say: the point, the mass, the distance."""
    lon, lat = PLACE
    far_km = great_circle_km(*NEAR, lon, lat)
    return re.compile(
        rf"{lon}0*\b|{lat}0*\b|2[,.]?345|2345\.678|{far_km:.1f}\d* ?km|{far_km:.6f}"
    )


@pytest.mark.parametrize("who", sorted(OTHERS))
def test_no_door_tells_an_outsider_the_place_the_mass_or_the_distance(world, who):
    client = _as(world, who)
    for door in _doors(world):
        answer = client.get(door)
        words = answer.content.decode()
        assert not _telling(world).search(words), door


def test_the_same_words_do_tell_it_to_the_holder(world):
    """So that the test above does not pass for want of what it looks for."""
    client = _as(world, "viewer")
    silent = [d for d in _doors(world) if d.startswith("/offers/new")]
    for door in set(_doors(world)) - set(silent):
        assert _telling(world).search(client.get(door).content.decode()), door


@pytest.mark.parametrize("who", sorted(CLOSE))
def test_those_concerned_are_told_exactly(world, who):
    ash = world.supplies["ash"].public_id
    row = _as(world, who).get(f"/api/v1/supplies/{ash}/").json()
    assert row["facility"]["is_in_full"] is True
    assert row["facility"]["point"] == {"lon": PLACE[0], "lat": PLACE[1]}
    assert (row["stock_t"], row["available_t"]) == (2345.678, 2345.678)


@pytest.mark.parametrize("who", sorted(OTHERS))
def test_others_are_told_the_county_and_the_band(world, who):
    ash, wish = world.supplies["ash"].public_id, world.demands["plant"].public_id
    client = _as(world, who)
    row = client.get(f"/api/v1/supplies/{ash}/").json()
    lon, lat = _middle(world)
    assert row["facility"]["is_in_full"] is False
    assert row["facility"]["point"] == {"lon": lon, "lat": lat}
    assert [row[f"{name}_t"] for name in ("stock", "reserved", "available")] == [
        None
    ] * 3
    assert row["stock_band"] == {"low_t": 1000, "high_t": 10000}
    row = client.get(f"/api/v1/demands/{wish}/").json()
    assert (row["capacity_t_per_year"], row["base_t_per_year"]) == (None, None)
    assert row["capacity_band"] == {"low_t": 1000, "high_t": 10000}


def test_an_agreement_shows_each_side_the_other(world):
    people = {name: world.users[name] for name in ("taker", "editor", "stranger")}
    plant, kiln = world.facilities["plant"], world.facilities["kiln"]

    def seen(name, site):
        fresh = Facility.objects.get(pk=site.pk)
        reveal.mark(people[name], [fresh])
        return reveal.is_in_full(fresh)

    assert not seen("taker", plant)
    assert not seen("editor", kiln)
    _agree(world)
    assert seen("taker", plant)
    assert seen("editor", kiln)
    assert not seen("stranger", plant)
    row = _as(world, "taker").get(
        f"/api/v1/supplies/{world.supplies['ash'].public_id}/"
    )
    assert row.json()["reserved_t"] == 10.0


def test_a_site_nobody_asked_of_counts_as_blurred(world):
    """A door that forgets to ask shows too little, not too much."""
    site = Facility.objects.get(pk=world.facilities["plant"].pk)
    assert reveal.place_of(site).coords == _middle(world)


@pytest.mark.parametrize("origin", ["tracker", "demo"])
def test_public_sites_stay_public(world, origin):
    Facility.objects.update(origin=origin, source="a list")
    row = _as(world, "anonymous").get(
        f"/api/v1/supplies/{world.supplies['ash'].public_id}/"
    )
    assert row.json()["stock_t"] == 2345.678


@pytest.mark.parametrize("path", ["/api/v1/supplies/", "/api/v1/demands/"])
def test_a_narrow_circle_finds_the_county_and_not_the_site(world, path):
    """Else a caller would close in on the point by asking again and again."""
    client = _as(world, "anonymous")

    def found(at):
        asked = {"near": f"{at[0]},{at[1]}", "within_km": "1"}
        return client.get(path, asked).json()["count"]

    assert found(PLACE) == 0
    assert found(_middle(world)) == 1


def test_an_order_by_mass_knows_only_bands(world):
    """Two in one band come in the order of their ids, whichever has more."""
    worlds.supply(world, "plant", stock_kg=STOCK_KG + 1)
    rows = _as(world, "anonymous").get("/api/v1/supplies/", {"ordering": "mass"})
    keys = [row["public_id"] for row in rows.json()["results"]]
    assert keys == sorted(keys)
    rows = _as(world, "viewer").get("/api/v1/supplies/", {"ordering": "mass"})
    masses = [row["stock_t"] for row in rows.json()["results"]]
    assert masses == [2345.679, 2345.678]


def _drawn(world, who):
    answer = _as(world, who).get("/tiles/facilities/10/810/422.pbf")
    if not answer.content:
        return {}
    features = mapbox_vector_tile.decode(answer.content)["facilities"]["features"]
    return {row["properties"]["name_en"]: row["properties"] for row in features}


def test_a_tile_draws_the_site_for_those_concerned_only(world):
    """The tile holds the plant's point and not the middle of its county."""
    assert _drawn(world, "viewer")["plant"]["offered_t"] == 2345.678
    assert _drawn(world, "anonymous") == {}


def test_a_tile_from_afar_tells_the_floor_of_the_band(world):
    answer = _as(world, "anonymous").get("/tiles/facilities/6/50/26.pbf")
    rows = mapbox_vector_tile.decode(answer.content)["facilities"]["features"]
    (plant,) = [r["properties"] for r in rows if r["properties"]["name_en"] == "plant"]
    assert (plant["offered_t"], plant["wanted_t"]) == (1000.0, 1000.0)
    assert plant["is_in_full"] is False


def test_a_match_tells_of_a_blurred_taker_what_its_county_would(world):
    """Two takers, one at each end of a county, look the same to the holder."""
    run = worlds.supply_run(world.supplies["ash"])
    for name, place, haul in (("a", (105.1, 30.5), 20), ("b", (105.9, 30.5), 60)):
        world.facilities[name] = worlds.facility(world, name, "stranger", place)
        taker = worlds.demand(world, name, capacity_kg=STOCK_KG)
        row = worlds.match(run, world.supplies["ash"], taker, mass_kg=STOCK_KG)
        row.haul_yuan_per_t = haul
        row.net_cost_yuan_per_t = haul - 35.5
        row.distance_km = haul
        row.save()
    path = f"/api/v1/supplies/{world.supplies['ash'].public_id}/matches/"
    one, other = _as(world, "editor").get(path).json()["results"]
    for field in ("distance_km", "haul_yuan_per_t", "net_cost_yuan_per_t", "mass_t"):
        assert one[field] == other[field]
    assert one["mass_t"] == 1000.0
    parts = one["asked_yuan_per_t"] - one["offered_yuan_per_t"] + one["haul_yuan_per_t"]
    assert one["net_cost_yuan_per_t"] == pytest.approx(parts)


def test_flows_of_a_plan_are_for_those_who_see_both_ends(world):
    run = worlds.plan()
    worlds.match(run, world.supplies["ash"], world.demands["kiln"], mass_kg=1)
    plan = world.users["editor"]
    assert policy.matches(plan).count() == 1
    assert not policy.flows(plan).exists()
    _agree(world)
    assert policy.flows(plan).count() == 1
    assert not policy.flows(AnonymousUser()).exists()


def test_asking_for_too_much_does_not_tell_an_outsider_how_much_there_is(world):
    told = {
        "supply": str(world.supplies["ash"].public_id),
        "consignee": str(world.facilities["kiln"].public_id),
        "route": "cement_blending",
        "mass_t": "900000",
        **_terms(),
    }
    client = _as(world, "taker")

    def refusal():
        answer = client.post(
            "/api/v1/offers/", json.dumps(told), content_type="application/json"
        )
        assert answer.status_code == 409
        return answer.json()["fields"]["mass_t"]

    assert refusal() == "Less than 10000 t are left for that time."
    _agree(world)
    assert refusal() == "Only 2335.678 t are left for that time."


def _terms():
    asked = market.asked()
    days = ("starts_on", "ends_on", "expires_on")
    plain = {"kind": "one_off", "haulier": "consignee", "price_yuan_per_t": "1"}
    return plain | {name: str(getattr(asked, name)) for name in days}


@pytest.mark.parametrize("bound", BOUNDS_KG)
def test_a_bound_belongs_to_the_band_above_it(bound):
    assert band_of(bound)[0] == bound
    assert band_of(bound - 1)[1] == bound


def test_the_bands_are_those_that_were_agreed():
    assert band_of(0) == (0, 100_000)
    assert band_of(10**12) == (10**9, None)
