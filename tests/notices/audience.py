"""People of a market who hear of things, and what they heard."""

from typing import Any

from tests.exchange.market import Market
from wastehub.accounts.models import Jurisdiction, User
from wastehub.notices.models import Hook, Notice
from wastehub.notices.preferences import Ways, ways_choose
from wastehub.notices.telling import tell_untold
from wastehub.trail.models import Untold


def regulator(adcode: str) -> User:
    """Somebody who watches a region."""
    user = User.objects.create_user(f"regulator{adcode}", f"{adcode}@example.org")
    Jurisdiction.objects.create(user=user, adcode=adcode)
    return user


def wants(user: User, kind: str, **ways: bool) -> None:
    """The user chooses how to be told of a kind of act."""
    ways_choose(user=user, chosen={kind: Ways(**ways)})


def heard(user: User) -> list[str]:
    """The kinds of notices of a user, oldest first, after all is told."""
    tell_untold()
    rows = Notice.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def silence() -> None:
    """Nobody will be told of what was done so far."""
    Untold.objects.all().delete()


def hook(at: Market, url: str, kinds: list[str] | None = None, **values: Any) -> Hook:
    """A webhook of the seller, entered past the check of its address."""
    user = at.seller.actor.user
    return Hook.objects.create(
        organisation=at.seller.site.organisation,
        url=url,
        kinds=kinds or ["offer_made"],
        made_by=user,
        **values,
    )
