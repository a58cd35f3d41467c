"""A works in the west that ships to a kiln in the east."""

from datetime import date

from tests import worlds
from tests.ledger.yard import add, works
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.registry.models import Facility


def works_and_kiln() -> tuple[Facility, Facility]:
    """In March 2025, of 100 t made in the west 60 go east, where 40 are used."""
    worlds.two_counties()
    west, east = works(104.5), works(105.5)
    day = date(2025, 3, 10)
    add(west, Kind.GENERATED, 100_000, occurred_on=day)
    add(west, Kind.SHIPPED, 60_000, occurred_on=day, counterparty=east)
    add(west, Kind.DISPOSED, 5_000, occurred_on=day)
    add(
        east,
        Kind.RECEIVED,
        60_000,
        occurred_on=day,
        counterparty=west,
        evidence=Evidence.WEIGHED,
    )
    add(east, Kind.USED, 40_000, occurred_on=day)
    return west, east
