"""The page of a mix: what it asks, what it says, without any script."""

import pytest
from django.utils import translation

from tests.web import mixing
from wastehub.catalogue.models import Factor, Parameter

pytestmark = pytest.mark.django_db
POINT = {"lon": "105.5", "lat": "30.5", "datum": "WGS84", "within_km": "200"}


@pytest.fixture
def world():
    """The kiln, with the parameters that LSF follows from and its window."""
    world = mixing.kiln()
    for code, formula in (("al2o3", ""), ("fe2o3", ""), ("lsf", LSF)):
        Parameter.objects.create(
            code=code,
            name_zh=f"量{code}",
            name_en=code,
            unit="%",
            basis="none" if formula else "dry",
            formula=formula,
            plausible_low=0,
            plausible_high=100,
        )
    for code in ("sm", "am", "kh", "mgo", "so3", "p2o5", "na2o_eq", "na2o_k2o", "cl"):
        Parameter.objects.create(
            code=code,
            name_zh=f"量{code}",
            name_en=code,
            unit="%",
            basis="dry",
            plausible_low=0,
            plausible_high=100,
        )
    Factor.objects.create(
        code="raw_meal_lsf",
        name_zh="窗口",
        name_en="window",
        value=95,
        low=92,
        high=98,
        unit="%",
        **mixing.TOLD,
    )
    return world


LSF = "100 * cao / (2.8 * sio2 + 1.18 * al2o3 + 0.65 * fe2o3)"


def _page(client, asked=None, status=200):
    answer = client.get("/blend/", asked or {}, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer


def _text(answer):
    return answer.content.decode()


def test_the_page_starts_with_the_recipe_s_windows_and_their_source(client, world):
    answer = _page(client)
    row = answer.context["form"].limit_rows()[0]
    assert (row.low.value(), row.high.value()) == (92, 98)
    assert "told here" in _text(answer)
    assert "Choose a place" in _text(answer)


def test_a_point_gives_a_mix_at_once(client, world):
    answer = _page(client, POINT)
    assert answer.context["answer"].is_feasible
    assert "Limestone (as pure calcite)" in _text(answer)


def test_a_mix_is_the_one_of_the_api(client, world):
    by_page = _page(client, POINT).context["answer"]
    question = {"recipe": "raw_meal", "near": mixing.NEAR_THE_KILN}
    by_api = mixing.ask(client, question).json()
    assert by_page.cost_yuan_per_t == pytest.approx(by_api["cost_yuan_per_t"])


def test_what_was_asked_stays_in_the_form(client, world):
    asked = POINT | {"set": "raw_meal", "lo.lsf": "90", "hi.lsf": "91"}
    answer = _page(client, asked)
    row = answer.context["form"].limit_rows()[0]
    assert (row.low.value(), row.high.value()) == ("90", "91")
    (line,) = [one for one in answer.context["limits"] if one.line.key == "lsf"]
    assert (line.low, line.high) == ("90", "91")


def test_an_emptied_field_is_no_limit(client, world):
    asked = POINT | {"set": "raw_meal", "lo.lsf": "", "hi.lsf": ""}
    (line,) = [
        one for one in _page(client, asked).context["limits"] if one.line.key == "lsf"
    ]
    assert (line.line.low, line.line.high) == (None, None)


def test_conflicting_limits_are_named_in_words(client, world):
    asked = POINT | {"set": "raw_meal", "x.limestone": "50"}
    asked |= {f"m.{code}": "0" for code in ("fly_ash", "steel_slag")}
    text = _text(_page(client, asked))
    assert "No mix keeps all of these" in text
    assert "lsf must be at least 92 %" in text
    assert "The share of Limestone (as pure calcite) must be at most 50 %" in text


def test_an_own_material_enters_with_its_assay(client, world):
    asked = POINT | {"set": "raw_meal", "t.own1": "our marl", "p.own1": "5"}
    asked |= {"c.own1.cao": "44", "c.own1.sio2": "15"}
    assert "our marl" in _text(_page(client, asked))


def test_another_recipe_starts_with_its_own_numbers(client, world):
    asked = POINT | {"recipe": "backfill", "set": "raw_meal", "lo.lsf": "1"}
    answer = _page(client, asked)
    assert answer.context["recipe"] == "backfill"
    assert "lo.solids" in answer.context["form"].fields


def test_a_demand_of_one_s_own_can_be_chosen_and_others_are_not_listed(client, world):
    kiln = world.demands["meal"]
    assert not _page(client).context["form"].fields["demand"].queryset
    client.force_login(world.users["taker"])
    answer = _page(client)
    assert list(answer.context["form"].fields["demand"].queryset) == [kiln]
    answer = _page(client, {"demand": str(kiln.public_id)})
    assert {line.line.key for line in answer.context["limits"]} >= {"wastes"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lon": ""}, "lon"),
        ({"lon": "x"}, "lon"),
        ({"lat": "NaN"}, "lat"),
        ({"datum": ""}, "datum"),
        ({"within_km": "-1"}, "within_km"),
        ({"mix_t": "inf"}, "mix_t"),
        ({"demand": "nobody"}, "demand"),
        ({"demand": "\0"}, "demand"),
        ({"lo.lsf": "99", "hi.lsf": "98"}, "lo.lsf"),
        ({"lo.lsf": "NaN"}, "lo.lsf"),
        ({"x.clay": "101"}, "x.clay"),
        ({"n.clay": "-1"}, "n.clay"),
        ({"n.clay": "60", "n.silica": "60"}, "__all__"),
        ({"n.clay": "60", "x.clay": "50"}, "__all__"),
        ({"w.clay": "100"}, "p.clay"),
        ({"c.clay.sio2": "", "c.clay.al2o3": ""}, "p.clay"),
    ],
)
def test_a_fault_is_a_400_beside_its_field(client, world, changes, field):
    asked = POINT | {"set": "raw_meal"} | changes
    answer = _page(client, asked, status=400)
    assert field in answer.context["form"].errors
    assert answer.context["answer"] is None


def test_both_languages_say_wet_and_dry(client, world):
    with translation.override("zh-hans"):
        text = client.get("/blend/", POINT).content.decode()
    assert "湿基" in text
    assert "of the dry mix" in _text(_page(client, POINT))
