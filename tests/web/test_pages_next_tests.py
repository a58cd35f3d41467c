"""The supply's page says what to have measured next, and what only a set opens."""

import pytest
from django.test import Client
from django.utils import timezone

from seeds.load import load_catalogue
from tests import worlds
from wastehub.accounts.models import User
from wastehub.catalogue.models import LaboratoryTest
from wastehub.registry.services import assay_create

pytestmark = pytest.mark.django_db
PASSING = {
    "activity_index": 80,
    "density": 2.2,
    "f_cao": 0.5,
    "ir": 0.5,
    "ira": 0.5,
    "loi": 3,
    "moisture": 0.5,
    "sio2_al2o3_fe2o3": 85,
    "so3": 1,
}


@pytest.fixture
def operator() -> Client:
    worlds.two_counties()
    load_catalogue()
    worlds.demand("cement_blending", base_kg_per_year=10**8)
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create(username="operator", is_staff=True))
    return client


def advice(operator: Client, **values: float) -> dict[str, list[object]]:
    supply = worlds.supply("fly_ash")
    if values:
        today = timezone.localdate()
        assay_create(supply=supply, sampled_on=today, values=values)
    page = operator.get(f"/supplies/{supply.public_id}/")
    assert ("Test these first" in page.content.decode()) == (len(values) < len(PASSING))
    return {key: page.context[key] for key in ("single_tests", "test_sets")}


def test_without_an_assay_only_the_whole_set_opens_the_use(operator: Client) -> None:
    found = advice(operator)
    assert found["single_tests"] == []
    (whole,) = found["test_sets"]
    assert whole.route.code == "cement_blending"
    assert {parameter.code for parameter in whole.parameters} == set(PASSING)
    prices = LaboratoryTest.objects.filter(parameter__code__in=PASSING)
    assert whole.price_yuan == sum(test.price_yuan for test in prices)


def test_a_set_with_an_unpriced_test_has_no_price(operator: Client) -> None:
    LaboratoryTest.objects.filter(parameter__code="loi").delete()
    (whole,) = advice(operator)["test_sets"]
    assert whole.price_yuan is None


def test_the_one_test_that_is_left_opens_it_alone(operator: Client) -> None:
    most = {code: value for code, value in PASSING.items() if code != "loi"}
    found = advice(operator, **most)
    assert [test.parameter.code for test in found["single_tests"]] == ["loi"]
    assert found["test_sets"] == []


def test_nothing_is_asked_once_all_is_measured(operator: Client) -> None:
    assert advice(operator, **PASSING) == {"single_tests": [], "test_sets": []}
