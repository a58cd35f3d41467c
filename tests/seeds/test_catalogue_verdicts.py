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
CLASS_F_ASH = {
    "residue_45um": 25,
    "water_requirement": 100,
    "loi": 6,
    "moisture": 0.3,
    "so3": 1.2,
    "density": 2.4,
    "activity_index": 78,
    "f_cao": 0.4,
    "sio2_al2o3_fe2o3": 82,
    "ira": 0.6,
    "ir": 0.8,
}
CLASS_C_ASH = CLASS_F_ASH | {"f_cao": 3, "sio2_al2o3_fe2o3": 60, "cao": 16}
QUARTZ_TAILINGS = {"sio2": 78, "al2o3": 8, "fe2o3": 5, "mgo": 2}
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


@pytest.mark.parametrize(
    "ash",
    [
        CLASS_F_ASH,
        CLASS_F_ASH | {"residue_45um": 44, "loi": 9, "water_requirement": 110},
        CLASS_C_ASH | {"soundness": 2},
    ],
)
def test_ash_is_taken_by_any_grade_that_it_meets_as_a_whole(
    ash: dict[str, float],
) -> None:
    worlds.demand("concrete_fly_ash")
    assert matched("fly_ash", **ash).matches.get().verdict == "yes"


@pytest.mark.parametrize(
    "ash",
    [
        CLASS_F_ASH | {"residue_45um": 46},
        CLASS_F_ASH | {"f_cao": 2, "cao": 4, "soundness": 1},
        CLASS_C_ASH | {"soundness": 6},
    ],
)
def test_ash_that_fails_each_grade_somewhere_is_refused(ash: dict[str, float]) -> None:
    worlds.demand("concrete_fly_ash")
    run = matched("fly_ash", **ash)
    assert not run.matches.exists()
    assert run.refusals.filter(kind="limit", limit__standard__code="GB/T 1596").exists()


def test_ash_of_class_c_waits_for_its_soundness() -> None:
    worlds.demand("concrete_fly_ash")
    run = matched("fly_ash", **CLASS_C_ASH)
    assert not run.matches.exists()
    unknown = run.refusals.filter(kind="unknown", route__code="concrete_fly_ash")
    asked = set(unknown.values_list("limit__parameter__code", flat=True))
    assert asked == {"soundness"}


def test_the_indices_of_gb_6566_follow_from_a_spectrum() -> None:
    worlds.demand("concrete_fly_ash")
    spectrum = {"ra226": 100.0, "th232": 80.0, "k40": 300.0}
    ash = {code: v for code, v in CLASS_F_ASH.items() if code not in ("ira", "ir")}
    assert matched("fly_ash", **ash, **spectrum).matches.get().verdict == "yes"
    hot = matched("fly_ash", **ash, **spectrum | {"ra226": 300.0})
    assert hot.refusals.filter(limit__parameter__code="ira").exists()


def test_a_siliceous_corrective_has_little_alumina_and_iron_beside_its_silica() -> None:
    worlds.demand("siliceous_corrective")
    assert matched("iron_tailings", **QUARTZ_TAILINGS).matches.get().verdict == "yes"
    rusty = matched("iron_tailings", **QUARTZ_TAILINGS | {"fe2o3": 15})
    assert rusty.refusals.filter(limit__parameter__code="sm").exists()


def test_a_gearbox_is_drained_before_it_is_taken() -> None:
    worlds.demand("remanufacturing")
    assert matched("wind_gearbox", gear_oil=1.5).matches.get().verdict == "treated"
    assert matched("wind_gearbox", gear_oil=0).matches.get().verdict == "yes"
