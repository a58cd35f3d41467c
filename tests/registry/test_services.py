"""Entering sites, supplies, demands and assays: what goes in and what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import worlds
from wastehub.catalogue.models import Material, Parameter, UseRoute
from wastehub.errors import Refused
from wastehub.registry import services
from wastehub.registry.models import Assay, Facility, Supply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_world() -> None:
    worlds.two_counties()
    sourced = {"source": "a test", "confidence": "L"}
    Material.objects.create(
        code="fly_ash", name_zh="粉煤灰", reach_km=150, colour="#000000", **sourced
    )
    UseRoute.objects.create(code="cement_blending", name_zh="水泥混合材", **sourced)
    Parameter.objects.create(
        code="so3", unit="%", basis="dry", plausible_low=0, plausible_high=60
    )


def test_a_site_stands_in_its_county_and_keeps_what_was_entered() -> None:
    site = worlds.facility(105.5, 30.5, datum="GCJ02")
    assert site.county.adcode == worlds.EAST
    assert (site.entered_lon, site.entered_lat, site.datum) == (105.5, 30.5, "GCJ02")
    assert 0.001 < abs(site.point.x - 105.5) < 0.01


@pytest.mark.parametrize(
    ("lon", "lat", "datum", "fields"),
    [
        (30.5, 104.5, "WGS84", {"lon", "lat"}),  # exchanged
        (125.0, 30.5, "WGS84", {"lon", "lat"}),  # in the East China Sea
        (float("nan"), 30.5, "WGS84", {"lon", "lat"}),
        (104.5, 30.5, "", {"datum"}),
        (104.5, 30.5, "EPSG:4326", {"datum"}),
    ],
)
def test_a_site_nowhere_is_refused(
    lon: float, lat: float, datum: str, fields: set[str]
) -> None:
    with pytest.raises(Refused) as refusal:
        worlds.facility(lon, lat, datum=datum)
    assert set(refusal.value.fields) == fields
    assert not Facility.objects.exists()


def test_exchanged_axes_are_called_that() -> None:
    with pytest.raises(Refused, match=r"exchanged|写反"):
        worlds.facility(30.5, 104.5)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"stock_kg": -1}, "stock_kg"),
        ({"stock_kg": 10**12 + 1}, "stock_kg"),
        ({"stock_kg": 0}, "stock_kg"),
        ({"rate_kg_per_year": -5}, "rate_kg_per_year"),
        ({"price_yuan_per_t": Decimal("NaN")}, "price_yuan_per_t"),
        ({"price_yuan_per_t": Decimal("-1000000.01")}, "price_yuan_per_t"),
        ({"stock_kg": 10**12, "price_yuan_per_t": 91}, "price_yuan_per_t"),
        ({"valid_until": None}, "valid_until"),
        ({"valid_until": date(2020, 1, 1)}, "valid_until"),
        ({"valid_until": date(9999, 1, 1)}, "valid_until"),
    ],
)
def test_an_absurd_supply_is_refused_at_its_field(
    entry: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        worlds.supply(**entry)
    assert set(refusal.value.fields) == {field}
    assert not Supply.objects.exists()


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        worlds.supply(stock_kg=-1, valid_until=None, price_yuan_per_t=Decimal("1e9"))
    assert set(refusal.value.fields) == {"stock_kg", "valid_until", "price_yuan_per_t"}


def test_a_holder_may_pay_to_be_rid_of_it() -> None:
    assert worlds.supply(price_yuan_per_t=Decimal("-35.50")).price_yuan_per_t < 0


def test_the_database_refuses_what_slips_past_a_service() -> None:
    supply = worlds.supply()
    with pytest.raises(IntegrityError), transaction.atomic():
        Supply.objects.filter(pk=supply.pk).update(stock_kg=-1)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"capacity_kg_per_year": 0}, "capacity_kg_per_year"),
        ({"capacity_kg_per_year": -3}, "capacity_kg_per_year"),
        ({"base_kg_per_year": 999_999}, "base_kg_per_year"),
        ({"farthest_km": 0.0}, "farthest_km"),
        ({"farthest_km": float("inf")}, "farthest_km"),
        ({"farthest_km": 5001.0}, "farthest_km"),
    ],
)
def test_an_absurd_demand_is_refused_at_its_field(
    entry: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        worlds.demand(**entry)
    assert field in refusal.value.fields


def test_an_assay_makes_the_supply_changed() -> None:
    supply = worlds.supply()
    services.assay_create(
        supply=supply, sampled_on=timezone.localdate(), values={"so3": 2.5}
    )
    before = supply.changed_at
    supply.refresh_from_db()
    assert supply.changed_at >= before
    assert supply.assays.get().values.get().value == 2.5


@pytest.mark.parametrize(
    ("values", "days_ahead", "field"),
    [
        ({"so3": 450.0}, 0, "values.so3"),
        ({"so3": float("nan")}, 0, "values.so3"),
        ({"kryptonite": 1.0}, 0, "values.kryptonite"),
        ({}, 0, "values"),
        ({"so3": 2.5}, 1, "sampled_on"),
    ],
)
def test_an_implausible_assay_is_refused_at_its_field(
    values: dict[str, float], days_ahead: int, field: str
) -> None:
    supply = worlds.supply()
    with pytest.raises(Refused) as refusal:
        services.assay_create(
            supply=supply,
            sampled_on=timezone.localdate() + timedelta(days=days_ahead),
            values=values,
        )
    assert set(refusal.value.fields) == {field}
    assert not Assay.objects.exists()


def test_what_comes_again_unchanged_is_not_written() -> None:
    site = worlds.facility()
    listing = {
        "facility": site,
        "material": Material.objects.get(),
        "rate_kg_per_year": 5_000_000,
        "is_estimated": True,
        "estimate_formula": "1 x 5 = 5 kt/y",
    }
    first, created = services.supply_put(source_key="tracker:1", **listing)
    again, changed = services.supply_put(source_key="tracker:1", **listing)
    assert (created, changed) == (True, False)
    assert (again.pk, again.changed_at) == (first.pk, first.changed_at)


def test_what_comes_again_reopens_and_keeps_its_identity() -> None:
    listing = {
        "facility": worlds.facility(),
        "material": Material.objects.get(),
        "rate_kg_per_year": 5_000_000,
        "is_estimated": True,
        "estimate_formula": "1 x 5 = 5 kt/y",
    }
    first, _ = services.supply_put(source_key="tracker:1", **listing)
    services.listing_withdraw(listing=first)
    again, changed = services.supply_put(source_key="tracker:1", **listing)
    assert changed
    assert again.status == "open"
    assert again.public_id == first.public_id
