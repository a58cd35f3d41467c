"""Losses, overuse and stock that nothing explains are told beyond their thresholds."""

from datetime import date

import pytest

from maps.alerts import closing
from maps.alerts.found import Found
from maps.alerts.kinds import AlertKind
from tests.ledger.yard import add, gypsum
from tests.maps.alerting import a_works, found, made, used
from tests.reporting.office import office
from wastehub.ledger.kinds import Kind
from wastehub.reporting.declarations import (
    declaration_accept,
    declaration_draft,
    declaration_fill,
    declaration_submit,
)
from wastehub.reporting.figures import Figures

pytestmark = pytest.mark.django_db


def kinds(told: list[Found]) -> list[str]:
    return [one.kind for one in told]


@pytest.mark.parametrize(("loss_kg", "told"), [(2_000, []), (2_001, [AlertKind.LOSS])])
def test_a_fiftieth_may_be_lost(loss_kg: int, told: list[str]) -> None:
    site = a_works()
    add(site, Kind.OPENING, 50_000, occurred_on=date(2024, 12, 1))
    made(site, 3, 50_000)
    add(site, Kind.LOSS, loss_kg, occurred_on=date(2025, 4, 1))
    assert kinds(found(closing)) == told


@pytest.mark.parametrize(("loss_kg", "count"), [(1_000, 0), (1_001, 1)])
def test_a_tonne_may_be_lost_of_however_little(loss_kg: int, count: int) -> None:
    site = a_works()
    made(site, 3, 2_000)
    add(site, Kind.LOSS, loss_kg, occurred_on=date(2025, 4, 1))
    assert len(found(closing)) == count


@pytest.mark.parametrize(
    ("used_kg", "told"), [(101_500, []), (101_501, [AlertKind.EXCESS])]
)
def test_use_beyond_what_was_made_is_told(used_kg: int, told: list[str]) -> None:
    site = a_works()
    add(site, Kind.OPENING, 50_000, occurred_on=date(2024, 12, 1))
    made(site, 3, 100_000)
    used(site, 4, used_kg)
    assert kinds(found(closing)) == told


def test_old_stock_that_is_marked_so_is_no_excess() -> None:
    site = a_works()
    add(site, Kind.OPENING, 50_000, occurred_on=date(2024, 12, 1))
    made(site, 3, 100_000)
    used(site, 4, 100_000)
    day = date(2025, 5, 1)
    add(site, Kind.USED, 40_000, occurred_on=day, is_old_stock=True)
    assert found(closing) == []


def test_stock_that_a_beginning_ledger_does_not_take_over_is_told() -> None:
    at = office()
    july = declaration_draft(
        facility=at.site,
        material=gypsum(),
        month=date(2026, 7, 1),
        actor=at.declarant,
    )
    declared = Figures(generated_kg=9_000, stored_kg=9_000, carried_kg=9_000)
    declaration_fill(
        declaration=july,
        figures=declared,
        is_zero=False,
        explanation="",
        actor=at.declarant,
    )
    declaration_submit(declaration=july, actor=at.declarant)
    declaration_accept(declaration=july, actor=at.regulator)
    (told,) = found(closing, date(2026, 11, 20))
    assert told.kind == AlertKind.STOCK
    # The ledger opens with 1 t where 9 t were declared, and calls it newly counted.
    assert told.figures["unexplained_kg"] == -9_000
