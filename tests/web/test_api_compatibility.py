"""One lot against every use's rules: which verdict, by which limit, for whom to see.

The ash of ``two_counties`` may go into cement, where loss on ignition is at most 8 %.
"""

import pytest
from django.test import Client
from django.utils import timezone

from tests.web import world as worlds
from wastehub.catalogue.models import Admission, Limit, Parameter, Treatment
from wastehub.registry.services import assay_create

pytestmark = pytest.mark.django_db
TOLD = {"source": "told here", "confidence": "H"}


@pytest.fixture
def world():
    return worlds.two_counties()


def _rows(world, role="viewer", of="ash"):
    client = Client()
    if role:
        client.force_login(world.users[role])
    path = f"/api/v1/supplies/{world.supplies[of].public_id}/compatibility/"
    return client.get(path)


def _measured(world, **values):
    today = timezone.localdate()
    assay_create(supply=world.supplies["ash"], sampled_on=today, values=values)
    (row,) = _rows(world).json()["results"]
    return row


def _limit(**values):
    loi = Limit.objects.get(parameter__code="loi", grade="")
    parameter = values.pop("parameter", None) or Parameter.objects.create(
        code=f"p{Parameter.objects.count()}",
        name_zh="量",
        name_en="quantity",
        unit="%",
        basis="dry",
        plausible_low=0,
        plausible_high=100,
    )
    return Limit.objects.create(
        route=loi.route,
        **{"parameter": parameter, "operator": "<=", "value": 10, **TOLD, **values},
    )


def _calcining(material):
    return Treatment.objects.create(
        code="calcining",
        name_zh="煅烧",
        name_en="calcining",
        material=material,
        parameter=Parameter.objects.get(code="loi"),
        reaches=2,
        fixed_yuan_per_t=20,
        yuan_per_t_per_unit=3,
        **TOLD,
    )


def test_an_assay_within_the_limit_is_a_yes_with_its_margin(world):
    row = _measured(world, loi=6)
    assert (row["route"]["code"], row["verdict"]) == ("cement_blending", "yes")
    assert row["deciding"] == {
        "parameter": "loi",
        "operator": "<=",
        "value": 6.0,
        "measured": True,
        "bound": 8.0,
        "unit": "%",
        "grade": "",
        "basis": "dry",
        "margin_frac": 0.25,
        "verdict": "yes",
        "standard": "X 1-2020",
        "clause": "5.1",
        "confidence": "H",
    }
    assert (row["treatments"], row["blocking"], row["rule"]) == ([], [], None)


def test_a_broken_limit_blocks_and_says_by_how_much(world):
    row = _measured(world, loi=10)
    assert (row["verdict"], row["deciding"]["margin_frac"]) == ("no", -0.25)
    assert [one["parameter"] for one in row["blocking"]] == ["loi"]


def test_a_broken_limit_that_can_be_mended_names_the_treatment_and_its_cost(world):
    _calcining(world.materials["fly_ash"])
    row = _measured(world, loi=10)
    assert (row["verdict"], row["blocking"]) == ("treated", [])
    assert [step["code"] for step in row["treatments"]] == ["calcining"]
    # 20 yuan, and 3 for each of the two units from 10 % down to 8 %.
    assert row["treatment_yuan_per_t"] == 26.0


def test_every_limit_that_blocks_is_listed_the_worst_first(world):
    unread = _limit(value=None).parameter.code
    untold = _limit().parameter.code
    row = _measured(world, loi=10)
    assert [one["parameter"] for one in row["blocking"]] == ["loi", unread, untold]
    assert [one["verdict"] for one in row["blocking"]] == ["no", "unknown", "unknown"]
    assert [one["bound"] for one in row["blocking"]] == [8.0, None, 10.0]


@pytest.mark.parametrize(
    ("loi", "verdict", "grade"), [(4, "yes", "I"), (6, "yes", "II"), (7.5, "no", "II")]
)
def test_of_grades_the_best_that_the_lot_meets_is_told(world, loi, verdict, grade):
    parameter = Parameter.objects.get(code="loi")
    for name, value in (("I", 5), ("II", 7)):
        _limit(parameter=parameter, grade=name, value=value)
    row = _measured(world, loi=loi)
    assert (row["verdict"], row["grade"]) == (verdict, grade)


def test_without_an_assay_nobody_can_say(world):
    (row,) = _rows(world).json()["results"]
    assert (row["verdict"], row["deciding"]["value"]) == ("unknown", None)


def test_the_own_assay_decides_and_not_the_usual_composition(world):
    usual = {"low": 20, "high": 30, "parameter": Parameter.objects.get(code="loi")}
    world.materials["fly_ash"].typical.create(**usual, **TOLD)
    (row,) = _rows(world).json()["results"]
    assert (row["verdict"], row["deciding"]["value"]) == ("unknown", 25.0)
    assert row["deciding"]["measured"] is False
    assert _measured(world, loi=6)["verdict"] == "yes"


def test_it_does_not_matter_whether_somebody_asks_for_it(world):
    assert _measured(world, loi=6)["verdict"] == "yes"
    world.demands["kiln"].delete()
    (row,) = _rows(world).json()["results"]
    assert row["verdict"] == "yes"


def test_a_rule_that_forbids_the_use_is_told_and_comes_last(world):
    Admission.objects.create(
        route=world.routes["road_base"],
        material=world.materials["fly_ash"],
        admitted=False,
        reason_zh="标准不列",
        reason_en="The standard does not list it",
        **TOLD,
    )
    first, last = _rows(world).json()["results"]
    assert (first["verdict"], first["rule"]) == ("unknown", None)
    assert (last["verdict"], last["deciding"]) == ("no", None)
    assert last["rule"]["reason_en"] == "The standard does not list it"


@pytest.mark.parametrize(
    ("role", "status"), [(None, 403), ("stranger", 403), ("viewer", 200), ("west", 200)]
)
def test_it_is_the_affair_of_those_who_see_the_costs(world, role, status):
    assert _rows(world, role).status_code == status


def test_a_withdrawn_supply_is_not_found_by_strangers_and_judged_for_its_holder(world):
    world.supplies["gone"] = worlds.supply(world, "plant", 1_000, status="withdrawn")
    assert _rows(world, "stranger", of="gone").status_code == 404
    (row,) = _rows(world, "viewer", of="gone").json()["results"]
    assert row["route"]["code"] == "cement_blending"


def test_more_rules_need_no_more_queries(world, django_assert_max_num_queries):
    client = Client()
    client.force_login(world.users["staff"])
    path = f"/api/v1/supplies/{world.supplies['ash'].public_id}/compatibility/"
    client.get(path)
    with django_assert_max_num_queries(20) as few:
        client.get(path)
    most = len(few)
    for _each in range(5):
        _limit()
    Admission.objects.create(
        route=world.routes["road_base"],
        material=world.materials["fly_ash"],
        admitted=False,
        reason_zh="否",
        reason_en="no",
        **TOLD,
    )
    client.get(path)  # changed rules are read once
    with django_assert_max_num_queries(most):
        assert len(client.get(path).json()["results"]) == 2
