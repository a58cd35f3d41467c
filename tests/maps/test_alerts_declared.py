"""A declaration is held against the ledger that tells of its month."""

from dataclasses import replace
from datetime import date

import pytest

from maps.alerts import declared
from tests.exchange.market import Party, party
from tests.ledger.yard import add, gypsum
from tests.maps.alerting import found, made
from tests.worlds import two_counties
from wastehub.ledger.kinds import Kind
from wastehub.reporting.declarations import (
    declaration_draft,
    declaration_fill,
    declaration_submit,
)
from wastehub.reporting.models import Declaration

pytestmark = pytest.mark.django_db

DECEMBER = date(2025, 12, 1)


@pytest.fixture
def works() -> Party:
    """200 t made and 50 t used in December, of which 20 t were old."""
    two_counties()
    works = party(104.5)
    add(works.site, Kind.OPENING, 90_000, occurred_on=date(2025, 11, 30))
    made(works.site, 12, 200_000)
    day = date(2025, 12, 20)
    add(works.site, Kind.USED, 30_000, occurred_on=day)
    add(works.site, Kind.USED, 20_000, occurred_on=day, is_old_stock=True)
    return works


def handed_in(works: Party, **changes: int) -> Declaration:
    drawn_up = declaration_draft(
        facility=works.site, material=gypsum(), month=DECEMBER, actor=works.actor
    )
    declaration_fill(
        declaration=drawn_up,
        figures=replace(drawn_up.figures, **changes),
        is_zero=False,
        explanation="",
        actor=works.actor,
    )
    return declaration_submit(declaration=drawn_up, actor=works.actor)


def test_what_the_ledger_says_is_not_told(works: Party) -> None:
    handed_in(works)
    assert found(declared) == []


@pytest.mark.parametrize(("generated_kg", "count"), [(198_000, 0), (197_999, 1)])
def test_more_than_a_hundredth_apart_is_told(
    works: Party, generated_kg: int, count: int
) -> None:
    handed_in(works, generated_kg=generated_kg)
    assert len(found(declared)) == count


def test_a_tonne_apart_is_not_told_of_however_little(works: Party) -> None:
    handed_in(works, used_on_site_kg=49_000)
    assert found(declared) == []


def test_the_figure_farthest_apart_is_told_with_both_its_masses(works: Party) -> None:
    row = handed_in(works, generated_kg=190_000, used_kg=20_000)
    (told,) = found(declared)
    assert told.figures == {
        "declared_used_kg": 20_000,
        "ledger_used_kg": 50_000,
        "apart_kg": 30_000,
    }
    assert told.records[0] == ("declaration", str(row.public_id))
    assert told.month == DECEMBER


def test_a_draft_is_not_held_against_anything(works: Party) -> None:
    declaration_draft(
        facility=works.site, material=gypsum(), month=DECEMBER, actor=works.actor
    )
    made(works.site, 12, 90_000)
    assert found(declared) == []


def test_an_entry_after_the_declaration_is_told(works: Party) -> None:
    handed_in(works)
    made(works.site, 12, 90_000)
    assert len(found(declared)) == 1


def test_a_month_before_the_ledger_is_the_declarations_word(works: Party) -> None:
    october = declaration_draft(
        facility=works.site,
        material=gypsum(),
        month=date(2025, 10, 1),
        actor=works.actor,
    )
    declaration_fill(
        declaration=october,
        figures=replace(october.figures, generated_kg=70_000, stored_kg=70_000),
        is_zero=False,
        explanation="",
        actor=works.actor,
    )
    declaration_submit(declaration=october, actor=works.actor)
    assert found(declared) == []
