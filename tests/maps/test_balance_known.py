"""What was known on a day is the balance of the ledger as it stood on that day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from maps import balance, groups
from maps.figures import Cell
from maps.periods import Period, last_months, parse
from maps.subjects import subject
from tests import worlds
from tests.ledger.yard import add, gypsum, unguarded
from tests.maps.stories import Act, acts, slag, tell
from wastehub.ledger.kinds import Kind
from wastehub.ledger.months import months_rebuild
from wastehub.ledger.periods import month_before, month_of
from wastehub.ledger.services import entry_correct
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2025, 1, 1)
LATE_DAYS = 150


@contextmanager
def on(day: date) -> Iterator[None]:
    """Everything happens at noon, Shanghai time, of a day."""
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(timezone, "now", lambda: noon)
        yield


@contextmanager
def ledger_of(day: date) -> Iterator[None]:
    """The ledger as it was after a day, of the months that were over then."""
    with transaction.atomic():
        after = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        with unguarded(), connection.cursor() as sql:
            sql.execute(
                "DELETE FROM ledger_entry WHERE recorded_at >= %s OR occurred_on >= %s",
                [after, month_of(day)],
            )
        months_rebuild()
        yield
        transaction.set_rollback(True)


def cells(period: Period, as_of: date = balance.ALWAYS) -> list[Cell]:
    by_county = groups.by_level("county", groups.in_view())
    return balance.balance(subject(gypsum().code), by_county, period, as_of)


def three_sites() -> list[Facility]:
    worlds.two_counties()
    sites = [worlds.facility(lon) for lon in (104.2, 104.7, 105.5)]
    with on(NEW_YEAR - timedelta(days=1)):
        for site in sites:
            add(site, Kind.OPENING, 10**7, occurred_on=NEW_YEAR - timedelta(days=1))
        slag()
    return sites


class AnyDay(TestCase):
    """Entries and corrections that come up to five months late."""

    @settings(max_examples=15)
    @given(
        st.lists(st.tuples(acts, st.integers(0, LATE_DAYS)), max_size=10),
        st.integers(40, 300),
    )
    def test_as_of_is_the_truncated_ledger(
        self, story: list[tuple[Act, int]], days: int
    ) -> None:
        sites = three_sites()
        for act, late in sorted(story, key=lambda told: told[0].days + told[1]):
            with on(NEW_YEAR + timedelta(days=act.days + late)):
                tell(sites, act, NEW_YEAR)
        day = NEW_YEAR + timedelta(days=days)
        months_over = last_months(6, month_before(day))
        known = cells(months_over, as_of=day)
        with ledger_of(day):
            assert cells(months_over) == known


def test_a_late_correction_leaves_what_was_known_and_its_date() -> None:
    site = three_sites()[0]
    march = parse("2025-03")
    with on(date(2025, 3, 20)):
        entry = add(site, Kind.GENERATED, 100_000, occurred_on=date(2025, 3, 10))
    with on(date(2025, 7, 2)):
        entry_correct(entry=entry, mass_kg=90_000, reason="weighed again")
    known = [
        cells(march, as_of=day)[0].total.generated_kg
        for day in (date(2025, 3, 31), date(2025, 4, 1), date(2025, 7, 1))
    ]
    assert known == [0, 100_000, 100_000]
    assert cells(march, as_of=date(2025, 7, 2))[0].total.generated_kg == 90_000
    by_county = groups.by_level("county", groups.in_view())
    told = balance.history(subject(gypsum().code), by_county, march)
    assert [(one.told_on, one.total.generated_kg) for one in told] == [
        (date(2025, 4, 1), 100_000),
        (date(2025, 7, 2), 90_000),
    ]
