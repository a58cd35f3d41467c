"""Which plan speaks for the whole map."""

import pytest
from django.utils import timezone

from matching.models import MatchRun

pytestmark = pytest.mark.django_db


def plan(adcode: str, **params: str) -> MatchRun:
    return MatchRun.objects.create(
        kind="region", adcode=adcode, as_of=timezone.localdate(), params=params
    )


def test_the_newest_plan_of_the_widest_region_speaks() -> None:
    plan("510000", objective="cost")
    newest = plan("510000", objective="cost")
    plan("510100", objective="cost")
    assert MatchRun.objects.widest() == newest


@pytest.mark.parametrize("params", [{"objective": "cost"}, {}], ids=["told", "old run"])
def test_a_plan_at_another_aim_does_not_speak_for_the_others(params) -> None:
    usual = plan("510100", **params)
    plan("510000", objective="co2")
    assert MatchRun.objects.widest() == usual


def test_a_plan_at_another_aim_speaks_where_it_is_alone() -> None:
    alone = plan("510000", objective="tonnes")
    assert MatchRun.objects.widest() == alone
