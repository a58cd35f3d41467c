"""The figures of a month, the identity, and what a gap is put down to."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wastehub.ledger.kinds import TAKES_OLD_STOCK, Kind, change_kg
from wastehub.reporting.figures import Figures, figures_of
from wastehub.reporting.gaps import Books, causes

# Yuxi, 2023, as published in 10^4 t: generated, used and of it from former years,
# stored, disposed and of it from former years. The published table does not close.
YUXI = Figures(
    generated_kg=23_109_400_000,
    used_kg=18_222_300_000,
    used_old_kg=18_900_000,
    stored_kg=157_200_000,
    disposed_kg=4_754_000_000,
    disposed_old_kg=4_397_000_000,
)
SETTLED = Books(lost_kg=0, carried_kg=0, has_opening=True)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_the_use_ratio_of_yuxi_is_the_published_one() -> None:
    assert YUXI.use_ratio == pytest.approx(0.7879, abs=0.00005)


def test_the_published_figures_of_yuxi_do_not_close() -> None:
    assert YUXI.accounted_kg == 18_717_600_000
    assert YUXI.gap_kg == 4_391_800_000


def test_the_gap_of_yuxi_is_seen_to_be_about_what_was_disposed_from_old_stock() -> None:
    assert "disposed from former years" in causes(YUXI, SETTLED)[0]


def test_nothing_of_nothing_has_no_ratio() -> None:
    assert Figures().use_ratio is None
    assert Figures().is_nothing


def test_a_carried_stock_alone_is_still_a_zero_month() -> None:
    assert Figures(carried_kg=5).is_nothing


def test_a_month_that_closes_has_no_causes() -> None:
    assert causes(Figures(generated_kg=5, stored_kg=5), SETTLED) == []


def test_a_gap_of_the_size_of_the_losses_is_put_down_to_weights() -> None:
    books = Books(lost_kg=300, carried_kg=0, has_opening=True)
    told = causes(Figures(generated_kg=1000, used_kg=700), books)
    assert "weights that differ" in told[0]


def test_a_stock_that_is_not_the_ledgers_is_asked_after() -> None:
    books = Books(lost_kg=0, carried_kg=9, has_opening=True)
    told = causes(Figures(generated_kg=10, used_kg=5), books)
    assert "was it counted" in told[0]


masses = st.dictionaries(
    st.one_of(
        st.tuples(st.sampled_from(list(Kind)), st.just(False)),
        st.tuples(st.sampled_from(sorted(TAKES_OLD_STOCK)), st.just(True)),
    ),
    st.integers(0, 10**12),
)


@given(masses)
def test_what_the_ledger_says_closes_but_for_its_losses(
    of_kind: dict[tuple[Kind, bool], int],
) -> None:
    figures = figures_of(of_kind, carried_kg=0)
    assert figures.gap_kg == of_kind.get((Kind.LOSS, False), 0)


@given(masses)
def test_what_is_stored_is_the_growth_of_the_stock_but_for_the_old(
    of_kind: dict[tuple[Kind, bool], int],
) -> None:
    month = {key: mass for key, mass in of_kind.items() if key[0] != Kind.OPENING}
    grown = sum(change_kg(kind, mass) for (kind, _old), mass in month.items())
    old = sum(mass for (_kind, is_old), mass in month.items() if is_old)
    assert figures_of(of_kind, carried_kg=0).stored_kg == grown + old
