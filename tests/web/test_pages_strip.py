"""The strip of a supply's page: a lettered square for each use, said in words too.

The ash of ``two_counties`` may go into cement, where loss on ignition is at most 8 %.
"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.web import world as worlds
from wastehub.catalogue.models import Admission, Limit, Parameter
from wastehub.registry.services import assay_create

pytestmark = pytest.mark.django_db
TOLD = {"source": "told here", "confidence": "H"}


@pytest.fixture
def world():
    return worlds.two_counties()


def _page(world, role="viewer"):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[role])
    return client.get(f"/supplies/{world.supplies['ash'].public_id}/")


def _squares(world):
    strip = _page(world).content.decode().split('<ul class="plain strip">')[1]
    rows = re.findall(r'<a class="square.*?</a>', strip, re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def _measured(world, loi):
    today = timezone.localdate()
    assay_create(supply=world.supplies["ash"], sampled_on=today, values={"loi": loi})


def test_a_square_says_verdict_limit_value_and_margin(world):
    _measured(world, loi=6)
    assert _squares(world) == [
        "Y cement_blending : yes. loss on ignition 6 % · limit ≤ 8 % 25 % to spare"
    ]


def test_a_broken_limit_says_by_how_much(world):
    _measured(world, loi=10)
    assert _squares(world) == [
        "N cement_blending : no. loss on ignition 10 % · limit ≤ 8 % "
        "beyond the limit by 25 %"
    ]


def test_a_value_many_times_its_limit_is_told_in_times(world):
    Limit.objects.update(value=0.5)
    _measured(world, loi=40)
    assert _squares(world)[0].endswith("limit ≤ 0.5 % 80 times the limit")


def test_a_limit_of_zero_leaves_no_part_to_spare(world):
    Limit.objects.update(value=0)
    _measured(world, loi=3)
    assert _squares(world)[0].endswith("loss on ignition 3 % · limit ≤ 0 %")


def test_what_was_not_measured_says_so(world):
    assert _squares(world) == [
        "U cement_blending : unknown. loss on ignition not measured · limit ≤ 8 %"
    ]


def test_a_usual_value_says_that_it_is_one(world):
    loi = Parameter.objects.get(code="loi")
    world.materials["fly_ash"].typical.create(parameter=loi, low=2, high=6, **TOLD)
    assert _squares(world) == [
        "L cement_blending : likely, assay missing. loss on ignition usually 4 % · "
        "limit ≤ 8 % 50 % to spare"
    ]


def test_a_number_nobody_has_read_has_no_margin(world):
    Limit.objects.update(value=None)
    _measured(world, loi=6)
    (words,) = _squares(world)
    assert words.endswith("loss on ignition 6 % · limit ≤ number not read yet")


def test_without_a_limit_the_square_says_so(world):
    Limit.objects.all().delete()
    assert _squares(world) == [
        "L cement_blending : likely, assay missing. No limit decides here."
    ]


def test_a_rule_speaks_for_itself(world):
    Admission.objects.create(
        route=world.routes["road_base"],
        material=world.materials["fly_ash"],
        admitted=False,
        reason_zh="标准不列",
        reason_en="The standard does not list it",
        **TOLD,
    )
    assert _squares(world)[-1] == "N road_base : no. The standard does not list it"


def test_a_square_leads_to_the_rule_on_the_page_of_its_use(world):
    page = _page(world).content.decode()
    assert 'href="/catalogue/routes/cement_blending/#fly_ash"' in page


def test_the_key_counts_the_verdicts_that_occur(world):
    keys = _page(world).context["verdict_keys"]
    assert [(key.letter, key.count) for key in keys] == [("U", 1)]


def test_it_is_the_affair_of_those_who_see_the_costs(world):
    assert 'class="plain strip"' not in _page(world, "stranger").content.decode()


def test_a_material_without_any_use_has_no_strip(world):
    Admission.objects.all().delete()
    assert 'class="plain strip"' not in _page(world).content.decode()
