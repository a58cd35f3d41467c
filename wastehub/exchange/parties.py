"""Who acts: only an editor of a site's organisation speaks and signs for it."""

from django.utils.translation import gettext as _

from wastehub.accounts.models import Membership, User
from wastehub.errors import NotYours
from wastehub.exchange.states import Side
from wastehub.registry.models import Facility
from wastehub.trail.models import Actor


def speaks_for(user: User | None, site: Facility) -> bool:
    """Whether a user may act for a site; the operator's staff may not sign for it."""
    return (
        user is not None
        and Membership.objects.filter(
            user=user,
            organisation=site.organisation_id,
            role=Membership.Role.EDITOR,
        ).exists()
    )


def signs_for(user: User | None) -> set[int]:
    """The keys of the organisations that a user may sign for."""
    editing = Membership.objects.filter(user=user, role=Membership.Role.EDITOR)
    return set(editing.values_list("organisation", flat=True)) if user else set()


def require_speaker(actor: Actor, site: Facility) -> None:
    """Refuse whoever acts for a site that is not theirs.

    Raises
    ------
    NotYours
        ``not_your_site``.
    """
    if not speaks_for(actor.user, site):
        raise NotYours("not_your_site", _("You do not act for this site."))


def sides_of(user: User | None, consignor: Facility, consignee: Facility) -> list[Side]:
    """The sides for which a user may act; both, where one owner ships to itself."""
    ends = {Side.CONSIGNOR: consignor, Side.CONSIGNEE: consignee}
    return [side for side, site in ends.items() if speaks_for(user, site)]
