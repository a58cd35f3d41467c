"""What was generated, used, stored, moved and lost of a material, by region and month.

Everything is read from the sums that the ledger keeps of itself and, where a site has
no ledger, from its accepted declarations. A figure is as known today or, with
``as_of``, on an earlier day, which tells what was known before a late correction.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maps import facts, moves
from maps.facts import Asked
from maps.figures import NOTHING, Cell, Masses
from maps.groups import Group, Grouping
from maps.periods import Period
from maps.subjects import Subject
from wastehub.catalogue.models import UseRoute
from wastehub.ledger.kinds import Evidence

# Of a month that is not over yet too: its figures are told for the day after it.
ALWAYS = date.max
_EVIDENCE = {evidence.value: evidence for evidence in Evidence}

Parts = dict[Evidence, Masses]


@dataclass(frozen=True)
class Told:
    """What a period's figures came to, all groups together, when told by a day."""

    told_on: date
    total: Masses


def balance(
    subject: Subject, grouping: Grouping, period: Period, as_of: date = ALWAYS
) -> list[Cell]:
    """The balance of every group, zero where nothing is known; three statements."""
    asked = _asked(subject, grouping, period, as_of)
    parts = _parts(asked)
    before, grown = _stock(asked, by_month=False)
    crossing = moves.crossing(asked)
    cells = []
    for group in grouping.groups:
        opening_kg = before.get(group.key, 0)
        grown_kg = sum(grown.get((group.key, month), 0) for month in period.months)
        stocks_kg = opening_kg, opening_kg + grown_kg
        crossed = crossing.get(group.key, {})
        cells.append(_cell(group, parts.get(group.key, {}), stocks_kg, **crossed))
    return cells


def flows_only(subject: Subject, grouping: Grouping, period: Period) -> list[Cell]:
    """As :func:`balance`, without stocks and what crosses borders; one statement."""
    parts = _parts(_asked(subject, grouping, period, ALWAYS))
    return [_cell(group, parts.get(group.key, {})) for group in grouping.groups]


def series(
    subject: Subject, grouping: Grouping, period: Period, as_of: date = ALWAYS
) -> dict[date, list[Cell]]:
    """Every month's balance, without what crosses borders; two statements."""
    asked = _asked(subject, grouping, period, as_of)
    held, grown = _stock(asked, by_month=True)
    monthly: dict[tuple[str, date], Parts] = defaultdict(dict)
    for key, month, evidence, *masses in _folded(asked, "month", "evidence"):
        _add(monthly[key, month], evidence, masses)
    told: dict[date, list[Cell]] = {month: [] for month in period.months}
    for month, cells in told.items():
        for group in grouping.groups:
            opening_kg = held.get(group.key, 0)
            held[group.key] = opening_kg + grown.get((group.key, month), 0)
            stocks_kg = opening_kg, held[group.key]
            cells.append(_cell(group, monthly.get((group.key, month), {}), stocks_kg))
    return told


def uses(
    subject: Subject, grouping: Grouping, period: Period, as_of: date = ALWAYS
) -> dict[str, dict[UseRoute, int]]:
    """By group: the mass used there by each route, the largest first."""
    return moves.uses(_asked(subject, grouping, period, as_of))


def shipments(
    subject: Subject, grouping: Grouping, period: Period, as_of: date = ALWAYS
) -> list[moves.Move]:
    """What was shipped from group to group, the largest first."""
    return moves.moves(_asked(subject, grouping, period, as_of))


def history(subject: Subject, grouping: Grouping, period: Period) -> list[Told]:
    """What was known of a period, by each day on which that changed, oldest first.

    The last is what is known now; the ones before are what late entries restated.
    """
    asked = _asked(subject, grouping, period, ALWAYS)
    changes: dict[date, Masses] = defaultdict(Masses)
    for _key, told_on, *masses in _folded(asked, "told_on"):
        changes[max(told_on, period.end)] += Masses(*masses)
    total, told = NOTHING, []
    for told_on in sorted(changes):
        total += changes[told_on]
        told.append(Told(told_on, total))
    return told


def _asked(subject: Subject, grouping: Grouping, period: Period, as_of: date) -> Asked:
    return Asked(subject.keys, period.first, period.last, as_of, grouping)


def _cell(
    group: Group, parts: Parts, stocks_kg: tuple[int, int] = (0, 0), **crossed: Any
) -> Cell:
    return Cell(
        key=group.key,
        name_zh=group.name_zh,
        name_en=group.name_en,
        parts=parts,
        opening_stock_kg=stocks_kg[0],
        closing_stock_kg=stocks_kg[1],
        **crossed,
    )


def _parts(asked: Asked) -> dict[str, Parts]:
    found: dict[str, Parts] = defaultdict(dict)
    for key, evidence, *masses in _folded(asked, "evidence"):
        _add(found[key], evidence, masses)
    return found


def _add(parts: Parts, evidence: str, masses: Sequence[int]) -> None:
    known_by, told = _EVIDENCE[evidence], Masses(*masses)
    before = parts.get(known_by)
    parts[known_by] = told if before is None else before + told


def _stock(
    asked: Asked, by_month: bool
) -> tuple[Counter[str], Counter[tuple[str, date]]]:
    """By group: the stock before the first month, and what each month added."""
    before: Counter[str] = Counter()
    grown: Counter[tuple[str, date]] = Counter()
    for key, month, change_kg in facts.stock_changes(asked, by_month):
        group = asked.grouping.fold(key)
        if group is None:
            continue
        if month < asked.first:
            before[group] += change_kg
        else:
            grown[group, month] += change_kg
    return before, grown


def _folded(asked: Asked, *by: str) -> Iterator[Any]:
    """The rows of sums with the group in place of the site's key."""
    for key, *row in facts.sums(asked, *by):
        group = asked.grouping.fold(key)
        if group is not None:
            yield group, *row
