"""What the rulebook's pages and API say of parameters, grades, methods and prices."""

import re

import pytest
from django.test import Client
from django.utils import translation

from tests.web import world as worlds
from wastehub.catalogue.models import (
    Category,
    LaboratoryTest,
    Limit,
    Material,
    Parameter,
    TypicalValue,
)
from wastehub.web.templatetags.rules import derivation

pytestmark = pytest.mark.django_db
TOLD = {"source": "told here", "confidence": "H"}
PAGE = "/catalogue/parameters/"


@pytest.fixture
def world():
    return worlds.two_counties()


def _words(path, language="en"):
    answer = Client(headers={"accept-language": language}).get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def _parameter(code, name_en, **values):
    return Parameter.objects.create(
        **{
            "code": code,
            "name_zh": f"量{code}",
            "name_en": name_en,
            "unit": "Bq/kg",
            "basis": "none",
            "plausible_low": 0,
            "plausible_high": 1_000_000,
            **values,
        }
    )


def _exposure_index():
    _parameter("ra226", "radium")
    _parameter("th232", "thorium")
    return _parameter("ir", "index", unit="-", formula="ra226 / 370 + th232*2 - 1e-3")


def _graded(world, grade, value):
    loi = Parameter.objects.get(code="loi")
    return Limit.objects.create(
        route=world.routes["cement_blending"],
        parameter=loi,
        operator="<=",
        value=value,
        grade=grade,
        test_method="X/T 176",
        **TOLD,
    )


def test_a_formula_is_read_with_names_and_proper_signs(world):
    index = _exposure_index()
    known = {row.code: row for row in Parameter.objects.all()}
    with translation.override("en"):
        said = derivation(index, known)
    assert said == "radium / 370 + thorium × 2 − 1e-3"


def test_the_page_tells_unit_basis_range_and_limits_of_each(world):
    assert "% , dry basis · plausible 0 – 60 · 1 limit" in _words(PAGE).replace(
        "%,", "% ,"
    )
    _exposure_index()
    words = _words(PAGE)
    assert "pure number · plausible 0 – 1000000 · 0 limits" in words
    assert "= radium / 370 + thorium × 2 − 1e-3" in words


def test_what_is_calculated_says_that_no_laboratory_tells_it(world):
    assert "By calculation" not in _words(PAGE)
    _parameter("load", "load", is_calculated=True)
    assert "By calculation, not in a laboratory." in _words(PAGE)


@pytest.mark.parametrize(("confidence", "badge"), [("H", "H"), ("L", "estimate")])
def test_a_price_says_whether_it_is_an_estimate(world, confidence, badge):
    LaboratoryTest.objects.create(
        parameter=Parameter.objects.get(code="loi"),
        name_zh="烧失量测定",
        name_en="Loss on ignition at 950 C",
        price_yuan=80,
        source="told here",
        confidence=confidence,
    )
    said = f"Loss on ignition at 950 C 80 CNY {badge}"
    assert f"Laboratory test: {said}" in _words(PAGE)
    world.materials["fly_ash"].typical.create(
        parameter=Parameter.objects.get(code="loi"), low=2, high=4, **TOLD
    )
    assert said in _words("/catalogue/fly_ash/")


def test_an_empty_rulebook_says_so():
    assert "The rulebook is empty." in _words(PAGE)


def test_more_parameters_need_no_more_queries(world, django_assert_num_queries):
    client = Client()
    for number in range(4):
        _parameter(f"p{number}", "quantity")
    with django_assert_num_queries(1):
        client.get(PAGE)


def test_grades_are_explained_and_the_better_stands_first(world):
    path = "/catalogue/routes/cement_blending/"
    assert "Grades are alternatives" not in _words(path)
    _graded(world, "II", 10)
    _graded(world, "I", 5)
    words = _words(path)
    assert "Grades are alternatives: a lot needs to meet" in words
    ungraded, first, second = (
        words.index(said) for said in ("≤ 8 %", "grade I ", "grade II ")
    )
    assert ungraded < first < second


def test_the_test_method_of_a_limit_is_told(world):
    _graded(world, "I", 5)
    assert "Test method: X/T 176" in _words("/catalogue/fly_ash/")


@pytest.mark.parametrize(
    ("narrowed", "said"),
    [({}, "0 – 60"), ({"plausible_low": 1, "plausible_high": 9}, "1 – 9")],
)
def test_a_material_s_own_plausible_range_goes_before_the_parameter_s(
    world, narrowed, said
):
    loi = Parameter.objects.get(code="loi")
    TypicalValue.objects.create(
        material=world.materials["fly_ash"],
        parameter=loi,
        low=2,
        high=4,
        **narrowed,
        **TOLD,
    )
    assert f"loss on ignition 烧失量 2 – 4 {said}" in _words("/catalogue/fly_ash/")


def test_a_category_is_named_by_the_data_in_the_reader_s_language(world):
    category = Category.objects.create(
        code="SW99", name_zh="试验渣", name_en="Trial slag", **TOLD
    )
    Material.objects.filter(code="fly_ash").update(category=category)
    assert "SW99 Trial slag" in _words("/catalogue/fly_ash/")
    assert "SW99 试验渣" in _words("/catalogue/fly_ash/", "zh-hans")
    assert "Trial slag SW99" in _words("/catalogue/")


def test_the_api_tells_what_the_pages_tell(world, client):
    _exposure_index()
    _graded(world, "I", 5)
    LaboratoryTest.objects.create(
        parameter=Parameter.objects.get(code="loi"),
        name_zh="烧失量测定",
        name_en="Loss on ignition",
        price_yuan=80,
        **TOLD,
    )
    derived = client.get("/api/v1/parameters/ir/").json()
    assert derived["formula"] == "ra226 / 370 + th232*2 - 1e-3"
    assert (derived["is_calculated"], derived["test"]) == (False, None)
    assert client.get("/api/v1/parameters/loi/").json()["test"]["price_yuan"] == 80.0
    limits = client.get("/api/v1/routes/cement_blending/").json()["limits"]
    told = [(one["grade"], one["test_method"]) for one in limits]
    assert told == [("", ""), ("I", "X/T 176")]


def test_the_api_tells_category_and_plausible_range_of_a_material(world, client):
    category = Category.objects.create(
        code="SW99", name_zh="试验渣", name_en="Trial slag", **TOLD
    )
    Material.objects.filter(code="fly_ash").update(category=category)
    world.materials["fly_ash"].typical.create(
        parameter=Parameter.objects.get(code="loi"),
        low=2,
        high=4,
        plausible_high=9,
        **TOLD,
    )
    told = client.get("/api/v1/materials/fly_ash/").json()
    assert told["category"]["name_en"] == "Trial slag"
    (usual,) = told["typical"]
    assert (usual["plausible_low"], usual["plausible_high"]) == (None, 9.0)
    assert client.get("/api/v1/materials/steel_slag/").json()["category"] is None
