"""The rulebook's pages: what each pair's rules say, on which day, and to whom."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from matching.typical import Why, outlooks
from seeds.load import load_catalogue
from tests.web import world as worlds
from wastehub.catalogue.models import (
    Admission,
    Category,
    Limit,
    Parameter,
    Standard,
    TypicalValue,
)
from wastehub.web.pages.families import by_family, readable

pytestmark = pytest.mark.django_db

TOLD = {"source": "told here", "confidence": "H"}
PAGES = ["/catalogue/", "/catalogue/fly_ash/", "/catalogue/routes/cement_blending/"]


@pytest.fixture
def world():
    return worlds.two_counties()


@pytest.fixture
def english():
    return Client(headers={"accept-language": "en"})


def _words(answer):
    text = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(text.split())


def _typical(world, low, high):
    return TypicalValue.objects.create(
        material=world.materials["fly_ash"],
        parameter=Parameter.objects.get(code="loi"),
        low=low,
        high=high,
        **TOLD,
    )


def _outlook(material="fly_ash", route="cement_blending"):
    return outlooks(timezone.localdate()).get((material, route))


def _forbid(world):
    return Admission.objects.create(
        route=world.routes["cement_blending"],
        material=world.materials["steel_slag"],
        admitted=False,
        reason_zh="标准不列",
        reason_en="The standard does not list it",
        clause="5.2",
        standard=Standard.objects.get(),
        **TOLD,
    )


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages(world, path, language):
    answer = Client(headers={"accept-language": language}).get(path)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/catalogue/gold/", "/catalogue/routes/alchemy/", "/catalogue/routes/"]
)
def test_an_unknown_code_is_not_found(world, english, path):
    assert english.get(path).status_code == 404


def test_an_empty_rulebook_says_so(english):
    assert "The rulebook is empty." in _words(english.get("/catalogue/"))


def test_a_usual_value_within_the_limit_is_likely_never_yes(world):
    _typical(world, 2, 4)
    assert (_outlook().verdict, _outlook().why) == ("likely", Why.PASSES)


def test_a_usual_value_beyond_the_limit_is_unknown_never_no(world):
    _typical(world, 9, 12)
    assert (_outlook().verdict, _outlook().why) == ("unknown", Why.BROKEN)


def test_without_a_usual_value_an_assay_must_tell(world, english):
    assert (_outlook().verdict, _outlook().why) == ("unknown", Why.UNTOLD)
    words = _words(english.get("/catalogue/fly_ash/"))
    assert "No usual value of loss on ignition is known" in words


def test_a_number_nobody_has_read_is_unknown_and_says_so(world, english):
    _typical(world, 2, 4)
    Limit.objects.update(value=None)
    assert (_outlook().verdict, _outlook().why) == ("unknown", Why.UNREAD)
    words = _words(english.get("/catalogue/fly_ash/"))
    assert "≤ number not read %" in words


def test_a_forbidden_pair_gives_rule_standard_and_clause(world, english):
    _forbid(world)
    assert _outlook("steel_slag").why == Why.RULE
    for path in ("/catalogue/steel_slag/", "/catalogue/routes/cement_blending/"):
        words = _words(english.get(path))
        assert "The standard does not list it" in words
        assert "X 1-2020 Standard 5.2" in words


def test_a_pair_without_an_admission_is_not_a_use(world, english):
    assert _outlook("steel_slag") is None
    words = _words(english.get("/catalogue/steel_slag/"))
    assert "The rulebook knows no use of it." in words
    assert "Not a use of it: cement_blending , road_base" in words


def test_a_limit_is_shown_with_unit_basis_standard_clause_and_source(world, english):
    words = _words(english.get("/catalogue/fly_ash/"))
    assert "≤ 8 % dry basis X 1-2020 5.1 Standard in force" in words
    assert "H told here" in words


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"valid_to": -1}, "no longer in force"),
        ({"valid_from": 1}, "not yet in force"),
    ],
)
def test_a_limit_of_another_day_stands_apart_and_decides_nothing(
    world, english, dates, said
):
    today = timezone.localdate()
    Limit.objects.update(
        **{side: today + timedelta(days=days) for side, days in dates.items()}
    )
    assert _outlook().why == Why.NO_LIMIT
    words = _words(english.get("/catalogue/fly_ash/"))
    assert "1 limit of another day" in words
    assert said in words


def test_a_limit_is_in_force_on_its_first_and_last_day(world, english):
    today = timezone.localdate()
    Limit.objects.update(valid_from=today, valid_to=today)
    use = english.get("/catalogue/fly_ash/").context["uses"][0]
    assert len(use.limits) == 1
    assert use.other_limits == []


def test_a_rule_of_thumb_says_that_it_never_decides(world, english):
    Limit.objects.update(confidence="L")
    assert _outlook().why == Why.NO_LIMIT
    assert "L rule of thumb, never decides." in _words(
        english.get("/catalogue/fly_ash/")
    )


def test_what_is_asked_for_now_is_counted_and_summed(world, english):
    worlds.tracked(world, "kiln")
    worlds.demand(world, "kiln", capacity_kg=70_000)
    worlds.demand(world, "kiln", capacity_kg=9_000, valid_until=worlds.yesterday())
    for path in ("/catalogue/fly_ash/", "/catalogue/routes/cement_blending/"):
        assert "2 takers, 120 t a year" in _words(english.get(path))


def test_what_is_on_offer_leads_to_the_search(world, english):
    worlds.tracked(world, "plant")
    answer = english.get("/catalogue/fly_ash/")
    assert '/supplies/?material=fly_ash"' in answer.content.decode()
    assert "listings 1 a year 12 t" in _words(answer)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("FLY", ["fly_ash"]),
        ("料steel", ["steel_slag"]),
        ("cement", ["fly_ash"]),
        ("用cement fly", ["fly_ash"]),
        ("gold", []),
        ("\x00", []),
        ("", ["fly_ash", "steel_slag"]),
    ],
)
def test_a_search_looks_into_names_of_materials_and_of_their_uses(
    world, english, asked, found
):
    answer = english.get("/catalogue/", {"q": asked})
    lines = answer.context["lines"]
    assert [line.material.code for line in lines] == found


def test_the_matrix_says_in_words_what_its_colours_say(world, english):
    _typical(world, 2, 4)
    _forbid(world)
    matrix = english.get("/catalogue/").content.decode().split("<tbody>")[1]
    ash, slag = (
        " ".join(re.sub(r"<[^>]*>", " ", row).split())
        for row in matrix.split("</tr>")[:2]
    )
    assert ash == (
        "fly_ash likely : The usual composition passes; tightest is loss on ignition."
    )
    assert slag == "steel_slag barred : A rule bars this use."


def test_the_matrix_leaves_out_routes_without_a_rule_and_shows_the_commonest_first(
    world, english
):
    Admission.objects.create(
        route=world.routes["road_base"],
        material=world.materials["steel_slag"],
        admitted=True,
        **TOLD,
    )
    _forbid(world)
    both = english.get("/catalogue/").context["columns"]
    assert [route.code for route in both] == ["cement_blending", "road_base"]
    answer = english.get("/catalogue/?q=fly")
    assert [route.code for route in answer.context["columns"]] == ["cement_blending"]


def test_a_pair_that_is_no_use_says_so_in_the_matrix(world, english):
    Admission.objects.create(
        route=world.routes["road_base"],
        material=world.materials["steel_slag"],
        admitted=True,
        **TOLD,
    )
    assert _words(english.get("/catalogue/")).count("– not a use") == 3


@pytest.mark.parametrize("path", PAGES)
def test_more_rules_need_no_more_queries(world, path, django_assert_max_num_queries):
    client = Client()
    client.get(path)
    with django_assert_max_num_queries(30) as counted:
        client.get(path)
    few = len(counted)
    limit = Limit.objects.get()
    for number in range(5):
        parameter = Parameter.objects.create(
            code=f"p{number}",
            name_zh="x",
            name_en="x",
            unit="%",
            basis="dry",
            plausible_low=0,
            plausible_high=100,
        )
        Limit.objects.create(
            route=limit.route, parameter=parameter, operator="<=", value=1, **TOLD
        )
        worlds.demand(world, "kiln", capacity_kg=1_000)
    _forbid(world)
    # The first reader after a change reads the rules anew, for all.
    client.get(path)
    with django_assert_max_num_queries(few):
        client.get(path)


def test_the_shipped_rulebook_shows_each_material_and_each_route(english):
    load_catalogue()
    index = english.get("/catalogue/")
    for line in index.context["lines"]:
        answer = english.get(f"/catalogue/{line.material.code}/")
        assert answer.status_code == 200
    for route in index.context["routes"]:
        assert english.get(f"/catalogue/routes/{route.code}/").status_code == 200


def test_nothing_in_the_shipped_rulebook_is_a_yes_without_an_assay():
    load_catalogue()
    verdicts = {outlook.verdict for outlook in outlooks(timezone.localdate()).values()}
    assert verdicts <= {"likely", "unknown", "no"}


def test_steel_slag_is_barred_from_general_cement_with_its_standard(english):
    load_catalogue()
    assert _outlook("steel_slag").why == Why.RULE
    assert "GB 175-2023" in _words(english.get("/catalogue/steel_slag/"))


def test_a_waste_code_s_pattern_is_written_for_people():
    assert readable(r"\d{3}-0\d{2}-S10") == "×××-0××-S10"


def test_materials_without_a_category_come_last(world):
    ash, slag = world.materials["fly_ash"], world.materials["steel_slag"]
    slag.category = Category(code="SW01")
    families = by_family([ash, slag])
    assert [rows for _code, _words, rows in families] == [[slag], [ash]]
