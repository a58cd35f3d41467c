"""The open data: what of the newest edition can be asked, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from maps import groups
from maps.answered import Answer
from maps.editions import decisions_of, edition_in_view
from maps.figures import Cell
from maps.open_view import OPEN_LEVELS, OpenView
from maps.periods import Period, parse
from maps.publication_models import Edition
from maps.published import Shown, published
from maps.question import Question, ask
from maps.subjects import FIRST, Subject, subject, subjects
from wastehub.errors import Refused

ASKED: Final = ("material", "level", "within", "period")
NOBODY: Final = ()
"""The prefixes of one who sees no region in full."""


@dataclass(frozen=True)
class OpenData:
    """Regions as everybody sees them, and the one that they lie in as a whole."""

    view: OpenView
    answer: Answer
    whole: Shown

    @property
    def question(self) -> Question:
        """What is answered, as known on the day of the edition."""
        return self.answer.question

    def why(self, key: str) -> set[str]:
        """Why a region is confidential, for those who answer for the figures."""
        parts = (decisions_of(part.pk) for part in self.view.parts)
        known = (part for part in parts if key in part.hierarchy.inside)
        return {str(why) for part in known if (why := part.reason(key))}


def open_data(told: Mapping[str, str]) -> OpenData:
    """The open data of ``material``, ``level``, ``within`` and ``period``.

    What is not given is phosphogypsum, by prefecture, everywhere, in the newest year
    that is published.

    Raises
    ------
    Refused
        ``no_edition``; ``bad_question`` with all fields at fault, see
        :func:`~maps.question.ask`.
    """
    edition = edition_to_read()
    given = {name: told[name] for name in ASKED if told.get(name)}
    given.setdefault("material", first_code(edition))
    if "period" not in given:
        # Of a material that is not known the question says so itself.
        given["period"] = _newest(edition, given["material"])
    question = ask(given | {"as_of": edition.as_of.isoformat()})
    if question.level not in OPEN_LEVELS:
        faulty = {"level": _("Single firms and sites are not open data.")}
        raise Refused("bad_question", _("The question has faults."), faulty)
    return _answered(OpenView.of(edition, question.subject), question)


def asked_of(data: OpenData) -> dict[str, str]:
    """The question of some open data, for an address."""
    asked = data.question
    return {
        "material": asked.subject.code,
        "level": asked.level,
        "within": asked.within,
        "period": asked.period.code,
    }


def edition_to_read() -> Edition:
    """The newest edition.

    Raises
    ------
    Refused
        ``no_edition``.
    """
    edition = edition_in_view()
    if edition is None:
        raise Refused("no_edition", _("Nothing has been published yet."))
    return edition


def open_subjects(edition: Edition) -> list[Subject]:
    """All of which an edition tells anything."""
    told = set(edition.materials.values_list("material", flat=True))
    return [one for one in subjects() if told & set(one.keys)]


def first_code(edition: Edition) -> str:
    """What is shown first: what is watched first, or else what there is."""
    codes = [one.code for one in open_subjects(edition)]
    return FIRST if FIRST in codes or not codes else codes[0]


def open_periods(view: OpenView) -> tuple[list[Period], list[Period]]:
    """The years, and the quarters where they are told; the newest first."""
    edition = view.edition
    years = [
        parse(str(year))
        for year in range(edition.as_of.year, edition.first_year - 1, -1)
    ]
    quarters = [
        parse(f"{year.first.year}-Q{place}") for year in years for place in (4, 3, 2, 1)
    ]
    return _told(view, years), _told(view, quarters)


def _told(view: OpenView, periods: list[Period]) -> list[Period]:
    always = date.max
    return [one for one in periods if view.hides_period(one, always) is None]


def _newest(edition: Edition, code: str) -> str:
    try:
        asked = subject(code)
    except Refused:
        return str(edition.as_of.year)
    years, quarters = open_periods(OpenView.of(edition, asked))
    newest = [*years, *quarters]
    return newest[0].code if newest else str(edition.as_of.year - 1)


def _answered(view: OpenView, question: Question) -> OpenData:
    grouping = question.grouping(groups.in_view())
    cells = [
        Cell(key=one.key, name_zh=one.name_zh, name_en=one.name_en)
        for one in grouping.groups
    ]
    whole = Cell(key=question.within, name_zh="合计", name_en="total")
    *regions, total = published(question, [*cells, whole], NOBODY)
    return OpenData(
        view, Answer(question, view.edition.is_invented, tuple(regions)), total
    )
