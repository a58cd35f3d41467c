"""What strangers see of a balance: nothing that tells of one firm, however asked."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from maps import balance, groups
from maps.editions import edition_make
from maps.open_facts import PUBLISHED
from maps.publication_models import MaterialEdition, OpenFigure
from maps.published import published
from maps.subjects import Subject
from tests import worlds
from tests.ledger.yard import add, gypsum, line, works
from tests.maps.publishing import (
    EAST_LON,
    OVER,
    QUARTERS,
    WEST_LON,
    edition,
    firm,
    known_in_time,
    question,
    tells,
    told,
)
from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.ledger.kinds import Kind
from wastehub.ledger.services import entries_add
from wastehub.places.models import Region, Zone, ZonePart

pytestmark = pytest.mark.django_db

WEST, EAST, PREFECTURE, PROVINCE = "510104", "510105", "510100", "510000"
SOME_T = (1000, 1100, 1200, 1300)


@pytest.fixture
def two_in_the_west():
    """Two firms in the west and four in the east."""
    worlds.two_counties()
    west = [firm(WEST_LON, made_t) for made_t in (700, 900)]
    return west + [firm(EAST_LON, made_t) for made_t in SOME_T]


@pytest.fixture
def four_in_each():
    """Four firms in either county."""
    worlds.two_counties()
    return [firm(lon, made_t) for lon in (WEST_LON, EAST_LON) for made_t in SOME_T]


def in_full(asked):
    """The balance itself, by key, as known on the day of the edition."""
    grouping = asked.grouping(groups.in_view())
    cells = balance.balance(asked.subject, grouping, asked.period, OVER)
    return {cell.key: cell for cell in cells}


def masses(cell):
    """What is published of a cell, in the order of PUBLISHED."""
    holders = {"opening_stock_kg": cell, "closing_stock_kg": cell}
    return [getattr(holders.get(name, cell.total), name) for name in PUBLISHED]


def test_a_county_of_two_firms_is_confidential_to_strangers(two_in_the_west):
    edition()
    west = told(question(), WEST)[WEST]
    assert west.hidden == "confidential"
    assert west.cell.is_empty


def test_its_regulator_sees_it_in_full_and_as_known_today(two_in_the_west):
    edition()
    asked = question()
    found = in_full(asked)
    west, east = published(asked, [found[WEST], found[EAST]], [WEST])
    assert west.cell is found[WEST]
    assert east.hidden == "confidential"


def test_what_is_shown_is_the_balance_as_known_on_the_day_of_the_edition(four_in_each):
    edition()
    asked = question()
    shown = told(asked, WEST, EAST)
    for key, cell in in_full(asked).items():
        assert not shown[key].hidden
        assert masses(shown[key].cell) == masses(cell)


def test_every_quarter_is_the_balance_of_that_quarter(four_in_each):
    edition()
    for period in ("2025-Q1", "2025-Q4", "2025-H2", "2025-04..2025-12"):
        asked = question(period=period)
        assert masses(told(asked, WEST)[WEST].cell) == masses(in_full(asked)[WEST])


def test_nothing_but_what_is_published_is_told(four_in_each):
    add(four_in_each[0], Kind.SHIPPED, 77_000, occurred_on=QUARTERS[0])
    edition()
    cell = told(question(), WEST)[WEST].cell
    assert cell.is_public
    assert cell.total.shipped_kg == 0
    assert cell.unexplained_kg == 0


def test_no_sum_or_difference_of_what_is_shown_tells_of_a_hidden_county(
    two_in_the_west,
):
    edition()
    inside = {WEST: [1, 0], EAST: [0, 1], PREFECTURE: [1, 1], PROVINCE: [1, 1]}
    shown = [
        inside[key]
        for key, one in told(question(level="county"), *inside).items()
        if not one.hidden
    ]
    assert [1, 1] in shown
    rank = np.linalg.matrix_rank(shown)
    for hidden in ([1, 0], [0, 1]):
        assert np.linalg.matrix_rank([*shown, hidden]) > rank


def test_a_figure_that_is_hidden_is_written_down_nowhere(two_in_the_west):
    edition()
    assert {tuple(row.counties) for row in OpenFigure.objects.all()} == {(WEST, EAST)}


def test_a_year_less_its_quarters_tells_of_no_quarter(four_in_each):
    """In the third quarter one firm of the west has nearly all."""
    tells(four_in_each[0], 90_000, QUARTERS[2])
    edition()
    shown = {
        period: told(question(period=period), WEST)[WEST]
        for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025")
    }
    assert all(one.hidden for one in shown.values())


def test_where_quarters_would_hide_more_only_years_are_told():
    worlds.two_counties()
    for lon in (WEST_LON, EAST_LON):
        for day, made_t in zip(QUARTERS, SOME_T, strict=True):
            firm(lon, made_t, [day])
    edition()
    quarter = told(question(period="2025-Q1"), WEST, PREFECTURE)
    assert {one.hidden for one in quarter.values()} == {"finer_than_published"}
    assert not told(question(), WEST)[WEST].hidden


@pytest.mark.parametrize("period", ["2025-03", "2025-02..2025-04", "2025-01..2025-02"])
def test_months_are_finer_than_what_is_published(four_in_each, period):
    edition()
    west = told(question(period=period), WEST)[WEST]
    assert west.hidden == "finer_than_published"


@pytest.mark.parametrize("period", ["2026-Q1", "2025-01..2026-03", "2019"])
def test_what_is_not_over_or_long_ago_is_not_published(four_in_each, period):
    edition()
    assert told(question(period=period), WEST)[WEST].hidden == "not_published_yet"


def test_nothing_is_published_before_the_first_edition(four_in_each):
    assert told(question(), WEST)[WEST].hidden == "not_published_yet"


def test_what_was_known_before_the_edition_is_not_told(four_in_each):
    edition()
    asked = question(as_of="2026-01-01")
    assert told(asked, WEST)[WEST].hidden == "not_published_yet"


@pytest.mark.parametrize("level", ["company", "site", "park"])
def test_firms_sites_and_parks_are_never_public(four_in_each, level):
    edition()
    assert told(question(level=level), "anything")["anything"].hidden == "not_public"


def test_where_nothing_is_known_nought_is_shown():
    worlds.two_counties()
    for made_t in SOME_T:
        firm(EAST_LON, made_t)
    edition()
    west = told(question(), WEST)[WEST]
    assert not west.hidden
    assert west.cell.is_empty


def test_a_later_edition_hides_what_an_earlier_one_hid(two_in_the_west):
    edition()
    for made_t in SOME_T:
        firm(WEST_LON, made_t)
    known_in_time()
    edition_make(as_of=date(2026, 2, 1))
    assert told(question(), WEST)[WEST].hidden == "confidential"
    assert not told(question(), PREFECTURE)[PREFECTURE].hidden


def test_what_is_written_down_after_the_edition_waits_for_the_next(four_in_each):
    edition()
    before = masses(told(question(), WEST)[WEST].cell)
    tells(four_in_each[0], 5, QUARTERS[0])
    assert masses(told(question(), WEST)[WEST].cell) == before


def test_a_sum_of_materials_is_shown_where_each_is(four_in_each):
    slag = Material.objects.create(
        code="slag", name_zh="渣", reach_km=1, source="-", confidence="L"
    )
    made = line(works(WEST_LON), Kind.GENERATED, 9_000, occurred_on=QUARTERS[0])
    entries_add(lines=[replace(made, material=slag)])
    edition()
    both = replace(question(), subject=Subject("all", "全部", "all", (gypsum(), slag)))
    assert not told(question(), WEST)[WEST].hidden
    assert told(both, WEST)[WEST].hidden == "confidential"


def test_a_basin_of_whole_counties_is_shown_and_a_part_of_one_is_not(four_in_each):
    basin = Zone.objects.create(
        code="tuo", kind="basin", name_zh="沱江", source="-", confidence="L"
    )
    ZonePart.objects.create(zone=basin, adcode=WEST, share="whole")
    edition()
    asked = question(level="basin")
    assert not told(asked, "tuo")["tuo"].hidden
    assert told(question(level="basin", within=EAST), "tuo")["tuo"].hidden
    ZonePart.objects.create(zone=basin, adcode=EAST, share="whole")
    assert told(asked, "tuo")["tuo"].hidden == "not_public"


def test_a_map_loaded_since_waits_for_the_next_edition(four_in_each):
    edition()
    current = Region.objects.first().boundary_set
    current.code = "a new map"
    current.save()
    assert told(question(), WEST)[WEST].hidden == "not_published_yet"


def test_there_is_one_edition_a_day_and_none_of_an_earlier_one(four_in_each):
    edition()
    for day in (OVER, date(2026, 1, 1)):
        with pytest.raises(Refused) as refused:
            edition_make(as_of=day)
        assert refused.value.code == "edition_there"


def test_those_who_answer_for_the_figures_can_read_why(two_in_the_west):
    edition()
    row = MaterialEdition.objects.get()
    assert row.step_months == 3
    assert row.hidden == {WEST: "few_firms", EAST: "secondary"}
