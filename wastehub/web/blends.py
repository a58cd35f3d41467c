"""Which supplies a mix may be made of: those that the search shows the same viewer."""

from dataclasses import replace

from matching.blending import place_of
from matching.mixes import Place
from wastehub.registry.models import Demand, Facility
from wastehub.registry.querysets import SupplyQuerySet
from wastehub.web import policy, reveal

DEFAULT_WITHIN_KM = 200
WIDEST_KM = 2000


def supplies_for(user: policy.Viewer, demand: Demand | None) -> SupplyQuerySet:
    """Open supplies that the viewer sees, real ones or invented ones, never both.

    A demand is mixed for from its own kind; a point from real ones as soon as there is
    a real site.
    """
    is_invented = (
        demand.facility.organisation.is_invented
        if demand
        else not Facility.objects.real().exists()
    )
    return policy.supplies(user).open().invented(is_invented)


def place_for(user: policy.Viewer, demand: Demand, within_km: float) -> Place:
    """The place of a demand; its county's, and no masses, to whom it is blurred."""
    reveal.mark(user, [demand.facility])
    place = place_of(demand, within_km)
    if reveal.is_in_full(demand.facility):
        return place
    middle = reveal.place_of(demand.facility)
    return replace(place, point=middle, mix_kg=None, waste_kg=None)
