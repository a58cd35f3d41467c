"""What the writing pages take, refuse and leave alone."""

import pytest
from django.test import Client

from matching.models import MatchRun
from tests.web import world as worlds
from wastehub.catalogue.models import Parameter
from wastehub.registry.models import Facility, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.two_counties()


@pytest.fixture
def editor(world):
    return _as(world, "editor")


def _as(world, name):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[name])
    return client


def _offer(world, **changes):
    entry = {
        "facility": world.facilities["plant"].public_id,
        "material": "fly_ash",
        "stock_t": "12.5",
        "rate_t_per_year": "",
        "price_yuan_per_t": "-20",
        "valid_until": worlds.timezone.localdate() + worlds.IN_A_YEAR,
    }
    return entry | changes


def _site(world, **changes):
    entry = {
        "organisation": world.organisations["holder"].pk,
        "name_zh": "新堆场",
        "lon": "104.6",
        "lat": "30.6",
        "datum": "WGS84",
    }
    return entry | changes


@pytest.mark.parametrize(
    "path", ["/supplies/new", "/facilities/new", "/mine/", "/plans/new"]
)
def test_writing_asks_for_a_log_in_and_comes_back(path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.url == f"/login/?next={path}"


def test_a_supply_is_listed_in_kilograms(world, editor):
    answer = editor.post("/supplies/new", _offer(world))
    made = Supply.objects.latest("pk")
    assert answer.url == f"/supplies/{made.public_id}/"
    assert made.stock_kg == 12_500
    assert made.price_yuan_per_t == -20


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"stock_t": ""}, "stock_t", "State a stock, a yearly rate, or both."),
        ({"stock_t": "-1"}, "stock_t", "can not be negative"),
        ({"stock_t": "9999999999"}, "stock_t", "are the units tonnes?"),
        ({"stock_t": "a lot"}, "stock_t", "Enter a number."),
        ({"stock_t": "NaN"}, "stock_t", "Enter a number."),
        ({"valid_until": "2020-01-01"}, "valid_until", "The validity ended"),
        ({"valid_until": ""}, "valid_until", "required"),
        ({"material": "gold"}, "material", "valid choice"),
        ({"price_yuan_per_t": "2000000"}, "price_yuan_per_t", "1,000,000"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_written(
    world, editor, changes, field, words
):
    before = Supply.objects.count()
    answer = editor.post("/supplies/new", _offer(world, **changes))
    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors[field])
    assert Supply.objects.count() == before


def test_nobody_lists_at_a_stranger_s_site(world, editor):
    kiln = world.facilities["kiln"].public_id
    answer = editor.post("/supplies/new", _offer(world, facility=kiln))
    assert answer.status_code == 400
    assert "facility" in answer.context["form"].errors


def test_a_site_is_placed_in_its_county_and_keeps_what_was_entered(world, editor):
    answer = editor.post("/facilities/new", _site(world, datum="GCJ02"))
    made = Facility.objects.latest("pk")
    assert answer.url == f"/supplies/new?facility={made.public_id}"
    assert made.county.adcode == "510101"
    assert (made.entered_lon, made.entered_lat, made.datum) == (104.6, 30.6, "GCJ02")
    assert made.point.x != 104.6


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"datum": ""}, "datum"),
        ({"lon": "30.6", "lat": "104.6"}, "lat"),
        ({"lon": "130", "lat": "30"}, "lon"),
        ({"lon": "nan"}, "lon"),
        ({"name_zh": ""}, "name_zh"),
    ],
)
def test_a_site_with_a_fault_is_not_written(world, editor, changes, field):
    before = Facility.objects.count()
    answer = editor.post("/facilities/new", _site(world, **changes))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert Facility.objects.count() == before


@pytest.fixture
def parameters(world):
    """Loss on ignition and sulphur trioxide, in per cent."""
    for code in ("loi", "so3"):
        Parameter.objects.update_or_create(
            code=code,
            defaults={
                "name_zh": code,
                "name_en": code,
                "unit": "%",
                "basis": "dry",
                "plausible_low": 0,
                "plausible_high": 100,
            },
        )


