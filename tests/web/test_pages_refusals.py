"""The cards of "who can not, and why": one group for each fix, the hardest first.

The ash at the plant is refused by cement blending and by road base. Loss on ignition
may be at most 8 %; each other parameter that a test names may be at most 10 %.
"""

import pytest
from django.utils import translation

from matching.models import Refusal
from tests.web import world as worlds
from wastehub.catalogue.models import (
    Admission,
    LaboratoryTest,
    Limit,
    Parameter,
    Treatment,
    UseRoute,
)
from wastehub.web.pages.listing import refusals_in_full
from wastehub.web.pages.refusals import by_route

pytestmark = pytest.mark.django_db
TOLD = {"source": "told here", "confidence": "H"}


@pytest.fixture
def world():
    with translation.override("en"):
        yield worlds.two_counties()


@pytest.fixture
def run(world):
    return worlds.supply_run(world.supplies["ash"])


def _limit(world, number, **values):
    parameter = Parameter.objects.create(
        code=f"p{number}",
        name_zh=f"量{number}",
        name_en=f"quantity {number}",
        unit="%",
        basis="dry",
        plausible_low=0,
        plausible_high=100,
        **{key: values.pop(key) for key in ("is_calculated",) if key in values},
    )
    return Limit.objects.create(
        route=world.routes["cement_blending"],
        **{"parameter": parameter, "operator": "<=", "value": 10, **TOLD, **values},
    )


def _refused(run, limit, fix, value=None, kind="limit"):
    return Refusal.objects.create(
        run=run,
        supply=run.supply,
        route=limit.route,
        kind=kind,
        limit=limit,
        value=value,
        fix=fix,
    )


def _unmeasured(run, limit, value=None):
    fix = {"kind": "assay", "parameters": [limit.parameter.code]}
    return _refused(run, limit, fix, value, kind="unknown")


def _calcined(run, limit, yuan_per_t, value=12):
    fix = {"kind": "treatment", "codes": ["calcining"], "yuan_per_t": yuan_per_t}
    return _refused(run, limit, fix, value)


def _calcining(world, *limits, fixed_yuan_per_t=20):
    for limit in limits:
        Treatment.objects.create(
            code="calcining",
            name_zh="煅烧",
            name_en="calcining",
            material=world.materials["fly_ash"],
            parameter=limit.parameter,
            reaches=0,
            fixed_yuan_per_t=fixed_yuan_per_t,
            yuan_per_t_per_unit=3,
            **TOLD,
        )


def _cards(run):
    rows = refusals_in_full(run.refusals.all())
    return by_route(rows, run.supply.material)


def _only_card(run):
    (card,) = _cards(run)
    return card


def test_twenty_missing_values_are_one_group_with_a_count_and_three_names(world, run):
    for number in range(10, 30):
        _unmeasured(run, _limit(world, number))
    (reason,) = _only_card(run).reasons
    assert reason.label == "20 values not measured"
    assert reason.names == "quantity 10, quantity 11, quantity 12 and 17 more"
    assert reason.fix == "Smallest fix: have all 20 measured."
    assert len(reason.refusals) == 20


def test_one_missing_value_speaks_for_itself(world, run):
    _unmeasured(run, Limit.objects.get())
    (reason,) = _only_card(run).reasons
    assert (reason.is_single, reason.names) == (True, "loss on ignition")
    assert reason.fix == "Smallest fix: have it measured."


def test_two_limits_on_one_parameter_are_one_value_to_measure(world, run):
    limit = Limit.objects.get()
    _unmeasured(run, limit)
    limit.pk, limit.operator, limit.value = None, ">=", 1
    limit.save()
    _unmeasured(run, limit)
    (reason,) = _only_card(run).reasons
    assert reason.label == "1 value not measured"
    assert reason.fix == "Smallest fix: have it measured."


def test_what_usually_breaks_its_limit_is_named_first_and_tested_first(world, run):
    for number in (1, 2):
        _unmeasured(run, _limit(world, number), value=3)
    _unmeasured(run, _limit(world, 3), value=12)
    _unmeasured(run, _limit(world, 4, operator=">="), value=12)
    (reason,) = _only_card(run).reasons
    assert reason.names.startswith("quantity 3, quantity 1")
    assert "The usual value of 1 is beyond its limit" in reason.fix


def _priced(limit, price_yuan, confidence="H"):
    LaboratoryTest.objects.create(
        parameter=limit.parameter,
        name_zh="检测",
        name_en="test",
        price_yuan=price_yuan,
        source="told here",
        confidence=confidence,
    )


@pytest.mark.parametrize(
    ("confidence", "said"), [("H", "about 150 CNY."), ("L", "150 CNY, an estimate.")]
)
def test_what_the_laboratory_charges_for_all_is_said_and_whether_it_is_an_estimate(
    world, run, confidence, said
):
    for number, price_yuan in ((1, 60), (2, 90)):
        _priced(limit := _limit(world, number), price_yuan, confidence)
        _unmeasured(run, limit)
    assert _only_card(run).reasons[0].fix.endswith(said)


def test_where_one_price_is_not_known_no_sum_is_told(world, run):
    _priced(limit := _limit(world, 1), 60)
    _unmeasured(run, limit)
    _unmeasured(run, _limit(world, 2))
    assert _only_card(run).reasons[0].fix == "Smallest fix: have all 2 measured."


