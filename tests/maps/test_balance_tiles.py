"""Tiles of the balance: the outlines with the figures of the page, in one statement."""

import mapbox_vector_tile
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maps import balance
from maps.balance_tiles import balance_tile
from maps.groups import in_view
from maps.question import ask
from tests import worlds
from tests.ledger.yard import gypsum
from tests.maps.test_balance import two_works_and_a_kiln  # noqa: F401
from wastehub.accounts.models import Jurisdiction, User

pytestmark = pytest.mark.django_db

# The tile around 104 to 106 degrees east, 30 to 31 north.
Z, X, Y = 5, 25, 13
ASKED = {"material": "phosphogypsum", "period": "2025"}


def shown(level: str, seen: tuple[str, ...] = ("",)) -> dict[str, dict]:
    question = ask(ASKED | {"level": level})
    body = balance_tile(question, in_view(), seen, Z, X, Y)
    features = mapbox_vector_tile.decode(body)["figures"]["features"]
    return {row["properties"]["adcode"]: row["properties"] for row in features}


@pytest.mark.parametrize("level", ["county", "prefecture", "province"])
def test_the_tile_has_the_figures_of_the_balance(two_works_and_a_kiln, level) -> None:  # noqa: F811
    question = ask(ASKED | {"level": level})
    cells = balance.balance(
        question.subject, question.grouping(in_view()), question.period
    )
    told = shown(level)
    for cell in cells:
        properties = told[cell.key]
        assert properties["generated_t"] == cell.total.generated_kg / 1000
        assert properties["surplus_t"] == cell.total.surplus_kg / 1000
        assert properties.get("balance") == cell.balance.value
        assert properties.get("utilisation") == cell.utilisation.value


def test_a_region_that_is_not_seen_has_an_outline_only(two_works_and_a_kiln) -> None:  # noqa: F811
    told = shown("county", seen=(worlds.WEST,))
    assert "generated_t" in told[worlds.WEST]
    assert "generated_t" not in told[worlds.EAST]


def test_a_part_that_is_seen_does_not_open_the_whole(two_works_and_a_kiln) -> None:  # noqa: F811
    assert "generated_t" not in shown("province", seen=(worlds.WEST,))["510000"]


def test_a_tile_is_one_statement(two_works_and_a_kiln) -> None:  # noqa: F811
    question = ask(ASKED | {"level": "county"})
    sites = in_view()
    with CaptureQueriesContext(
        connection,
    ) as told:
        balance_tile(question, sites, ("",), Z, X, Y)
    assert len(told) == 1


def test_over_http_a_stranger_gets_outlines_and_a_regulator_figures(
    two_works_and_a_kiln,  # noqa: F811
) -> None:
    asked = "material=phosphogypsum&period=2025&level=county"
    address = f"/tiles/balance/{Z}/{X}/{Y}.pbf?{asked}"
    user = User.objects.create_user("watcher")
    Jurisdiction.objects.create(user=user, adcode="510000")
    regulator = Client()
    regulator.force_login(user)
    answer = regulator.get(address)
    assert masses_in(Client().get(address).content) == []
    assert sorted(masses_in(answer.content)) == [0, 100]
    again = regulator.get(address, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def masses_in(body: bytes) -> list[float]:
    features = mapbox_vector_tile.decode(body)["figures"]["features"]
    told = [row["properties"] for row in features]
    return [row["generated_t"] for row in told if "generated_t" in row]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tiles/balance/2/9/0.pbf", 404),
        ("/tiles/balance/99/0/0.pbf", 404),
        ("/tiles/balance/5/25/13.pbf?material=gold", 400),
        ("/tiles/balance/5/25/13.pbf?level=company&material=phosphogypsum", 400),
        ("/tiles/balance/5/25/13.pbf?period=2025..2024&material=phosphogypsum", 400),
    ],
)
def test_what_there_is_none_of_says_why(address: str, status: int) -> None:
    worlds.two_counties()
    gypsum()
    answer = Client().get(address)
    assert answer.status_code == status
    assert answer.json()["message"]
