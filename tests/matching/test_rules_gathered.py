"""The catalogue's grades and treatments: one order, and one price for a step."""

import pytest
from django.utils import timezone

from matching import services
from matching.engine.params import Params
from matching.gather import gather
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Limit
from wastehub.registry.models import Demand, Supply
from wastehub.registry.services import assay_create

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def test_grades_go_by_the_alphabet_of_their_labels() -> None:
    Limit.objects.exclude(grade="").delete()
    rows = list(Limit.objects.on(timezone.localdate()).order_by("pk")[:3])
    for row, label in zip(rows, ("II", "I", "III"), strict=True):
        Limit.objects.filter(pk=row.pk).update(grade=label)
    problem, _ = gather(
        Supply.objects.none(), Demand.objects.none(), Params(), timezone.localdate()
    )
    grade = problem.rules.limits.grade
    assert grade[:3].tolist() == [1, 0, 2]
    assert (grade[3:] == -1).all()


def test_a_step_that_mends_three_parameters_is_named_and_paid_once() -> None:
    """Ageing at 8 yuan/t mends age, expansion and free lime of steel slag."""
    worlds.demand("asphalt_aggregate")
    supply = worlds.supply("steel_slag")
    fresh = {"ageing_months": 1, "expansion": 4.0, "f_cao": 6.0}
    assay_create(supply=supply, sampled_on=timezone.localdate(), values=fresh)
    run = services.supply_match(supply_id=supply.pk)
    assert run is not None
    match = run.matches.get(demand__route__code="asphalt_aggregate")
    assert (match.verdict, match.treatments) == ("treated", ["ageing"])
    assert match.treatment_yuan_per_t == 8
