"""The operator's admin opens everywhere, fetches nothing, and says what is wrong."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from seeds.upsert import MODELS
from tests.places.zoning import zone
from tests.web import world as worlds
from wastehub.accounts.models import Organisation
from wastehub.catalogue.models import Parameter
from wastehub.geodesy import from_wgs84
from wastehub.registry.models import Assay, Facility

pytestmark = pytest.mark.django_db

OURS = ["accounts", "places", "catalogue", "registry", "matching"]
REGISTERED = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS),
    key=lambda model: model._meta.label,
)
# Edited inside the page of what they belong to.
INSIDE = {
    "Membership",
    "Jurisdiction",
    "AssayValue",
    "DemandChange",
    "Edit",
    "ScenarioChange",
    "ZonePart",
}
# Made of what is loaded; the map is where to look at it.
DERIVED = {"TileShape"}


@pytest.fixture
def world():
    made = worlds.two_counties()
    run = worlds.supply_run(made.supplies["ash"])
    worlds.match(run, made.supplies["ash"], made.demands["kiln"], mass_kg=1)
    worlds.refusal(run, made.supplies["ash"], made.routes["road_base"])
    return made


@pytest.fixture
def operator(world):
    person = world.users["staff"]
    person.is_superuser = True
    person.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def _address(model, page, *args):
    return reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args
    )


def _fetches_nothing_from_outside(answer):
    return not re.search(r'(?:src|href)="(?:https?:)?//', answer.content.decode())


def test_every_model_is_there():
    names = {
        model.__name__
        for label in OURS
        for model in apps.get_app_config(label).get_models()
    }
    assert names - INSIDE - DERIVED == {model.__name__ for model in REGISTERED}


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_lists_and_pages_open(operator, model):
    rows = operator.get(_address(model, "changelist"), {"q": "fly"}, follow=True)
    assert rows.status_code == 200
    for row in model.objects.all()[:1]:
        page = operator.get(_address(model, "change", row.pk))
        assert page.status_code == 200
        assert _fetches_nothing_from_outside(page)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_what_is_loaded_or_found_is_not_edited(operator, model):
    typed = {"User", "Organisation", "Facility", "Supply", "Demand", "Assay"}
    proposed = set(MODELS.values())
    status = 200 if model.__name__ in typed or model in proposed else 403
    assert operator.get(_address(model, "add")).status_code == status


def _organisation(**changes):
    entry = {
        "name_zh": "新公司",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    return entry | changes


def test_a_zone_is_shown_with_its_parts_and_without_its_polygons(operator):
    shape = worlds.box(104, 30, 105, 31)
    park = zone("works", "park", parts={"510101": "core"}, shape=shape)
    page = operator.get(_address(type(park), "change", park.pk))
    assert page.status_code == 200
    assert "510101" in page.content.decode()
    assert "MULTIPOLYGON" not in page.content.decode().upper()


@pytest.mark.parametrize(
    ("credit_code", "said"),
    [
        ("91510000000000007X", "last character of the credit code does not fit"),
        ("9151", "has 18 characters"),
        ("91510000000000007I", "without I, O, S, V and Z"),
        ("", "A credit code is required."),
    ],
)
def test_a_wrong_credit_code_is_said_beside_it(operator, credit_code, said):
    answer = operator.post(
        _address(Organisation, "add"), _organisation(credit_code=credit_code)
    )
    assert answer.status_code == 200
    (fault,) = answer.context["adminform"].form.errors["credit_code"]
    assert said in fault


def test_an_organisation_is_registered_by_a_right_code(operator):
    right = "91510000000000007"
    right += worlds.check_character(right)
    answer = operator.post(
        _address(Organisation, "add"), _organisation(credit_code=f" {right.lower()} ")
    )
    assert answer.status_code == 302
    assert Organisation.objects.get(credit_code=right).name_zh == "新公司"


def _site(world, **changes):
    lon, lat = from_wgs84(105.3, 30.4, "GCJ02")
    entry = {
        "organisation": world.organisations["holder"].pk,
        "name_zh": "新厂",
        "origin": "registered",
        "entered_lon": lon,
        "entered_lat": lat,
        "datum": "GCJ02",
    }
    return entry | changes


def test_a_site_is_placed_in_its_county(operator, world):
    answer = operator.post(_address(Facility, "add"), _site(world))
    assert answer.status_code == 302
    row = Facility.objects.get(name_zh="新厂")
    assert row.county.adcode == "510201"
    assert row.point.coords == pytest.approx((105.3, 30.4), abs=1e-6)


def test_a_site_in_the_sea_is_refused(operator, world):
    answer = operator.post(
        _address(Facility, "add"), _site(world, entered_lon=125, entered_lat=25)
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors()
    assert not Facility.objects.filter(name_zh="新厂").exists()


def test_values_that_the_operator_enters_ask_for_new_matches(operator, world):
    ash = world.supplies["ash"]
    assay = ash.assays.create(sampled_on=worlds.yesterday())
    before = ash.changed_at
    told = {
        "supply": ash.pk,
        "sampled_on": assay.sampled_on,
        "values-TOTAL_FORMS": 1,
        "values-INITIAL_FORMS": 0,
        "values-0-parameter": Parameter.objects.first().pk,
        "values-0-value": "4.5",
    }
    answer = operator.post(_address(Assay, "change", assay.pk), told)
    assert answer.status_code == 302, answer.content.decode()
    assert assay.values.count() == 1
    ash.refresh_from_db()
    assert ash.changed_at > before
