"""A question answered from the newest edition, as everybody may see it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from maps.editions import decisions_of, edition_in_view, hierarchy_of
from maps.figures import Cell, Masses
from maps.open_facts import PUBLISHED
from maps.open_map import zones_of
from maps.periods import Period
from maps.publication_models import Edition, MaterialEdition, OpenFigure
from maps.question import REGION_LEVELS, Question
from maps.subjects import Subject
from wastehub.ledger.kinds import Evidence

OPEN_LEVELS: Final = (*REGION_LEVELS, "economic_region", "basin")
STOCKS: Final = ("opening_stock_kg", "closing_stock_kg")
FLOWS: Final = tuple(name for name in PUBLISHED if name not in STOCKS)


class Hidden(StrEnum):
    """Why a figure is not shown, as far as everybody may know it."""

    NOT_PUBLIC = "not_public"
    FINER = "finer_than_published"
    UNPUBLISHED = "not_published_yet"
    CONFIDENTIAL = "confidential"


WORDS: Final[dict[str, Any]] = {
    Hidden.NOT_PUBLIC: _("not public"),
    Hidden.FINER: _("finer than what is published"),
    Hidden.UNPUBLISHED: _("not published yet"),
    Hidden.CONFIDENTIAL: _("confidential"),
}


@dataclass(frozen=True)
class OpenView:
    """What an edition tells of a subject; ``parts`` are its materials' editions.

    A material without one has no figures by the edition's day, and adds nothing.
    """

    edition: Edition
    parts: tuple[MaterialEdition, ...]

    @classmethod
    def of(cls, edition: Edition, subject: Subject) -> "OpenView":
        """What an edition tells of a subject."""
        rows = edition.materials.filter(material__in=subject.keys).order_by("pk")
        return cls(edition, tuple(rows.defer("groups", "untold", "hidden")))

    @property
    def step_months(self) -> int:
        """The finest step that is told of all of its materials."""
        return max((part.step_months for part in self.parts), default=12)

    def hides_period(self, period: Period, as_of: date) -> Hidden | None:
        """Why nothing is told of a period as known on a day."""
        if as_of < self.edition.as_of:
            return Hidden.UNPUBLISHED
        step = self.step_months
        if period.month_count % step or (period.first.month - 1) % step:
            return Hidden.FINER
        is_over = period.end <= self.edition.as_of
        is_looked_at = period.first.year >= self.edition.first_year
        return None if is_over and is_looked_at else Hidden.UNPUBLISHED

    def counties(self, key: str, within: str) -> frozenset[str] | None:
        """The counties of a region or zone, if the whole of it lies in another."""
        inside = hierarchy_of(self.edition.pk).inside
        here, around = inside.get(key), inside.get(within)
        return here if here and around and here <= around else None

    def hides(self, key: str) -> bool:
        """Whether a region's figures are confidential, in all periods."""
        return any(decisions_of(part.pk).reason(key) for part in self.parts)


def open_cells(
    question: Question, cells: Sequence[Cell]
) -> dict[str, tuple[Cell, Hidden | None]]:
    """By key: the cell that everybody may see, or an empty one and why.

    Of the cells given only the names are read.
    """
    edition = edition_in_view()
    view = OpenView.of(edition, question.subject) if edition else None
    reasons = {cell.key: _reason(question, cell.key, view) for cell in cells}
    told = [cell for cell in cells if reasons[cell.key] is None]
    figures = _figures(view, question, [cell.key for cell in told]) if view else {}
    return {
        cell.key: (_cell(cell, figures.get(cell.key)), reasons[cell.key])
        for cell in cells
    }


def _reason(question: Question, key: str, view: OpenView | None) -> Hidden | None:
    if question.level not in OPEN_LEVELS:
        return Hidden.NOT_PUBLIC
    if view is None:
        return Hidden.UNPUBLISHED
    why = view.hides_period(question.period, question.as_of)
    if why is not None:
        return why
    if view.counties(key, question.within) is None or _has_moved(view, key):
        return Hidden.NOT_PUBLIC
    return Hidden.CONFIDENTIAL if view.hides(key) else None


def _has_moved(view: OpenView, key: str) -> bool:
    """Whether a zone is drawn otherwise today than when the edition was made."""
    hierarchy = hierarchy_of(view.edition.pk)
    if key not in hierarchy.zones:
        return False
    return set(zones_of(hierarchy).get(key, ())) != set(hierarchy.zones[key])


def _figures(
    view: OpenView, question: Question, keys: Iterable[str]
) -> dict[str, Mapping[str, int]]:
    """The masses of each region: the sums of its groups'."""
    rows = list(_rows(view, question.period))
    found: dict[str, Mapping[str, int]] = {}
    for key in keys:
        inside = view.counties(key, question.within) or frozenset()
        masses: Counter[str] = Counter()
        for county, told in rows:
            if county in inside:
                masses.update(told)
        found[key] = masses
    return found


def _rows(view: OpenView, period: Period) -> Iterator[tuple[str, dict[str, int]]]:
    """A county of each group, for all of it, and what a step of it adds to a period."""
    steps = {part.pk: part.step_months for part in view.parts}
    rows = OpenFigure.objects.filter(
        of__in=steps, first_month__range=(period.first, period.last)
    )
    for row in rows:
        told = {name: getattr(row, name) for name in FLOWS}
        if row.first_month == period.first:
            told["opening_stock_kg"] = row.opening_stock_kg
        if Period(row.first_month, period.last).month_count == steps[row.of_id]:
            told["closing_stock_kg"] = row.closing_stock_kg
        yield row.counties[0], told


def _cell(cell: Cell, told: Mapping[str, int] | None) -> Cell:
    nothing = Cell(key=cell.key, name_zh=cell.name_zh, name_en=cell.name_en)
    if not told or not any(told.values()):
        return replace(nothing, is_public=True)
    # Consumed is told as one: of what is public nobody asks for its two parts.
    flows = Masses(
        generated_kg=told["generated_kg"],
        used_kg=told["consumed_kg"],
        own_used_kg=told["own_used_kg"],
        own_used_old_kg=told["own_used_old_kg"],
    )
    return replace(
        nothing,
        is_public=True,
        parts={Evidence.DECLARED: flows},
        opening_stock_kg=told["opening_stock_kg"],
        closing_stock_kg=told["closing_stock_kg"],
    )
