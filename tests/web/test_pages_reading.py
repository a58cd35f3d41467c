"""What the reading pages answer: to whom, with what, in how many queries."""

import pytest
from django.test import Client

from matching.models import Match, MatchRun, Refusal
from tests.web import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.two_counties()


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


def _as(world, name):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[name])
    return client


def _words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    "path", ["/", "/supplies/", "/market/?material=fly_ash", "/plans/", "/sources/"]
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_public_page_answers_in_both_languages(world, path, language):
    answer = Client(headers={"accept-language": language}).get(path)
    assert answer.status_code == 200
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in _words(answer)


def test_without_a_stated_language_the_site_speaks_chinese(world):
    assert "我有固废" in _words(Client().get("/"))


@pytest.mark.parametrize("path", ["/", "/supplies/", "/plans/", "/sources/"])
def test_an_empty_site_still_answers(path, english):
    assert english.get(path).status_code == 200


def test_a_material_is_named_in_both_languages(world, english):
    words = _words(english.get("/supplies/"))
    assert '<span lang="en">fly_ash</span> <span lang="zh-Hans">料fly_ash' in words


def test_search_states_the_great_circle_distance(world, english):
    answer = english.get("/supplies/?lon=104.5&lat=30.6&datum=WGS84&within_km=50")
    # A tenth of a degree of latitude on the sphere of 6371.0088 km.
    assert "11.1 km" in _words(answer)
    beyond = english.get("/supplies/?lon=105.5&lat=30.5&datum=WGS84&within_km=50")
    assert "Nothing found" in _words(beyond)


def test_search_takes_near_as_the_api_does(world, english):
    near = english.get("/supplies/?near=104.5,30.6&within_km=50")
    apart = english.get("/supplies/?lon=104.5&lat=30.6&datum=WGS84&within_km=50")
    assert list(near.context["page"]) == list(apart.context["page"]) != []
    assert english.get("/supplies/?near=abc").status_code == 400
    assert english.get("/supplies/?near=30.6,104.5").status_code == 400


def test_search_around_a_county(world, english):
    answer = english.get("/supplies/?county=510101&within_km=100")
    assert "1 supply" in _words(answer)


def test_a_withdrawn_supply_is_gone_for_strangers_and_shown_to_its_holder(world):
    row = worlds.supply(world, "plant", stock_kg=1_000, status="withdrawn")
    path = f"/supplies/{row.public_id}/"
    assert Client().get(path).status_code == 404
    assert _as(world, "stranger").get(path).status_code == 404
    assert _as(world, "editor").get(path).status_code == 200


def test_an_unknown_supply_is_not_found(world, english):
    path = "/supplies/00000000-0000-4000-8000-000000000000/"
    answer = english.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in _words(answer)


@pytest.fixture
def run(world):
    return MatchRun.objects.create(
        kind="supply",
        supply=world.supplies["ash"],
        as_of=worlds.timezone.localdate(),
        status="done",
        done_frac=1,
    )


def _match(run, demand):
    return Match.objects.create(
        run=run,
        supply=run.supply,
        demand=demand,
        verdict="likely",
        mass_kg=0,
        distance_km=95.7,
        haul_km=126.7,
        asked_yuan_per_t=-5,
        offered_yuan_per_t=30,
        treatment_yuan_per_t=12,
        haul_yuan_per_t=65,
        net_cost_yuan_per_t=42,
    )


def test_costs_are_shown_to_those_they_concern_only(world, run):
    worlds.tracked(world, "kiln")
    _match(run, world.demands["kiln"])
    path = f"/supplies/{run.supply.public_id}/"
    assert "42 CNY/t" not in _words(Client().get(path))
    for name in ("editor", "viewer", "west", "staff"):
        assert "42 CNY/t" in _words(_as(world, name).get(path))


