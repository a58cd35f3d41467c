"""The page of what room is worth tells no price that its plan does not have."""

import pytest
from django.test import Client

from tests.web import world as worlds

pytestmark = pytest.mark.django_db


def page_of_a_plan(**params):
    made = worlds.two_counties()
    ash = worlds.supply(made, "plant", stock_kg=9_000)
    run = worlds.plan(params=params)
    worlds.match(run, ash, made.demands["kiln"], 3_000)
    client = Client()
    client.force_login(made.users["staff"])
    answer = client.get(
        f"/plans/{run.public_id}/worth/", headers={"accept-language": "en"}
    )
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("objective", ["tonnes", "co2"])
def test_where_money_comes_second_no_price_is_shown(objective):
    page = page_of_a_plan(objective=objective)
    assert "room has no price in it" in page
    assert "worth-table" not in page


@pytest.mark.parametrize("asked", [{}, {"objective": "cost"}, {"objective": "mix"}])
def test_where_money_is_the_aim_every_price_is_shown(asked):
    page = page_of_a_plan(**asked)
    assert "room has no price in it" not in page
    assert "worth-table" in page
