"""A month is missing from the day after it was due, and until it is handed in."""

from datetime import date

import pytest

from maps.alerts import missing
from maps.alerts.kinds import Severity
from tests.exchange.market import Party, party
from tests.ledger.yard import gypsum
from tests.maps.alerting import found, made
from tests.worlds import two_counties
from wastehub.reporting.declarations import declaration_draft, declaration_submit
from wastehub.reporting.models import Declaration

pytestmark = pytest.mark.django_db

DUE = date(2026, 1, 15)
DAY_AFTER = date(2026, 1, 16)
NOVEMBER, DECEMBER = date(2025, 11, 1), date(2025, 12, 1)


@pytest.fixture
def works() -> Party:
    two_counties()
    return party(104.5)


def drafted(works: Party, month: date) -> Declaration:
    return declaration_draft(
        facility=works.site, material=gypsum(), month=month, actor=works.actor
    )


@pytest.mark.parametrize(("today", "count"), [(DUE, 0), (DAY_AFTER, 1)])
def test_a_month_is_missing_after_its_due_day(
    works: Party, today: date, count: int
) -> None:
    made(works.site, 12, 1_000)
    assert len(found(missing, today)) == count


def test_several_months_are_one_finding_by_the_oldest(works: Party) -> None:
    made(works.site, 11, 1_000)
    (told,) = found(missing, DAY_AFTER)
    assert (told.month, told.figures["months"]) == (NOVEMBER, 2)
    assert told.severity == Severity.WARNING


def test_three_months_are_severe(works: Party) -> None:
    made(works.site, 10, 1_000)
    (told,) = found(missing, DAY_AFTER)
    assert (told.size, told.severity) == (3, Severity.SEVERE)


def test_a_month_that_is_handed_in_is_not_missing(works: Party) -> None:
    made(works.site, 12, 1_000)
    draft = drafted(works, DECEMBER)
    assert len(found(missing, DAY_AFTER)) == 1
    declaration_submit(declaration=draft, actor=works.actor)
    assert found(missing, DAY_AFTER) == []


def test_no_month_is_looked_for_beyond_a_year(works: Party) -> None:
    made(works.site, 6, 1_000, year=2024)
    (told,) = found(missing, DAY_AFTER)
    assert told.size == 12
    assert told.month == date(2025, 1, 1)