def test_limits_that_one_treatment_mends_are_one_group_and_pay_its_fixed_cost_once(
    world, run
):
    one, other = _limit(world, 1), _limit(world, 2)
    _calcining(world, one, other, fixed_yuan_per_t=20)
    # 20 fixed + 6 and 20 fixed + 9, together 20 + 6 + 9.
    _calcined(run, one, yuan_per_t=26)
    _calcined(run, other, yuan_per_t=29)
    (reason,) = _only_card(run).reasons
    assert reason.label == "2 limits broken"
    assert reason.fix == "Smallest fix: calcining, about 35 CNY/t."


def test_two_limits_on_one_side_of_a_parameter_are_mended_by_the_dearer(world, run):
    loose = _limit(world, 1)
    strict = Limit.objects.create(
        route=loose.route,
        material=world.materials["fly_ash"],
        parameter=loose.parameter,
        operator="<=",
        value=5,
        **TOLD,
    )
    _calcining(world, loose)
    _calcined(run, loose, yuan_per_t=26)
    _calcined(run, strict, yuan_per_t=41)
    (reason,) = _only_card(run).reasons
    assert reason.fix == "Smallest fix: calcining, about 41 CNY/t."


def test_what_is_hardest_to_move_stands_first(world, run):
    _unmeasured(run, _limit(world, 1))
    _calcining(world, mended := _limit(world, 2))
    _calcined(run, mended, yuan_per_t=26)
    _refused(run, _limit(world, 3, value=None), {"kind": "standard"}, kind="unknown")
    _refused(run, _limit(world, 4), {"kind": "none"}, value=12)
    labels = [reason.label for reason in _only_card(run).reasons]
    assert labels == [
        "1 limit broken",
        "1 number not read yet",
        "1 limit broken",
        "1 value not measured",
    ]
    assert "no treatment" in _only_card(run).reasons[0].fix


@pytest.mark.parametrize(
    ("bound", "fix"), [(10, {"kind": "assay", "parameters": ["p1"]}), (None, {})]
)
def test_what_is_calculated_is_never_to_be_measured(world, run, bound, fix):
    limit = _limit(world, 1, value=bound, is_calculated=True)
    _refused(run, limit, fix or {"kind": "standard"}, kind="unknown")
    (reason,) = _only_card(run).reasons
    assert reason.label == "1 value to be calculated"
    assert "accumulation model or dosing calculation" in reason.fix
    assert "have it measured" not in reason.fix


def test_what_is_calculated_stands_apart_from_what_is_measured(world, run):
    for number in range(1, 4):
        _unmeasured(run, _limit(world, number))
    _unmeasured(run, _limit(world, 4, is_calculated=True))
    labels = [reason.label for reason in _only_card(run).reasons]
    assert labels == ["1 value to be calculated", "3 values not measured"]


def test_a_rule_is_told_in_its_own_words(world, run):
    admission = Admission.objects.create(
        route=world.routes["road_base"],
        material=world.materials["fly_ash"],
        admitted=False,
        reason_zh="标准不列",
        reason_en="The standard does not list it",
        **TOLD,
    )
    Refusal.objects.create(
        run=run,
        supply=run.supply,
        route=admission.route,
        kind="rule",
        admission=admission,
        fix={"kind": "none"},
    )
    (reason,) = _only_card(run).reasons
    assert (reason.label, reason.is_broken) == ("barred", True)


def test_routes_that_one_rule_bars_share_a_card(world, run):
    for reason_en in ("Hazardous", "Hazardous", "Not listed"):
        route = UseRoute.objects.create(
            code=f"r{UseRoute.objects.count()}", name_zh="途径", name_en="r", **TOLD
        )
        admission = Admission.objects.create(
            route=route,
            material=world.materials["fly_ash"],
            admitted=False,
            reason_zh=reason_en,
            reason_en=reason_en,
            **TOLD,
        )
        Refusal.objects.create(
            run=run,
            supply=run.supply,
            route=route,
            kind="rule",
            admission=admission,
            fix={"kind": "none"},
        )
    hazardous, unlisted = _cards(run)
    assert [route.code for route in hazardous.routes] == ["r2", "r3"]
    assert [route.code for route in unlisted.routes] == ["r4"]


def test_a_refusal_whose_limit_left_the_rulebook_is_still_shown(world, run):
    _unmeasured(run, limit := _limit(world, 1))
    limit.delete()
    (reason,) = _only_card(run).reasons
    assert (reason.label, reason.names) == ("1 value not measured", "quantity 1")


def test_each_route_has_one_card_and_sites_too_far_are_counted(world, run):
    for km in (30.0, 12.5):
        Refusal.objects.create(
            run=run,
            supply=run.supply,
            route=world.routes["road_base"],
            demand=world.demands["kiln"],
            kind="reach",
            fix={"kind": "distance", "km": km},
        )
    _unmeasured(run, Limit.objects.get())
    far, near = _cards(run)
    assert (
        far.nearest_too_far
        == "2 sites are too far. The nearest is 12.5 km beyond reach."
    )
    assert (far.reasons, near.too_far) == ([], [])


def test_more_refusals_need_no_more_queries(world, run, django_assert_num_queries):
    for number in range(1, 8):
        _unmeasured(run, _limit(world, number))
    supply = run.supply
    with django_assert_num_queries(2):
        by_route(refusals_in_full(run.refusals.all()), supply.material)
