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
from wastehub.places.models import Region, Zone
from wastehub.places.retired import resolve
from wastehub.registry.querysets import FacilityQuerySet

REGION_LEVELS: Final = ("country", "province", "prefecture", "county")
ZONE_LEVELS: Final = ("economic_region", "basin", "park")
OWNED_LEVELS: Final = ("company", "site")
LEVELS: Final = (*REGION_LEVELS, *ZONE_LEVELS, *OWNED_LEVELS)
FIRST_LEVEL: Final = "prefecture"
MONTHS_AT_FIRST: Final = 12


@dataclass(frozen=True)
class Place:
    """A region or a zone by its code, and what became of a retired adcode."""

    code: str
    zone: Zone | None = None
    note: str = ""


@dataclass(frozen=True)
class Question:
    """``place`` is the region or zone that the groups lie in.

    ``as_of`` is the day as known on which the figures are told, or ``ALWAYS``.
    """

    subject: Subject
    level: str
    place: Place
    period: Period
    as_of: date

    @property
    def within(self) -> str:
        """The adcode of the region, or the code of the zone, that it looks into."""
        return self.place.code

    @property
    def note(self) -> str:
        """What became of a retired code that was asked for; nothing otherwise."""
        return self.place.note

    def sites(self, sites: FacilityQuerySet) -> FacilityQuerySet:
        """Those of some sites that lie in the place."""
        zone = self.place.zone
        return sites.in_zone(zone) if zone else sites.within(self.within)

    def grouping(self, sites: FacilityQuerySet) -> Grouping:
        """The groups that are asked about, of some sites."""
        zone, here = self.place.zone, self.sites(sites)
        if self.level == "company":
            return groups.by_company(here)
        if self.level == "site":
            return groups.by_site(here)
        if self.level in ZONE_LEVELS:
            return groups.by_zone(self.level, here)
        if zone:
            return groups.by_level_in_zone(self.level, sites, zone)
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
    # PostgreSQL takes no NUL in a text.
    given = {name: told[name].replace("\0", "\ufffd") for name in told if told[name]}
    found = {
        "subject": _tried(
            subjects.subject, given.get("material", subjects.FIRST), faults
        ),
        "level": _tried(_level, given.get("level", FIRST_LEVEL), faults),
        "place": _tried(_place, given.get("within", adcodes.COUNTRY), faults),
        "period": _tried(_period, given.get("period", ""), faults),
        "as_of": _tried(_as_of, given.get("as_of", ""), faults),
    }
    if faults:
        raise Refused("bad_question", _("The question has faults."), faults)
    return Question(**found)


def region_of(question: Question) -> Region:
    """The region that a question looks into.

    Of the country, where only a part of it is on the map, that part's first province.

    Raises
    ------
    Refused
        ``no_region``: it looks into a zone. ``no_boundaries``: there is no map yet.
    """
    if question.place.zone:
        told = _("This is told of regions, not of zones.")
        raise Refused("no_region", told, {"within": told})
    rows = Region.objects.current()
    found = rows.filter(adcode=question.within).first() or rows.with_parts().first()
    if found is None:
        raise Refused("no_boundaries", _("No boundaries are loaded yet."))
    return found


def level_within(code: str) -> str:
    """What a region or zone is divided into at first; a county into its sites."""
    if code == adcodes.COUNTRY:
        whole = Region.objects.current().filter(adcode=adcodes.COUNTRY)
        return "province" if whole.exists() else FIRST_LEVEL
    if not adcodes.is_adcode(code):
        return "county"
    finer = {2: "prefecture", 4: "county", 6: "site"}
    return finer[len(adcodes.prefix(code))]


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


def _place(text: str) -> Place:
    if text == adcodes.COUNTRY:
        return Place(text)
    zone = Zone.objects.filter(code=text).first()
    if zone is not None:
        return Place(text, zone)
    try:
        found = resolve(text)
    except Refused as refused:
        told = {"within": refused.message}
        raise Refused(refused.code, refused.message, told) from refused
    return Place(found.region.adcode, None, found.note)


def _period(text: str) -> Period:
    return parse(text) if text else newest_months()


def day_of(text: str) -> date:
    """The day that a text writes.

    Raises
    ------
    Refused
        ``bad_day``.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        told = _("Write a day as 2026-03-31.")
        raise Refused("bad_day", told, {"as_of": told}) from fault


def _as_of(text: str) -> date:
    return day_of(text) if text else ALWAYS
