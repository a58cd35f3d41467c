"""From a POST to the map: entered by API, matched by the worker, seen by everybody."""

import json
import time
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from rest_framework.authtoken.models import Token

from tests.browser import looking
from wastehub.accounts.models import User
from wastehub.catalogue.models import Material

pytestmark = pytest.mark.browser

TO_BE_MATCHED_S = 60
# A quiet corner of Ya'an, in GCJ-02 as a phone's map gives it.
LON, LAT = 102.9, 29.9


@pytest.fixture
def producer(site, site_db):
    """Calls the API as the demo's producer: method, path, body -> the answer's JSON."""
    token = Token.objects.get_or_create(user=User.objects.get(username="demo-producer"))

    def call(method, path, body=None):
        request = Request(site.url + path, method=method)
        request.add_header("Authorization", f"Token {token[0].key}")
        request.add_header("Content-Type", "application/json")
        with urlopen(request, json.dumps(body).encode() if body else None) as answer:
            return json.load(answer)

    return call


def _matches(call, public_id):
    give_up = time.monotonic() + TO_BE_MATCHED_S
    while time.monotonic() < give_up:
        found = call("GET", f"/api/v1/supplies/{public_id}/matches/")["results"]
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError("The worker found no match in a minute.")


def test_a_posted_supply_is_matched_and_stands_on_the_map(page, producer, worker):
    own = User.objects.get(username="demo-producer").memberships.get().organisation
    place = producer(
        "POST",
        "/api/v1/facilities/",
        {
            "organisation": str(own.public_id),
            "name_zh": "虚构·雅安试验场",
            "lon": LON,
            "lat": LAT,
            "datum": "GCJ02",
        },
    )
    supply = producer(
        "POST",
        "/api/v1/supplies/",
        {
            "facility": place["public_id"],
            "material": "phosphogypsum",
            "rate_t_per_year": 400_000,
            "price_yuan_per_t": -20,
            "valid_until": str(timezone.localdate() + timedelta(days=60)),
            "assay": {
                "sampled_on": str(timezone.localdate()),
                "values": {"gypsum_purity": 91, "so3": 42},
            },
        },
    )

    takers = _matches(producer, supply["public_id"])
    assert all(match["verdict"] != "no" for match in takers)

    page.goto("/")
    looking.wait_for_map(page)
    point = place["point"]
    colour = Material.objects.get(code="phosphogypsum").colour
    wanted = looking.over_white(colour, 0.82)
    spot = looking.place(page, point["lon"], point["lat"])
    seen = looking.around(looking.picture(page), spot)
    assert any(looking.is_near(shade, wanted) for shade in seen)

    page.goto(f"/supplies/{supply['public_id']}/")
    assert page.locator(".match").count() == len(takers)
    assert "雅安" in page.locator("main").inner_text()