def test_a_refusal_says_value_limit_standard_and_fix(world, run):
    limit = world.demands["kiln"].route.limits.get()
    Refusal.objects.create(
        run=run,
        supply=run.supply,
        route=limit.route,
        kind="limit",
        limit=limit,
        value=11.5,
        fix={"kind": "none"},
    )
    answer = _as(world, "editor").get(f"/supplies/{run.supply.public_id}/")
    words = _words(answer)
    for said in ("11.5 %", "≤ 8 %", "X 1-2020", "5.1", "no treatment that mends"):
        assert said in words


def test_a_site_too_far_says_by_how_much(world, run):
    worlds.tracked(world, "kiln")
    for beyond_km in (12.04, 40.0):
        Refusal.objects.create(
            run=run,
            supply=run.supply,
            route=world.routes["cement_blending"],
            demand=world.demands["kiln"],
            kind="reach",
            fix={"kind": "distance", "km": beyond_km},
        )
    answer = _as(world, "editor").get(f"/supplies/{run.supply.public_id}/")
    words = _words(answer)
    assert "2 sites are too far. The nearest is 12.0 km beyond reach." in words


def test_a_run_under_way_shows_its_stages(world, run):
    run.status, run.stage, run.done_frac = "running", "reach", 0.4
    run.save()
    words = _words(_as(world, "editor").get(f"/supplies/{run.supply.public_id}/"))
    assert f'data-run="/api/v1/runs/{run.public_id}/"' in words
    assert 'data-code="screen" data-state="past"' in words
    assert 'data-code="reach" data-state="now"' in words


@pytest.mark.parametrize("path", ["/supplies/", "/market/?material=fly_ash", "/mine/"])
def test_more_rows_need_no_more_queries(world, path, django_assert_max_num_queries):
    client = _as(world, "editor")
    client.get(path)
    with django_assert_max_num_queries(100) as few:
        client.get(path)
    for _each in range(5):
        worlds.supply(world, "plant", stock_kg=1_000)
    with django_assert_max_num_queries(len(few)):
        client.get(path)


def test_a_supply_with_more_matches_needs_no_more_queries(
    world, run, django_assert_max_num_queries
):
    client = _as(world, "editor")
    path = f"/supplies/{run.supply.public_id}/"
    _match(run, world.demands["kiln"])
    client.get(path)
    with django_assert_max_num_queries(100) as few:
        client.get(path)
    for _each in range(4):
        _match(run, worlds.demand(world, "kiln", capacity_kg=1_000))
    with django_assert_max_num_queries(len(few)):
        client.get(path)


def test_where_nothing_is_offered_the_market_says_so(world, english):
    world.supplies["ash"].material.supplies.all().delete()
    words = _words(english.get("/market/?material=fly_ash"))
    assert "Nobody offers this material at present." in words
    assert "level=prefecture&amp;measure=capacity_kg" in words


def test_a_site_says_what_it_takes_and_pays(world, english):
    kiln = world.demands["kiln"]
    words = _words(english.get(f"/facilities/{kiln.facility.public_id}/"))
    assert kiln.route.name_en in words
    assert "stated by the site" in words


def test_an_estimated_want_has_its_sum_and_no_price(world, english):
    kiln = world.demands["kiln"]
    kiln.is_estimated, kiln.price_yuan_per_t = True, 0
    kiln.estimate_formula = "5 t x 2 (unheard_of, M) = 10 t"
    kiln.save()
    words = _words(english.get(f"/facilities/{kiln.facility.public_id}/"))
    assert '<span class="term">× 2 (unheard_of, M)</span>' in words
    assert "price not stated" in words


@pytest.mark.parametrize("query", ["material=gold", "material=fly_ash&level=street"])
def test_a_market_of_nothing_known_is_refused(world, english, query):
    answer = english.get(f"/market/?{query}")
    assert answer.status_code == 400


def test_names_fall_back_to_chinese_where_there_is_no_english(world, english):
    site = world.facilities["plant"]
    site.name_en = ""
    site.save()
    assert site.name_zh in _words(english.get(f"/facilities/{site.public_id}/"))
