"""The workbook says what the balance says, and reckons it by itself."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from maps.balance_book import MONTHS, REGIONS, balance_book
from maps.figures import Cell, Masses
from tests.maps.sheets import row_of
from wastehub.ledger.kinds import Evidence


def cell(key: str, opening_kg: int, closing_kg: int, masses: Masses) -> Cell:
    return Cell(
        key=key,
        name_zh=key,
        name_en=key,
        parts={Evidence.DECLARED: masses},
        opening_stock_kg=opening_kg,
        closing_stock_kg=closing_kg,
    )


MAKER = cell(
    "maker",
    5_000,
    44_000,
    Masses(
        generated_kg=100_000,
        shipped_kg=60_000,
        shipped_old_kg=10_000,
        loss_kg=1_000,
        own_used_kg=60_000,
        own_used_old_kg=10_000,
    ),
)
TAKER = cell("taker", 0, 20_000, Masses(received_kg=60_000, used_kg=40_000))


@pytest.fixture
def book() -> Workbook:
    """A maker and a taker, and one month of the two together."""
    facts = [("物料", "Material", "=1+1")]
    months = {date(2025, 3, 1): MAKER}
    return load_workbook(BytesIO(balance_book(facts, [MAKER, TAKER], months)))


def test_ratios_are_formulas_that_come_to_the_figures(book: Workbook) -> None:
    told = row_of(book[REGIONS], "maker")
    assert told["Utilisation"] == pytest.approx(MAKER.utilisation.value)
    assert told["Balance"] == pytest.approx(MAKER.balance.value)
    assert told["Surplus"] == pytest.approx(MAKER.total.surplus_kg / 1000)


def test_the_gap_is_what_the_masses_leave_open(book: Workbook) -> None:
    assert row_of(book[REGIONS], "maker")["Gap"] == pytest.approx(0)
    assert row_of(book[REGIONS], "taker")["Gap"] == pytest.approx(0)


def test_a_taker_has_no_ratio(book: Workbook) -> None:
    told = row_of(book[REGIONS], "taker")
    assert (told["Utilisation"], told["Balance"]) == ("", "")


def test_the_last_row_sums_masses_and_reckons_ratios_anew(book: Workbook) -> None:
    told = row_of(book[REGIONS], "合计\nTotal")
    assert told["Generated"] == 100
    assert told["Used here"] == 40
    assert told["Balance"] == pytest.approx(0.4)
    assert told["Utilisation"] == pytest.approx(60 / 110)


def test_stocks_are_not_added_up_over_months(book: Workbook) -> None:
    assert row_of(book[MONTHS], "合计\nTotal")["Closing stock"] == 0


def test_a_text_is_never_a_formula(book: Workbook) -> None:
    assert book.worksheets[0]["C1"].data_type == "s"
