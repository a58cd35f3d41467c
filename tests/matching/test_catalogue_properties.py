"""What holds of the shipped rulebook whatever a laboratory finds."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.params import Params
from matching.engine.problem import Problem, Supplies
from matching.engine.rulebook import ADMITTED, ANY_MATERIAL
from matching.engine.screen import screen
from matching.engine.verdict import Verdict
from matching.gather import gather
from seeds.load import load_catalogue
from wastehub.registry.models import Demand, Supply

# The rules are read from the test database, which is made for marked tests alone.
pytestmark = pytest.mark.django_db

DAYS = [date(2019, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
LOTS = 200
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def nothing_offered(request, django_db_setup, django_db_blocker):
    """The rules of a day without a single lot."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_catalogue()
        nobody, nowhere = Supply.objects.none(), Demand.objects.none()
        problem, _ = gather(nobody, nowhere, Params(), request.param)
        transaction.set_rollback(True)
    return problem


def offering(problem: Problem, material: np.ndarray, values: np.ndarray) -> Problem:
    """The same rules before lots of these materials with these values."""
    count = len(material)
    supplies = Supplies(
        ids=tuple(f"{row:06d}" for row in range(count)),
        lon=np.zeros(count),
        lat=np.zeros(count),
        material=material,
        mass_kg=np.ones(count, dtype=np.int64),
        ask_fen_per_t=np.zeros(count, dtype=np.int64),
        values=values,
    )
    return replace(problem, supplies=supplies)


def random_lots(problem: Problem, rng: np.random.Generator) -> Problem:
    """Lots whose values lie about the limits on them; two in five are missing."""
    rules = problem.rules
    material = rng.integers(0, rules.materials, LOTS).astype(np.int32)
    bound = np.where(np.isnan(rules.limits.value), 1.0, rules.limits.value)
    values = rng.uniform(0, 2, (LOTS, rules.parameters))
    for limit in rng.permutation(len(rules.limits)):
        parameter = rules.limits.parameter[limit]
        chosen = rng.random(LOTS) < 0.5
        spread = rng.uniform(0.5, 1.5, LOTS) * bound[limit]
        values[chosen, parameter] = spread[chosen]
    values[rng.random(values.shape) < 0.4] = np.nan
    return offering(problem, material, values)


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_a_worse_value_never_brings_a_better_verdict(nothing_offered, seed):
    rng = np.random.default_rng(seed)
    lots = random_lots(nothing_offered, rng)
    limits = lots.rules.limits
    limit = int(rng.integers(len(limits)))
    route, parameter = limits.route[limit], limits.parameter[limit]
    same = (limits.route == route) & (limits.parameter == parameter)
    if len(set(limits.sense[same])) > 1:
        return
    values = lots.supplies.values.copy()
    values[:, parameter] += limits.sense[limit] * rng.uniform(0, 5, LOTS)
    worse = offering(nothing_offered, lots.supplies.material, values)
    before, after = screen(lots).verdict, screen(worse).verdict
    assert (after[:, route] >= before[:, route]).all()


@settings(deadline=None, max_examples=25)
@given(seed=seeds)
def test_what_is_no_longer_known_never_makes_a_yes(nothing_offered, seed):
    rng = np.random.default_rng(seed)
    lots = random_lots(nothing_offered, rng)
    values = lots.supplies.values.copy()
    values[rng.random(values.shape) < 0.3] = np.nan
    fewer = offering(nothing_offered, lots.supplies.material, values)
    is_yes = screen(fewer).verdict == Verdict.YES
    assert (screen(lots).verdict[is_yes] == Verdict.YES).all()


@settings(deadline=None, max_examples=15)
@given(seed=seeds)
def test_the_order_of_the_rows_changes_nothing(nothing_offered, seed):
    rng = np.random.default_rng(seed)
    lots = random_lots(nothing_offered, rng)
    limits = shuffled(lots.rules.limits, rng)
    other = replace(lots, rules=replace(lots.rules, limits=limits))
    one, two = screen(lots), screen(other)
    assert np.array_equal(one.verdict, two.verdict)
    assert np.array_equal(one.treatment_fen_per_t, two.treatment_fen_per_t)


def test_without_an_assay_nothing_is_sure(nothing_offered):
    rules = nothing_offered.rules
    material = np.arange(rules.materials, dtype=np.int32)
    values = np.full((len(material), rules.parameters), np.nan)
    verdict = screen(offering(nothing_offered, material, values)).verdict
    admitted = rules.admitted.T == ADMITTED
    assert np.isin(verdict[admitted], (Verdict.LIKELY, Verdict.UNKNOWN)).all()
    assert (verdict[~admitted] == Verdict.NO).all()


def test_a_limit_that_never_decides_could_as_well_be_away(nothing_offered):
    rng = np.random.default_rng(7)
    lots = random_lots(nothing_offered, rng)
    limits = lots.rules.limits
    values = np.where(limits.decides, limits.value, -limits.value)
    other = replace(lots.rules, limits=replace(limits, value=values))
    after = screen(replace(lots, rules=other))
    assert np.array_equal(after.verdict, screen(lots).verdict)


def test_every_limit_speaks_of_an_admitted_material(nothing_offered):
    limits, admitted = nothing_offered.rules.limits, nothing_offered.rules.admitted
    named = limits.material != ANY_MATERIAL
    kinds = admitted[limits.route[named], limits.material[named]]
    assert (kinds == ADMITTED).all()


def shuffled(table, rng):
    """The same rows in another order."""
    order = rng.permutation(len(table))
    return replace(
        table,
        **{column.name: getattr(table, column.name)[order] for column in fields(table)},
    )
