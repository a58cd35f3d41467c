"""Firms of a tiny real world, and what is published of them.

A province of one prefecture with a west and an east county. Every firm has a site of
its own and tells, each quarter of 2025, what it made, used and put away.
"""

from collections.abc import Sequence
from datetime import date

from maps.editions import edition_make
from maps.figures import Cell
from maps.publication_models import Edition
from maps.published import Shown, published
from maps.question import Question, ask
from tests.ledger.yard import add, gypsum, unguarded, works
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry
from wastehub.ledger.months import months_rebuild
from wastehub.registry.models import Facility

WEST_LON, EAST_LON = 104.5, 105.5
QUARTERS = [date(2025, month, 10) for month in (1, 4, 7, 10)]
OVER = date(2026, 1, 31)
ASKED = {"material": "phosphogypsum", "period": "2025", "level": "county"}


def firm(lon: float, made_t: int, days: Sequence[date] = tuple(QUARTERS)) -> Facility:
    """A works that makes so much each quarter, uses a half and puts away a quarter."""
    site = works(lon)
    for day in days:
        tells(site, made_t, day)
    return site


def tells(site: Facility, made_t: int, day: date) -> None:
    """One month of a works, as if written down at its end."""
    add(site, Kind.GENERATED, made_t * 1000, occurred_on=day)
    add(site, Kind.USED, made_t * 500, occurred_on=day)
    add(site, Kind.DISPOSED, made_t * 250, occurred_on=day)


def known_in_time() -> None:
    """All entries so far, as if written down on the day on which they happened."""
    with unguarded():
        for entry in Entry.objects.all():
            Entry.objects.filter(pk=entry.pk).update(
                recorded_at=f"{entry.occurred_on}T04:00:00Z"
            )
    months_rebuild()


def edition(as_of: date = OVER) -> Edition:
    """An edition of what is known in time."""
    known_in_time()
    return edition_make(as_of=as_of)


def question(**asked: str) -> Question:
    """What is asked of the year 2025 by county, unless said otherwise."""
    gypsum()
    return ask(ASKED | asked)


def told(asked: Question, *keys: str, seen: Sequence[str] = ()) -> dict[str, Shown]:
    """What one sees of some regions, by their codes."""
    cells = [Cell(key=key, name_zh=key, name_en=key) for key in keys]
    return {one.cell.key: one for one in published(asked, cells, seen)}
