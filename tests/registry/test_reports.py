"""Slips in a laboratory report are caught when it is entered, and named."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests import worlds
from wastehub.catalogue.models import Material, Parameter, TypicalValue
from wastehub.errors import Refused
from wastehub.registry.services import assay_create

pytestmark = pytest.mark.django_db

TOLD = {"source": "told here", "confidence": "L"}


@pytest.fixture
def gypsum():
    """A gypsum whose P2O5 is 0.1 to 1 % and may be 5 %, before parameters to 50 %."""
    worlds.two_counties()
    for code in ("gypsum", "slag"):
        Material.objects.create(
            code=code, name_zh=code, reach_km=1, colour="#000000", **TOLD
        )
    supply = worlds.supply("gypsum")
    for code, basis, is_oxide in [
        ("p2o5", "dry", True),
        ("so3", "dry", True),
        ("cao", "dry", True),
        ("ph", "none", False),
        ("moisture", "wet", False),
    ]:
        Parameter.objects.create(
            code=code,
            name_zh=code,
            name_en=code,
            unit="%",
            basis=basis,
            is_oxide=is_oxide,
            plausible_low=0,
            plausible_high=100,
        )
    TypicalValue.objects.create(
        material=supply.material,
        parameter=Parameter.objects.get(code="p2o5"),
        low=0.1,
        high=1,
        plausible_high=5,
        **TOLD,
    )
    return supply


def entered(supply, reported_basis="dry", **values):
    day = date(2026, 1, 1)
    assay = assay_create(
        supply=supply, sampled_on=day, values=values, reported_basis=reported_basis
    )
    return {row.parameter.code: row.value for row in assay.values.all()}


def faults(supply, reported_basis="dry", **values):
    with pytest.raises(Refused) as refused:
        entered(supply, reported_basis, **values)
    assert not supply.assays.exists()
    return refused.value.fields


def test_a_slipped_decimal_point_is_caught_by_the_range_of_the_material(gypsum):
    with override("en"):
        told = faults(gypsum, p2o5=45)["values.p2o5"]
    assert "45 % is not plausible: it lies between 0 and 5." in told


def test_an_unusual_value_that_may_be_is_kept(gypsum):
    assert entered(gypsum, p2o5=3) == {"p2o5": 3}


def test_another_material_has_its_own_range(gypsum):
    slag = worlds.supply("slag")
    assert entered(slag, p2o5=45) == {"p2o5": 45}


def test_oxides_that_pass_the_whole_are_refused_together(gypsum):
    assert "130.0" in faults(gypsum, so3=70, cao=60)["values"]


def test_rounding_may_pass_the_whole_a_little(gypsum):
    assert entered(gypsum, so3=60, cao=44) == {"so3": 60, "cao": 44}


def test_what_is_no_oxide_does_not_count_towards_the_whole(gypsum):
    assert entered(gypsum, so3=60, moisture=60, ph=7)["so3"] == 60


def test_a_wet_report_is_brought_to_the_dry_basis_by_its_moisture(gypsum):
    """30 kg of SO3 in 100 kg as received, of which 75 kg are dry."""
    kept = entered(gypsum, "wet", so3=30, moisture=25, ph=4)
    assert kept == {"so3": pytest.approx(40), "moisture": 25, "ph": 4}
    assert gypsum.assays.get().reported_basis == "wet"


@pytest.mark.parametrize("moisture", [{}, {"moisture": 100}])
def test_a_wet_report_without_a_moisture_is_refused(gypsum, moisture):
    assert list(faults(gypsum, "wet", so3=30, **moisture)) == ["values.moisture"]


def test_a_wet_value_whose_dry_one_can_not_be_is_refused(gypsum):
    assert list(faults(gypsum, "wet", p2o5=4, moisture=50)) == ["values.p2o5"]


def test_not_a_number_is_in_no_range(gypsum):
    assert list(faults(gypsum, ph=float("nan"))) == ["values.ph"]


def test_a_sample_of_tomorrow_and_an_unknown_parameter_are_told_at_once(gypsum):
    with pytest.raises(Refused) as refused:
        assay_create(
            supply=gypsum,
            sampled_on=timezone.localdate() + timedelta(days=1),
            values={"phlogiston": 1},
        )
    assert set(refused.value.fields) == {"sampled_on", "values.phlogiston"}
