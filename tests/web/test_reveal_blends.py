"""A mix tells no more of a real site than its county: anybody may ask for one."""

import pytest
from django.test import Client

from tests.web import mixing
from wastehub.geodesy import great_circle_km
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db

PLACE = (104.9, 30.1)


@pytest.fixture
def world():
    """The slag lies away from the middle of its county, and so does the kiln."""
    made = mixing.kiln()
    for name, lonlat in (("plant", PLACE), ("kiln", (105.1, 30.9))):
        made.facilities[name].point.coords = lonlat
        made.facilities[name].save()
    return made


def _far_km(world, who, question):
    client = Client()
    if who:
        client.force_login(world.users[who])
    told = mixing.ask(client, question).json()
    (part,) = [row for row in told["parts"] if row["candidate"]["supply"]]
    return part["candidate"]["distance_km"]


def _middle(name):
    site = Facility.objects.select_related("county").get(name_en=name)
    return site.county.middle.coords


def test_an_outsider_s_distance_ends_in_the_middle_of_the_county(world):
    to = tuple(mixing.NEAR_THE_KILN.values())
    blurred = great_circle_km(*to, *_middle("plant"))
    assert _far_km(world, None, mixing.lime(high=45)) == pytest.approx(blurred)
    exact = great_circle_km(*to, *PLACE)
    assert _far_km(world, "viewer", mixing.lime(high=45)) == pytest.approx(exact)


def test_a_mix_for_another_s_demand_is_made_in_the_middle_of_its_county(world):
    question = mixing.lime(high=45)
    question = {name: told for name, told in question.items() if name != "near"}
    question |= {"demand": str(world.demands["meal"].public_id)}
    blurred = great_circle_km(*_middle("kiln"), *PLACE)
    assert _far_km(world, "viewer", question) == pytest.approx(blurred)


def test_a_huge_mix_does_not_weigh_an_outsider_s_supply(world):
    """A share is capped by the supply's mass: to outsiders by the floor of its band."""
    question = mixing.lime(high=50) | {"mix_t": 1_000_000}
    world.supplies["slag"].rate_kg_per_year = 345_678_000
    world.supplies["slag"].save()

    def most_frac(who):
        client = Client()
        if who:
            client.force_login(world.users[who])
        told = mixing.ask(client, question | {"limits": [_LITTLE_LIME]}).json()
        (part,) = [row for row in told["parts"] if row["candidate"]["supply"]]
        return part["most_frac"]

    assert most_frac("viewer") == pytest.approx(0.345678)
    assert most_frac(None) == pytest.approx(0.1)


_LITTLE_LIME = {"key": "cao", "high": 49.5}
