"""A gypsum works with an editor, and the authority of its county."""

from dataclasses import dataclass
from datetime import date

from tests import worlds
from tests.exchange.market import party
from tests.ledger.yard import add, gypsum
from wastehub.accounts.models import Jurisdiction, User
from wastehub.ledger.kinds import Kind
from wastehub.registry.models import Facility
from wastehub.reporting.declarations import declaration_draft, declaration_submit
from wastehub.reporting.models import Declaration
from wastehub.trail.models import Actor

SEPTEMBER = date(2026, 9, 1)


@dataclass(frozen=True)
class Office:
    """The site, and who speaks for it, watches it, and watches another place."""

    site: Facility
    declarant: Actor
    regulator: Actor
    stranger: Actor


def regulator(name: str, adcode: str) -> Actor:
    """A user who watches a region."""
    user = User.objects.create_user(name)
    Jurisdiction.objects.create(user=user, adcode=adcode)
    return Actor(user, "10.0.0.2")


def office() -> Office:
    """A works in the west county, watched from the west, with a month of entries."""
    worlds.two_counties()
    works = party(104.5)
    add(works.site, Kind.OPENING, 1000, occurred_on=date(2026, 8, 31))
    add(works.site, Kind.GENERATED, 500, occurred_on=date(2026, 9, 1))
    add(works.site, Kind.USED, 300, occurred_on=date(2026, 9, 30), is_old_stock=True)
    add(works.site, Kind.LOSS, 20, occurred_on=date(2026, 9, 30))
    add(works.site, Kind.GENERATED, 70, occurred_on=date(2026, 10, 1))
    return Office(
        works.site,
        works.actor,
        regulator("west", worlds.WEST),
        regulator("east", worlds.EAST),
    )


def drafted(at: Office, month: date = SEPTEMBER) -> Declaration:
    """September as the ledger has it."""
    return declaration_draft(
        facility=at.site, material=gypsum(), month=month, actor=at.declarant
    )


def submitted(at: Office) -> Declaration:
    """September, handed in."""
    return declaration_submit(declaration=drafted(at), actor=at.declarant)
