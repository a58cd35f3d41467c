"""A gypsum works in the west county in the year 2025, looked at from January 2026."""

from datetime import date
from types import ModuleType

from maps.alerts.found import Found
from maps.groups import invented_or_real
from tests import worlds
from tests.ledger.yard import add, gypsum, works
from wastehub.ledger.kinds import Kind
from wastehub.ledger.yards import capacity_declare
from wastehub.registry.models import Facility
from wastehub.trail.models import SYSTEM

# A day before December has to be declared, and tomorrow still is.
TODAY = date(2026, 1, 14)
BEFORE = date(2025, 12, 31)


def a_works() -> Facility:
    """The works, with nothing in its ledger."""
    worlds.two_counties()
    return works()


def found(rule: ModuleType, today: date = TODAY) -> list[Found]:
    """What a rule finds at the real sites."""
    return list(rule.find(today, invented_or_real(is_invented=False)))


def made(site: Facility, month: int, mass_kg: int, year: int = 2025) -> None:
    """So much was generated in a month."""
    add(site, Kind.GENERATED, mass_kg, occurred_on=date(year, month, 10))


def used(site: Facility, month: int, mass_kg: int) -> None:
    """So much was used in a month of 2025, after what was made in it."""
    add(site, Kind.USED, mass_kg, occurred_on=date(2025, month, 20))


def holds(site: Facility, capacity_kg: int, declared_on: date = TODAY) -> None:
    """The yard holds so much."""
    capacity_declare(
        facility=site,
        material=gypsum(),
        capacity_kg=capacity_kg,
        source="a survey",
        declared_on=declared_on,
        actor=SYSTEM,
    )


def nine_tenths_full(capacity_kg: int = 1_000_000) -> Facility:
    """A works whose yard, and nothing else, is worth an alert."""
    site = a_works()
    add(site, Kind.OPENING, 900_000, occurred_on=BEFORE)
    holds(site, capacity_kg)
    return site