@pytest.mark.usefixtures("parameters")
def test_an_assay_comes_with_the_supply(world, editor):
    report = {
        "sampled_on": str(worlds.yesterday()),
        "laboratory": "Lab",
        "parameter_0": "loi",
        "value_0": "4.5",
        "parameter_3": "so3",
        "value_3": "0",
    }
    editor.post("/supplies/new", _offer(world, **report))
    assay = Supply.objects.latest("pk").assays.get()
    assert (assay.sampled_on, assay.laboratory) == (worlds.yesterday(), "Lab")
    assert {row.parameter.code: row.value for row in assay.values.all()} == {
        "loi": 4.5,
        "so3": 0,
    }


def test_without_a_word_of_an_assay_there_is_none(world, editor):
    editor.post("/supplies/new", _offer(world))
    assert not Supply.objects.latest("pk").assays.exists()


@pytest.mark.usefixtures("parameters")
@pytest.mark.parametrize(
    ("report", "field"),
    [
        ({"sampled_on": "", "parameter_0": "loi", "value_0": "4"}, "sampled_on"),
        (
            {"sampled_on": "2999-01-01", "parameter_0": "loi", "value_0": "4"},
            "sampled_on",
        ),
        ({"parameter_2": "loi"}, "value_2"),
        ({"value_2": "4"}, "parameter_2"),
        ({"parameter_2": "loi", "value_2": "-4000"}, "value_2"),
        ({"parameter_2": "loi", "value_2": "nan"}, "value_2"),
        ({"parameter_2": "gold", "value_2": "4"}, "parameter_2"),
        ({"laboratory": "Lab"}, "value_0"),
        (
            {
                "parameter_0": "loi",
                "value_0": "4",
                "parameter_1": "loi",
                "value_1": "5",
            },
            "parameter_1",
        ),
    ],
)
def test_a_faulty_assay_keeps_the_supply_back_too(world, editor, report, field):
    before = Supply.objects.count()
    told = {"sampled_on": str(worlds.yesterday()), **report}
    answer = editor.post("/supplies/new", _offer(world, **told))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert '<details class="assay" open>' in answer.content.decode()
    assert Supply.objects.count() == before


def test_a_viewer_lists_nothing(world):
    answer = _as(world, "viewer").post("/supplies/new", _offer(world))
    assert answer.url == "/facilities/new"
    form = _as(world, "viewer").post("/facilities/new", _site(world))
    assert form.status_code == 400


def test_renewing_reopens_for_a_quarter(world, editor):
    supply = world.supplies["ash"]
    supply.status, supply.valid_until = "withdrawn", worlds.yesterday()
    supply.save()
    editor.post(f"/supplies/{supply.public_id}/renew")
    supply.refresh_from_db()
    assert supply.status == "open"
    assert (supply.valid_until - worlds.timezone.localdate()).days == 90


def test_renewing_never_shortens(world, editor):
    supply = world.supplies["ash"]
    before = supply.valid_until
    editor.post(f"/supplies/{supply.public_id}/renew")
    supply.refresh_from_db()
    assert supply.valid_until == before


def test_withdrawing_takes_it_off_the_market(world, editor):
    supply = world.supplies["ash"]
    editor.post(f"/supplies/{supply.public_id}/withdraw")
    supply.refresh_from_db()
    assert supply.status == "withdrawn"


@pytest.mark.parametrize("name", ["viewer", "stranger", "east"])
@pytest.mark.parametrize("deed", ["renew", "withdraw"])
def test_others_neither_renew_nor_withdraw(world, name, deed):
    supply = world.supplies["ash"]
    answer = _as(world, name).post(f"/supplies/{supply.public_id}/{deed}")
    assert answer.status_code == 404
    supply.refresh_from_db()
    assert supply.status == "open"


def test_a_regulator_starts_a_plan_of_what_he_watches(world):
    entry = {"adcode": "510100", "horizon_months": "12", "accept": "likely"}
    answer = _as(world, "west").post("/plans/new", entry)
    run = MatchRun.objects.plans().get()
    assert answer.url == f"/plans/{run.public_id}/"
    assert (run.adcode, run.created_by) == ("510100", world.users["west"])


def test_a_regulator_starts_no_plan_elsewhere(world):
    entry = {"adcode": "510200", "horizon_months": "12", "accept": "likely"}
    answer = _as(world, "west").post("/plans/new", entry)
    assert answer.status_code == 400
    assert not MatchRun.objects.exists()


def test_an_editor_starts_no_plan(world, editor):
    assert editor.get("/plans/new").status_code == 403
