"""The sums that the database keeps of the ledger are those of its entries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import worlds
from tests.ledger.yard import add, gypsum, works
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.models import Entry
from wastehub.ledger.months import (
    Pile,
    PileFlow,
    PileMonth,
    months_at_odds,
    months_rebuild,
)
from wastehub.ledger.services import entry_correct
from wastehub.registry.models import Facility

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture
def yard() -> Facility:
    worlds.two_counties()
    return works()


def test_the_entries_of_a_month_stand_in_one_row_for_each_evidence(
    yard: Facility,
) -> None:
    for day in (1, 20):
        add(yard, Kind.GENERATED, 100, occurred_on=date(2026, 9, day))
    add(
        yard,
        Kind.USED,
        30,
        occurred_on=date(2026, 9, 30),
        evidence=Evidence.WEIGHED,
        is_old_stock=True,
    )
    declared, weighed = PileMonth.objects.order_by("evidence")
    assert (declared.month, declared.generated_kg) == (SEPTEMBER, 200)
    assert (weighed.used_kg, weighed.used_old_kg) == (30, 30)


def test_a_mass_is_told_after_its_month_or_on_the_day_of_its_entry(
    yard: Facility,
) -> None:
    entry = add(yard, Kind.GENERATED, 100, occurred_on=date(2026, 1, 5))
    assert PileMonth.objects.get().told_on == _shanghai_day(entry)
    today = _shanghai_day(entry)
    add(yard, Kind.GENERATED, 1, occurred_on=today)
    newest = PileMonth.objects.latest("month")
    assert newest.told_on == (today.replace(day=28) + timedelta(days=4)).replace(day=1)


def test_a_correction_counts_for_the_month_and_evidence_of_what_it_corrects(
    yard: Facility,
) -> None:
    entry = add(
        yard,
        Kind.GENERATED,
        100,
        occurred_on=SEPTEMBER,
        evidence=Evidence.ESTIMATED,
    )
    entry_correct(
        entry=entry, mass_kg=80, reason="weighed at last", evidence=Evidence.WEIGHED
    )
    totals = PileMonth.objects.values("month", "evidence").annotate(Sum("generated_kg"))
    assert list(totals.values_list("month", "evidence", "generated_kg__sum")) == [
        (SEPTEMBER, "estimated", 80)
    ]


def test_uses_and_moves_are_kept_by_route_and_by_other_end(yard: Facility) -> None:
    add(yard, Kind.OPENING, 500, occurred_on=SEPTEMBER)
    add(yard, Kind.USED, 10, occurred_on=SEPTEMBER)
    add(yard, Kind.SHIPPED, 20, occurred_on=SEPTEMBER, counterparty=works(105.5))
    add(yard, Kind.SHIPPED, 30, occurred_on=SEPTEMBER, counterparty_name="邻厂")
    rows = PileFlow.objects.order_by("mass_kg")
    told = rows.values_list("kind", "route__code", "counterparty__county__adcode")
    assert list(told) == [
        ("used", "cement_retarder", None),
        ("shipped", None, worlds.EAST),
        ("shipped", None, None),
    ]


def test_a_pile_knows_its_first_month_and_its_stock(yard: Facility) -> None:
    add(yard, Kind.GENERATED, 70, occurred_on=OCTOBER)
    add(yard, Kind.GENERATED, 50, occurred_on=SEPTEMBER)
    add(yard, Kind.DISPOSED, 20, occurred_on=OCTOBER)
    pile = Pile.objects.get()
    assert (pile.first_month, pile.generated_kg, pile.stock_kg) == (SEPTEMBER, 120, 100)


def test_a_sum_that_somebody_changed_is_found_and_mended(yard: Facility) -> None:
    add(yard, Kind.GENERATED, 70)
    PileMonth.objects.update(generated_kg=71)
    assert months_at_odds() == 2
    months_rebuild()
    assert months_at_odds() == 0
    assert PileMonth.objects.get().generated_kg == 70


def _shanghai_day(entry: Entry) -> date:
    with connection.cursor() as sql:
        sql.execute(
            "SELECT (recorded_at AT TIME ZONE 'Asia/Shanghai')::date"
            " FROM ledger_entry WHERE id = %s",
            [entry.pk],
        )
        return sql.fetchone()[0]


class AnyStory(TestCase):
    """Whatever is entered and corrected, the kept sums are those of a rebuild."""

    @settings(max_examples=30)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([Kind.GENERATED, Kind.USED, Kind.SHIPPED, Kind.LOSS]),
                st.integers(1, 10**6),
                st.integers(0, 400),
                st.booleans(),
                st.integers(0, 10**6),
            ),
            max_size=12,
        )
    )
    def test_kept_is_rebuilt(self, story) -> None:
        worlds.two_counties()
        site = works()
        add(site, Kind.OPENING, 10**9, occurred_on=date(2025, 1, 1))
        for kind, mass_kg, days, is_corrected, corrected_kg in story:
            day = date(2025, 1, 1) + timedelta(days=days)
            entry = add(site, kind, mass_kg, occurred_on=day)
            if is_corrected and corrected_kg != mass_kg:
                entry_correct(entry=entry, mass_kg=corrected_kg, reason="so it is")
        assert months_at_odds() == 0
        assert (
            Pile.objects.get(material=gypsum()).stock_kg
            == Entry.objects.last().balance_kg
        )
