"""A POST with a key acts once, however often and however quickly it is sent."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from rest_framework.authtoken.models import Token

from tests.web import world as worlds
from wastehub.registry.models import Supply
from wastehub.trail.models import KeptAnswer
from wastehub.web.idempotency import FIELD, HEADER


@pytest.fixture
def world(db):
    return worlds.two_counties()


def api(world, name="editor"):
    client = Client()
    client.force_login(world.users[name])
    return client


def ash(world, **changes):
    entry = {
        "facility": str(world.facilities["plant"].public_id),
        "material": "fly_ash",
        "stock_t": 10,
        "rate_t_per_year": 0,
        "price_yuan_per_t": 0,
        "valid_until": world.supplies["ash"].valid_until.isoformat(),
    }
    return entry | changes


def post(client, body, key="k-1", **headers):
    told = {HEADER: key} if key is not None else {}
    return client.post(
        "/api/v1/supplies/",
        body,
        content_type="application/json",
        headers={**told, **headers},
    )


def test_two_equal_posts_make_one_supply_and_get_the_same_answer(world):
    client, before = api(world), Supply.objects.count()
    first, second = (post(client, ash(world)) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert first["Location"] == second["Location"]
    assert second["Idempotent-Replayed"] == "true"
    assert Supply.objects.count() == before + 1


@pytest.mark.parametrize("keys", [(None, None), ("a", "b")])
def test_without_one_key_each_post_acts(world, keys):
    client, before = api(world), Supply.objects.count()
    for key in keys:
        post(client, ash(world), key)
    assert Supply.objects.count() == before + 2


def test_a_key_for_another_request_is_refused_with_its_reason(world):
    client = api(world)
    post(client, ash(world))
    before = Supply.objects.count()
    refused = post(client, ash(world, stock_t=11))
    assert refused.status_code == 422
    assert refused.json()["code"] == "key_reused"
    assert refused.json()["fields"][HEADER]
    assert Supply.objects.count() == before


def test_what_was_refused_may_be_mended_under_its_key(world):
    client = api(world)
    assert post(client, ash(world, stock_t=-1)).status_code == 400
    assert not KeptAnswer.objects.exists()
    assert post(client, ash(world)).status_code == 201


def test_two_people_may_use_the_same_key(world):
    before = Supply.objects.count()
    for name in ("editor", "staff"):
        assert post(api(world, name), ash(world)).status_code == 201
    assert Supply.objects.count() == before + 2


def test_a_token_s_owner_is_one_person(world):
    token = Token.objects.create(user=world.users["editor"])
    headers = {"Authorization": f"Token {token.key}"}
    answers = [post(Client(), ash(world), **headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert KeptAnswer.objects.get().user == world.users["editor"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token none"}])
def test_nobody_is_refused_as_ever(world, headers):
    assert post(Client(), ash(world), **headers).status_code == 403
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize(
    "key", ["", "two words", "k" * 201, "钥匙".encode().decode("latin1")]
)
def test_a_key_that_is_none_is_refused(world, key):
    refused = post(api(world), ash(world), key)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")


def test_a_body_that_is_too_large_to_compare_is_refused(world, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    refused = post(api(world), ash(world))
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


def form(world, key="k-1", **changes):
    return ash(world, rate_t_per_year="", **changes) | {FIELD: key}


def test_a_double_click_lists_once(world):
    client, before = api(world), Supply.objects.count()
    first, second = (client.post("/supplies/new", form(world)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Supply.objects.count() == before + 1


def test_a_form_sent_again_with_other_words_is_told_so(world):
    client = api(world)
    client.post("/supplies/new", form(world))
    before = Supply.objects.count()
    told = client.post("/supplies/new", form(world, stock_t="99"))
    assert told.status_code == 422
    assert "sent_before" in told.templates[0].name
    assert Supply.objects.count() == before


def test_a_form_carries_a_key_of_its_own(world):
    client = api(world)
    pages = [client.get("/supplies/new").content.decode() for _ in range(2)]
    keys = {page.split(f'name="{FIELD}" value="')[1].split('"')[0] for page in pages}
    assert len(keys) == 2


# Two requests at once need what the other commits.
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_gets_the_answer_of_the_first():
    world = worlds.two_counties()
    before, body = Supply.objects.count(), ash(world)
    clients = [api(world) for _ in range(2)]

    def sent(client):
        try:
            return post(client, body).json()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(sent, clients)
    assert first == second
    assert Supply.objects.count() == before + 1


def test_the_answer_is_kept_with_the_act_or_not_at_all(world):
    """A fault while the answer is written down undoes the act."""
    client = api(world)
    client.raise_request_exception = False
    before = Supply.objects.count()
    with connection.cursor() as sql:
        sql.execute(
            "ALTER TABLE trail_keptanswer ADD CONSTRAINT broken CHECK (status = 0)"
        )
    assert post(client, ash(world)).status_code == 500
    assert Supply.objects.count() == before
