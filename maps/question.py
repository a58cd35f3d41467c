"""What somebody asks of the balance: of what, by what, where, when, as known when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from maps import groups, subjects
from maps.balance import ALWAYS
from maps.groups import Grouping
from maps.periods import Period, last_months, parse
from maps.subjects import Subject
from wastehub.errors import Refused
from wastehub.ledger.months import PileMonth
from wastehub.ledger.periods import month_before, month_of
from wastehub.places import adcodes
from wastehub.places.models import Region
from wastehub.registry.querysets import FacilityQuerySet

REGION_LEVELS: Final = ("country", "province", "prefecture", "county")
OWNED_LEVELS: Final = ("company", "site")
LEVELS: Final = (*REGION_LEVELS, *OWNED_LEVELS)
FIRST_LEVEL: Final = "prefecture"
MONTHS_AT_FIRST: Final = 12


@dataclass(frozen=True)
class Question:
    """``within`` is the adcode of the region that the groups lie in.

    ``as_of`` is the day as known on which the figures are told, or ``ALWAYS``.
    """

    subject: Subject
    level: str
    within: str
    period: Period
    as_of: date

    def grouping(self, sites: FacilityQuerySet) -> Grouping:
        """The groups that are asked about, of some sites."""
        here = sites.within(self.within)
        if self.level == "company":
            return groups.by_company(here)
        if self.level == "site":
            return groups.by_site(here)
        return groups.by_level(self.level, sites, self.within)


def ask(told: Mapping[str, str]) -> Question:
    """The question of ``material``, ``level``, ``within``, ``period`` and ``as_of``.

    What is not given, or empty, is phosphogypsum, by prefecture, everywhere, in the
    last twelve months that anything is known of, as known today.

    Raises
    ------
    Refused
        ``bad_question``, with all fields at fault; see also
        :func:`~maps.subjects.subject` and :func:`~maps.periods.parse`.
    """
    faults: dict[str, str] = {}
    given = {name: value for name, value in told.items() if value}
    found = {
        "subject": _tried(
            subjects.subject, given.get("material", subjects.FIRST), faults
        ),
        "level": _tried(_level, given.get("level", FIRST_LEVEL), faults),
        "within": _tried(_region, given.get("within", adcodes.COUNTRY), faults),
        "period": _tried(_period, given.get("period", ""), faults),
        "as_of": _tried(_day, given.get("as_of", ""), faults),
    }
    if faults:
        raise Refused("bad_question", _("The question has faults."), faults)
    return Question(**found)


def level_within(adcode: str) -> str:
    """What a region is divided into at first; a county into its sites."""
    if adcode == adcodes.COUNTRY:
        whole = Region.objects.current().filter(adcode=adcodes.COUNTRY)
        return "province" if whole.exists() else FIRST_LEVEL
    finer = {2: "prefecture", 4: "county", 6: "site"}
    return finer[len(adcodes.prefix(adcode))]


def newest_months(count: int = MONTHS_AT_FIRST) -> Period:
    """The last months that are over and of which a ledger tells anything."""
    ended = PileMonth.objects.filter(month__lt=month_of(timezone.localdate()))
    newest = ended.aggregate(newest=Max("month"))["newest"]
    return last_months(count, newest or month_before(timezone.localdate()))


def _tried(read: Callable[[str], Any], text: str, faults: dict[str, str]) -> Any:
    try:
        return read(text)
    except Refused as refused:
        faults.update(refused.fields)
        return None


def _level(text: str) -> str:
    if text not in LEVELS:
        told = _("Ask by one of: %(levels)s.") % {"levels": ", ".join(LEVELS)}
        raise Refused("unknown_level", told, {"level": told})
    return text


def _region(text: str) -> str:
    if text == adcodes.COUNTRY:
        return text
    if not Region.objects.current().filter(adcode=text).exists():
        told = _("There is no region %(adcode)s on the map.") % {"adcode": text}
        raise Refused("unknown_adcode", told, {"within": told})
    return text


def _period(text: str) -> Period:
    return parse(text) if text else newest_months()


def _day(text: str) -> date:
    if not text:
        return ALWAYS
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        told = _("Write a day as 2026-03-31.")
        raise Refused("bad_day", told, {"as_of": told}) from fault
