"""The balance of named tiny worlds, answered by hand."""

from datetime import date

import pytest

from maps import balance, groups
from maps.figures import Cell
from maps.periods import Period, parse
from maps.subjects import Subject, subject
from tests import worlds
from tests.ledger.yard import add, gypsum, works
from tests.maps.accepting import accepted
from tests.maps.yards import works_and_kiln
from tests.reporting.office import office
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.services import entry_correct
from wastehub.reporting.figures import Figures

pytestmark = pytest.mark.django_db

YEAR = parse("2025")


def sites():
    return groups.invented_or_real(is_invented=False)


def by_county() -> groups.Grouping:
    return groups.by_level("county", sites())


def of_gypsum() -> Subject:
    return subject(gypsum().code)


def cells(period: Period = YEAR, **how) -> list[Cell]:
    return balance.balance(of_gypsum(), by_county(), period, **how)


def province(period: Period = YEAR) -> Cell:
    whole = groups.by_level("province", sites())
    return balance.balance(of_gypsum(), whole, period)[0]


@pytest.fixture
def two_works_and_a_kiln() -> None:
    works_and_kiln()


def test_what_is_shipped_counts_as_the_makers_use_and_the_takers_consumption(
    two_works_and_a_kiln,
) -> None:
    west, east = cells()
    assert west.utilisation.value == 0.6
    assert west.balance.value == 0.05
    assert east.utilisation.value is None
    assert east.total.consumed_kg == 40_000
    assert east.balance.value is None


def test_inside_a_region_what_moves_is_not_counted_twice(two_works_and_a_kiln) -> None:
    whole = province()
    assert whole.total.generated_kg == 100_000
    assert whole.utilisation.value == 0.6
    assert whole.balance.value == 0.45
    assert (whole.shipped_out_kg, whole.received_in_kg) == (0, 0)


def test_what_crosses_a_border_is_told_at_both_sides(two_works_and_a_kiln) -> None:
    west, east = cells()
    assert (west.shipped_out_kg, west.received_in_kg) == (60_000, 0)
    assert (east.shipped_out_kg, east.received_in_kg) == (0, 60_000)


def test_stocks_are_what_is_left(two_works_and_a_kiln) -> None:
    west, east = cells()
    assert (west.opening_stock_kg, west.closing_stock_kg) == (0, 35_000)
    assert (east.opening_stock_kg, east.closing_stock_kg) == (0, 20_000)
    later = cells(parse("2026-01"))
    assert [cell.opening_stock_kg for cell in later] == [35_000, 20_000]


def test_weighed_and_declared_parts_stand_apart(two_works_and_a_kiln) -> None:
    _west, east = cells()
    assert east.parts[Evidence.WEIGHED].received_kg == 60_000
    assert east.parts[Evidence.DECLARED].used_kg == 40_000


def test_months_add_up_to_the_period(two_works_and_a_kiln) -> None:
    months = balance.series(of_gypsum(), by_county(), YEAR)
    assert len(months) == 12
    for place, cell in enumerate(cells()):
        told = [month[place] for month in months.values()]
        assert sum(one.total.used_kg for one in told) == cell.total.used_kg
        assert told[-1].closing_stock_kg == cell.closing_stock_kg
        assert told[1].closing_stock_kg == 0


def test_a_material_that_nobody_has_leaves_every_cell_empty() -> None:
    worlds.two_counties()
    assert all(cell.is_empty for cell in cells())


def test_of_no_sites_at_all_nothing_is_known(two_works_and_a_kiln) -> None:
    nobody = groups.by_level("county", sites().filter(pk__in=[]))
    assert all(cell.is_empty for cell in balance.balance(of_gypsum(), nobody, YEAR))
    assert balance.history(of_gypsum(), nobody, YEAR) == []


def test_old_stock_is_in_both_halves_of_the_utilisation() -> None:
    worlds.two_counties()
    site = works()
    add(site, Kind.OPENING, 50_000, occurred_on=date(2025, 1, 1))
    add(site, Kind.GENERATED, 100_000, occurred_on=date(2025, 2, 1))
    add(site, Kind.USED, 70_000, occurred_on=date(2025, 3, 1))
    add(site, Kind.USED, 50_000, occurred_on=date(2025, 3, 1), is_old_stock=True)
    west, _east = cells()
    assert west.utilisation.value == 0.8
    assert west.balance.value == 1.2


def test_use_beyond_what_was_made_is_told_and_not_counted() -> None:
    worlds.two_counties()
    site = works()
    add(site, Kind.OPENING, 50_000, occurred_on=date(2025, 1, 1))
    add(site, Kind.GENERATED, 100_000, occurred_on=date(2025, 2, 1))
    add(site, Kind.USED, 130_000, occurred_on=date(2025, 3, 1))
    west, _east = cells()
    assert west.utilisation.value == 1.0
    assert west.utilisation.excess_kg == 30_000


def test_a_late_correction_leaves_the_earlier_figure() -> None:
    worlds.two_counties()
    entry = add(works(), Kind.GENERATED, 100_000, occurred_on=date(2025, 3, 10))
    entry_correct(entry=entry, mass_kg=90_000, reason="weighed again")
    told = balance.history(of_gypsum(), by_county(), YEAR)
    assert [one.total.generated_kg for one in told] == [90_000]
    before = told[0].told_on.replace(year=2025)
    assert cells(as_of=before)[0].is_empty


def test_an_accepted_declaration_speaks_where_no_ledger_does() -> None:
    at = office()
    august = accepted(
        at,
        date(2026, 7, 1),
        Figures(generated_kg=9_000, stored_kg=9_000, carried_kg=9_000),
    )
    west, _east = cells(parse("2026-07"))
    assert west.total.generated_kg == 9_000
    assert west.closing_stock_kg == 9_000
    assert set(west.parts) == {Evidence.DECLARED}
    assert august.counted.told_on >= date(2026, 8, 1)


def test_a_ledger_that_begins_takes_the_word_and_the_stock_over() -> None:
    at = office()
    accepted(
        at,
        date(2026, 7, 1),
        Figures(generated_kg=9_000, stored_kg=9_000, carried_kg=9_000),
    )
    west, _east = cells(parse("2026-08"))
    assert (west.opening_stock_kg, west.closing_stock_kg) == (9_000, 1_000)
    assert west.unexplained_kg == 1_000 - 9_000 - 1_000


def test_a_declaration_beside_a_ledger_does_not_count() -> None:
    at = office()
    accepted(at, date(2026, 9, 1), Figures(generated_kg=77_000, stored_kg=77_000))
    west, _east = cells(parse("2026-09"))
    assert west.total.generated_kg == 500
