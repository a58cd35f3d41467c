"""Questions answered for somebody: what he may not ask, and what is too much to ask."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from maps import balance, groups
from maps.figures import Cell, merged
from maps.groups import Group, Grouping
from maps.published import Shown, is_seen, published
from maps.question import OWNED_LEVELS, Question
from wastehub.errors import NotYours, Refused
from wastehub.registry.models import Facility

MOST_READ: Final = 400_000
"""Groups times months of one balance: every county of China over ten years is less."""

MOST_TOLD: Final = 50_000
"""Groups times months of one series: every county of China over a year is less."""


@dataclass(frozen=True)
class Answer:
    """A balance as somebody may see it."""

    question: Question
    is_invented: bool
    cells: tuple[Shown, ...]

    @property
    def total(self) -> Cell | None:
        """All cells together; none where one is hidden, as its rest would tell it.

        Nor where some are as known today and some as published: they do not add up.
        """
        cells = [shown.cell for shown in self.cells]
        are_public = {cell.is_public for cell in cells}
        if any(shown.hidden for shown in self.cells) or len(are_public) > 1:
            return None
        return replace(merged("", "合计", "total", cells), is_public=True in are_public)


def answer(question: Question, seen: Collection[str]) -> Answer:
    """The balance that is asked for, as one may see it who sees some regions in full.

    Raises
    ------
    NotYours, Refused
        See :func:`grouping_of`.
    """
    grouping = grouping_of(question, seen, MOST_READ)
    cells = balance.balance(question.subject, grouping, question.period, question.as_of)
    return Answer(question, is_invented(), tuple(published(question, cells, seen)))


def grouping_of(question: Question, seen: Collection[str], most: int) -> Grouping:
    """The groups of a question.

    Raises
    ------
    NotYours
        ``not_public``: companies or sites of a region that one does not see in full.
    Refused
        ``too_much``: groups times months are more than ``most``.
    """
    if question.level in OWNED_LEVELS:
        require_seen(question, seen, "level")
    grouping = question.grouping(groups.in_view())
    if len(grouping.groups) * question.period.month_count > most:
        told = _("This is too much at once: ask for fewer months or a coarser level.")
        raise Refused("too_much", told, {"period": told, "level": told})
    return grouping


def whole_of(question: Question, seen: Collection[str]) -> Grouping:
    """All sites of the question's region as one group.

    Raises
    ------
    NotYours
        ``not_public``: one does not see the region in full.
    """
    require_seen(question, seen, "within")
    sites = groups.in_view().within(question.within)
    return groups.as_one(Group(question.within, "", ""), sites)


def require_seen(question: Question, seen: Collection[str], field: str) -> None:
    """Refuse, at a field, one who does not see the question's region in full."""
    if not is_seen(question, question.within, seen):
        told = _("Single firms' figures are shown to those who watch the region only.")
        raise NotYours("not_public", told, {field: told})


def is_invented() -> bool:
    """Whether the figures are those of an invented world."""
    return not Facility.objects.real().exists()
