"""Retired codes: which region stands for one today, and whose regulators it moves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wastehub.errors import Refused
from wastehub.places import adcodes
from wastehub.places.models import Region, Succession, Zone


@dataclass(frozen=True)
class Resolved:
    """The region of the current map that a code stands for.

    ``retired_as`` is what became of the code, where the map no longer has it.
    """

    region: Region
    retired_as: Succession | None

    @property
    def note(self) -> str:
        """What became of a retired code, for people; nothing of a current one."""
        old = self.retired_as
        if old is None:
            return ""
        if old.is_whole:
            told = _("%(old)s has been part of %(new)s since %(year)s.")
        else:
            told = _("Most of %(old)s has been part of %(new)s since %(year)s.")
        return told % {
            "old": f"{old.retired} {old.name_zh}",
            "year": old.since.year,
            "new": f"{self.region.adcode} {self.region.name}",
        }


def resolve(adcode: str) -> Resolved:
    """Region of the current map that a code, current or retired, stands for.

    A retired code gives its successor's region, that of a successor retired in its turn
    the next one's. The region comes without its shapes; they are fetched when asked
    for.

    Raises
    ------
    Refused
        ``unknown_adcode``: no region has the code, nor any that came after it.
    """
    region = _current(adcode)
    if region is not None:
        return Resolved(region, None)
    last = _last_code(adcode)
    region = _current(last) if last != adcode else None
    if region is None:
        message = _("No region of the map has the code %(code)s.") % {"code": adcode}
        raise Refused("unknown_adcode", message, {"adcode": message})
    return Resolved(region, Succession.objects.get(retired=adcode))


def prefixes_of(codes: Iterable[str]) -> list[str]:
    """The digits that every adcode inside some regions starts with, sorted.

    A retired code stands for itself, for what was written while it was in force, and
    for the whole of its successor.
    """
    return sorted({adcodes.prefix(code) for code in _with_successors(codes)})


def zone_prefixes(zone: Zone) -> list[str]:
    """As :func:`prefixes_of`, of the regions that make up a zone."""
    return prefixes_of(zone.parts.values_list("adcode", flat=True))


def with_retired(codes: Iterable[str]) -> set[str]:
    """These codes and the retired ones that they came after."""
    return _closure(codes, "successor", "retired")


def _current(adcode: str) -> Region | None:
    if not adcodes.is_adcode(adcode):
        return None
    found = Region.objects.current().filter(adcode=adcode)
    return found.defer("shape", "drawn_shape").first()


def _last_code(adcode: str) -> str:
    """The end of a code's chain; a ring, which no load writes, ends where it closes."""
    seen = [adcode]
    following = Succession.objects.in_force().values_list("successor", flat=True)
    while adcodes.is_adcode(seen[-1]):
        after = following.filter(retired=seen[-1]).first()
        if after is None or after in seen:
            break
        seen.append(after)
    return seen[-1]


def _with_successors(codes: Iterable[str]) -> set[str]:
    return _closure(codes, "retired", "successor")


def _closure(codes: Iterable[str], start: str, end: str) -> set[str]:
    """The codes, and all that any number of successions leads to from them."""
    known = set(codes)
    reached = known
    while reached:
        steps = Succession.objects.in_force().filter(**{f"{start}__in": reached})
        reached = set(steps.values_list(end, flat=True)) - known
        known = known | reached
    return known
