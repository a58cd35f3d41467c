"""Many write to ledgers at the same moment: nobody waits for ever, no sum is lost."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, transaction

from tests import worlds
from tests.ledger.yard import add, gypsum, line, works
from wastehub.ledger.kinds import Kind
from wastehub.ledger.months import Pile, PileMonth, months_at_odds
from wastehub.ledger.services import entries_add
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4
TIMES = 15
DAY = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _places() -> None:
    worlds.two_counties()
    gypsum()


def at_once(jobs: Iterable[Callable[[], object]]) -> list[object]:
    """Each on a thread and a connection of its own; the first failure is raised."""
    work = list(jobs)
    ready = Barrier(len(work))

    def done(job: Callable[[], object]) -> object:
        try:
            with connection.cursor() as sql:
                sql.execute("SET lock_timeout = '20s'")
            ready.wait(timeout=30)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(done, work))


def write(sites: list[Facility], times: int = TIMES) -> None:
    """One entry at each site, in this order, again and again."""
    for _ in range(times):
        entries_add(
            lines=[line(site, Kind.GENERATED, 7, occurred_on=DAY) for site in sites]
        )


def test_writers_to_one_site_take_turns_and_no_sum_is_lost() -> None:
    site = works()
    at_once([partial(write, [site])] * WRITERS)
    assert PileMonth.objects.get().generated_kg == 7 * WRITERS * TIMES
    assert Pile.objects.get().stock_kg == 7 * WRITERS * TIMES
    assert months_at_odds() == 0


def test_batches_over_the_same_sites_in_any_order_never_deadlock() -> None:
    sites = [works(104.5 + place / 100) for place in range(3)]
    orders = [sites, sites[::-1], sites[1:] + sites[:1], [sites[1], sites[0], sites[2]]]
    at_once(partial(write, order) for order in orders)
    assert {month.generated_kg for month in PileMonth.objects.all()} == {
        7 * len(orders) * TIMES
    }
    assert months_at_odds() == 0


def test_a_writer_at_another_site_of_the_county_does_not_wait() -> None:
    """One holds its transaction open until the other has written and committed."""
    first, second = works(104.5), works(104.6)
    opened, written = Barrier(2), Barrier(2)

    def slow() -> None:
        with transaction.atomic():
            add(first, Kind.GENERATED, 100, occurred_on=DAY)
            opened.wait(timeout=30)
            written.wait(timeout=30)

    def quick() -> None:
        opened.wait(timeout=30)
        with connection.cursor() as sql:
            sql.execute("SET lock_timeout = '2s'")
        add(second, Kind.GENERATED, 30, occurred_on=DAY)
        written.wait(timeout=30)

    at_once([slow, quick])
    told = PileMonth.objects.order_by("facility_id").values_list("generated_kg")
    assert list(told) == [(100,), (30,)]
