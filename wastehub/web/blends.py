"""Which supplies a mix may be made of: those that the search shows the same viewer."""

from wastehub.registry.models import Demand, Facility
from wastehub.registry.querysets import SupplyQuerySet
from wastehub.web import policy

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
