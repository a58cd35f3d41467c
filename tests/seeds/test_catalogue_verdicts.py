"""The shipped rows at work: what a supply is told by the rules easy to get wrong."""

import pytest
from django.utils import timezone

from matching import services
from matching.models import MatchRun
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Parameter
from wastehub.registry.services import assay_create

FORMS_OF_PHOSPHOGYPSUM = ["phosphogypsum", "pg_hemihydrate", "pg_anhydrite"]
AGED_SLAG = {"ageing_months": 8, "expansion": 1.0, "f_cao": 2.0}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def matched(material: str, **values: float) -> MatchRun:
    supply = worlds.supply(material)
    if values:
        assay_create(supply=supply, sampled_on=timezone.localdate(), values=values)
    run = services.supply_match(supply_id=supply.pk)
    assert run is not None
    return run


@pytest.mark.parametrize("material", FORMS_OF_PHOSPHOGYPSUM)
def test_no_assay_makes_phosphogypsum_fit_for_farmland(material: str) -> None:
    worlds.demand("soil_amendment")
    soil = Parameter.objects.filter(code__startswith="soil_")
    run = matched(material, **dict.fromkeys(soil.values_list("code", flat=True), 0.0))
    assert not run.matches.exists()
    refusal = run.refusals.get(route__code="soil_amendment")
    assert refusal.kind == "unknown"
    assert str(refusal.limit.standard) == "GB 15618-2018"


@pytest.mark.parametrize("route", ["raw_meal", "kiln_coprocessing", "mine_backfill"])
def test_ash_of_waste_incineration_is_refused_by_a_rule(route: str) -> None:
    worlds.demand(route)
    refusal = matched("msw_fly_ash").refusals.get(route__code=route, kind="rule")
    assert "772-002-18" in refusal.admission.reason_en


def test_aged_slag_is_asphalt_aggregate_and_fresh_slag_after_ageing() -> None:
    worlds.demand("asphalt_aggregate")
    assert matched("steel_slag", **AGED_SLAG).matches.get().verdict == "yes"
    fresh = matched("steel_slag", **AGED_SLAG | {"ageing_months": 0})
    assert fresh.matches.get().verdict == "treated"


def test_a_use_that_policy_only_promotes_is_likely_at_best() -> None:
    worlds.demand("glass_ceramics")
    assert matched("iron_tailings", sio2=40.0).matches.get().verdict == "likely"


def test_chemical_slag_is_not_fed_to_a_kiln_without_a_dosing_calculation() -> None:
    worlds.demand("kiln_coprocessing")
    run = matched("chemical_slag", ph_hazard=7.0)
    assert not run.matches.exists()
    unknown = run.refusals.filter(kind="unknown", limit__standard__code="HJ 662")
    asked = set(unknown.values_list("limit__parameter__code", flat=True))
    assert {"clinker_load_hg", "kiln_feed_cl"} <= asked


def test_a_value_beyond_hazardous_waste_identification_refuses() -> None:
    worlds.demand("kiln_coprocessing")
    run = matched("chemical_slag", leachate_pb_hazard=6.0)
    refusal = run.refusals.get(limit__parameter__code="leachate_pb_hazard")
    assert str(refusal.limit.standard) == "GB 5085.3-2007"
