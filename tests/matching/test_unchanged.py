"""What is kept in memory is never older than the tables it was read from."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from matching.around import demands_around
from matching.engine.problem import Problem
from matching.gather import gather
from matching.knobs import params_of
from matching.listed import supply_rows
from matching.rules import rules_on
from matching.unchanged import state_of
from seeds.load import load_catalogue
from seeds.upsert import MODELS
from tests import worlds
from wastehub.accounts.models import Organisation
from wastehub.catalogue.models import (
    Admission,
    Factor,
    Limit,
    Material,
    Parameter,
    Treatment,
    TypicalValue,
)
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.registry.services import listing_withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()


def rows_rewritten(table: Any) -> None:
    """One row is written again as it is; only its place tells of it."""
    first = table.objects.order_by("pk").first()
    table.objects.filter(pk=first.pk).update(id=F("id"))


def problem() -> Problem:
    params = params_of(horizon_months=12, accept="likely")
    found, _ = gather(
        Supply.objects.all(), Demand.objects.all(), params, timezone.localdate(), {}
    )
    return found


def marks(found: Problem) -> bytes:
    """All that a problem has from the catalogue."""
    rules = found.rules
    tables = rules, rules.limits, rules.treatments, found.aims, found.roads
    return b"".join(
        column.tobytes()
        for table in tables
        for column in vars(table).values()
        if isinstance(column, np.ndarray)
    )


def test_rules_are_read_once_while_nothing_changes() -> None:
    today = timezone.localdate()
    worlds.supply()
    assert rules_on(today) is rules_on(today)


def test_a_row_written_in_any_table_of_the_catalogue_has_the_rules_read_again() -> None:
    today = timezone.localdate()
    unseen = []
    for name, table in MODELS.items():
        before = rules_on(today)
        rows_rewritten(table)
        if rules_on(today) is before:
            unseen.append(name)
    assert unseen == []


def test_whatever_an_edit_changes_is_in_the_next_problem() -> None:
    worlds.supply()
    worlds.demand()
    edits: list[tuple[QuerySet[Any], dict[str, Any]]] = [
        (Material.objects.filter(code="fly_ash"), {"reach_km": 7}),
        (Limit.objects.filter(value__isnull=False), {"value": F("value") + 1}),
        (Limit.objects.filter(confidence="H"), {"confidence": "L"}),
        (Admission.objects.filter(admitted=True), {"max_share_frac": 0.01}),
        (TypicalValue.objects.all(), {"high": (F("low") + F("high")) / 2}),
        (Treatment.objects.all(), {"fixed_yuan_per_t": 77}),
        (Factor.objects.filter(code="circuity_510100"), {"value": 4.5, "high": 5}),
        (
            Factor.objects.filter(displacement__isnull=False),
            {"value": F("value") + 1, "low": None, "high": None},
        ),
        (Parameter.objects.exclude(formula=""), {"formula": ""}),
    ]
    unseen = []
    for rows, change in edits:
        before = marks(problem())
        assert rows.update(**change)
        if marks(problem()) == before:
            unseen.append((rows.model, change))
    assert unseen == []


def test_what_is_rolled_back_was_never_there() -> None:
    ash = Material.objects.filter(code="fly_ash")
    before = marks(problem())
    with transaction.atomic():
        ash.update(reach_km=7)
        inside = marks(problem())
        transaction.set_rollback(True)
    assert marks(problem()) == before != inside
    ash.update(reach_km=8)
    assert marks(problem()) not in (before, inside)


def test_two_edits_that_cancel_out_are_two_edits() -> None:
    ash = Material.objects.filter(code="fly_ash")
    states = [state_of([Material])]
    for change_km in (1, -1):
        ash.update(reach_km=F("reach_km") + change_km)
        states.append(state_of([Material]))
    assert len(set(states)) == 3


def test_a_row_that_comes_or_goes_makes_another_state() -> None:
    empty = state_of([Demand])
    demand = worlds.demand()
    one = state_of([Demand])
    demand.delete()
    assert one not in (empty, state_of([Demand]))


def kept_around(supply: Supply) -> list[tuple[Any, ...]]:
    today = timezone.localdate()
    rows = supply_rows(Supply.objects.filter(pk=supply.pk), today)
    table = demands_around(rows, rules_on(today), today, is_invented=False)
    return [tuple(row) for row in table.rows]


def test_a_change_of_a_demand_or_its_site_is_seen_at_once() -> None:
    supply, demand = worlds.supply(), worlds.demand()
    site, owner = demand.facility, demand.facility.organisation
    here = {"pk": demand.pk}
    changes: list[Callable[[], Any]] = [
        lambda: Demand.objects.filter(**here).update(price_yuan_per_t=-9),
        lambda: Demand.objects.filter(**here).update(farthest_km=1),
        lambda: Facility.objects.filter(pk=site.pk).update(
            point="SRID=4326;POINT(104.6 30.6)"
        ),
        lambda: worlds.demand("raw_meal", at=site),
        lambda: listing_withdraw(listing=demand),
        lambda: Organisation.objects.filter(pk=owner.pk).update(is_invented=True),
    ]
    seen = [kept_around(supply)]
    for change in changes:
        change()
        seen.append(kept_around(supply))
    assert [len(rows) for rows in seen] == [1, 1, 1, 1, 2, 1, 0]
    assert all(before != after for before, after in pairwise(seen))
