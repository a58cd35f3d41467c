"""What a user may do with an offer or an agreement now; the pages show a button each.

The services check the same by ``states.require``; this only tells beforehand. Of many
rows :func:`~.parties.signs_for` is asked once.
"""

from collections.abc import Collection

from django.utils import timezone

from wastehub.accounts.models import User
from wastehub.exchange.models import Agreement, Offer
from wastehub.exchange.parties import sides_of
from wastehub.exchange.states import (
    AGREEMENT_MOVES,
    OFFER_MOVES,
    Side,
    allowed,
)
from wastehub.registry.models import Facility, Supply

OF_THE_MAKER = "withdraw"


def offer_moves(signing: Collection[int], offer: Offer) -> list[str]:
    """Names of :data:`~.states.OFFER_MOVES`: the maker withdraws, the other answers.

    ``signing`` are the keys of the organisations that the user signs for.
    """
    sides = _sides(signing, offer.supply.facility, offer.consignee)
    is_over = offer.expires_on < timezone.localdate()
    found = []
    for name in allowed(OFFER_MOVES, offer.status, Side.CONSIGNOR):
        is_makers = name == OF_THE_MAKER
        side = offer.side if is_makers else offer.answering_side
        if side in sides and (is_makers or not is_over):
            found.append(name)
    return found


def agreement_moves(signing: Collection[int], agreement: Agreement) -> list[str]:
    """Names of :data:`~.states.AGREEMENT_MOVES` that one of the user's sides does."""
    sides = _sides(signing, agreement.consignor, agreement.consignee)
    names = [allowed(AGREEMENT_MOVES, agreement.status, side) for side in sides]
    return sorted(set().union(*names))


def ending_side(user: User | None, agreement: Agreement) -> Side:
    """The side that a user speaks for; of an outsider the service refuses either."""
    sides = sides_of(user, agreement.consignor, agreement.consignee)
    return sides[0] if sides else Side.CONSIGNOR


def offering_side(user: User | None, supply: Supply, consignee: Facility) -> Side:
    """The side that offers: whoever speaks for both asks for the supply."""
    sides = sides_of(user, supply.facility, consignee)
    return sides[-1] if sides else Side.CONSIGNEE


def offer_thread(offer: Offer) -> list[Offer]:
    """The offer with all that it answers and all that answers it, the first first."""
    near = Offer.objects.filter(supply=offer.supply_id, consignee=offer.consignee_id)
    near = near.select_related("agreement").order_by("pk")
    thread = [row for row in near if row.pk == offer.pk]
    for row in near:
        if thread[-1].pk == row.counters_id:
            thread.append(row)
    for row in reversed(near):
        if row.pk == thread[0].counters_id:
            thread.insert(0, row)
    return thread


def _sides(
    signing: Collection[int], consignor: Facility, consignee: Facility
) -> list[Side]:
    ends = {Side.CONSIGNOR: consignor, Side.CONSIGNEE: consignee}
    return [side for side, site in ends.items() if site.organisation_id in signing]
