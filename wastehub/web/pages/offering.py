"""What a new offer starts from: a supply, a demand, or a match of the two."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from matching.models import Match
from wastehub.catalogue.models import Admission, UseRoute
from wastehub.exchange.states import Side
from wastehub.registry.models import Demand, Facility, Supply
from wastehub.units import tonnes_from_kg
from wastehub.web import policy
from wastehub.web.offer_form import usual_terms
from wastehub.web.pages.listing import demands_in_full, supplies_in_full
from wastehub.web.reveal import listing_in_full


@dataclass(frozen=True)
class Start:
    """What may be chosen, and whose offer it is."""

    supply: Any | None
    demand: Demand | None
    supplies: QuerySet[Supply]
    consignees: QuerySet[Facility]
    routes: QuerySet[UseRoute]
    side: Side

    @property
    def may_be_made(self) -> bool:
        """Whether there is a site of the user's for its end."""
        return bool(self.supplies) and bool(self.consignees)

    def initial(self, user: policy.Viewer) -> dict[str, Any]:
        """The form's first values; of a match its mass and its price."""
        told = usual_terms() | {"haulier": Side.CONSIGNEE}
        if self.demand is not None:
            told["route"] = self.demand.route.code
            told["price_yuan_per_t"] = self.demand.price_yuan_per_t
        if self.side == Side.CONSIGNEE and self.supply is not None:
            told["price_yuan_per_t"] = self.supply.price_yuan_per_t
        return told | self._only_ones() | self._mass(user)

    def _only_ones(self) -> dict[str, Any]:
        """Where there is no choice to make, it is made."""
        rows: dict[str, QuerySet[Any]] = {
            "supply": self.supplies,
            "consignee": self.consignees,
        }
        keys = {name: [row.public_id for row in found] for name, found in rows.items()}
        return {name: found[0] for name, found in keys.items() if len(found) == 1}

    def _mass(self, user: policy.Viewer) -> dict[str, Any]:
        """What the match moves, or what the demand takes; no more than there is.

        Nothing where one of the two is not the user's to know exactly.
        """
        if self.supply is None or self.demand is None:
            return {}
        if not (listing_in_full(self.supply) and listing_in_full(self.demand)):
            return {}
        match = _match(user, self.supply, self.demand)
        wanted_kg = match.mass_kg if match else 0
        wanted_kg = wanted_kg or self.demand.capacity_kg_per_year
        mass_kg = min(wanted_kg, self.supply.available_kg)
        return {"mass_t": tonnes_from_kg(mass_kg)} if mass_kg else {}


def start(request: HttpRequest) -> Start:
    """What the address names: ``?supply=``, ``?demand=`` or both.

    Whoever holds the supply offers it; anybody else asks for it. 404 where neither is
    named or one is not to be seen.
    """
    supply, demand = _supply(request), _demand(request)
    if supply is None and demand is None:
        raise Http404
    own = policy.signable_facilities(request.user)
    offers = supply is None or own.filter(pk=supply.facility_id).exists()
    side = Side.CONSIGNOR if offers else Side.CONSIGNEE
    return Start(
        supply=supply,
        demand=demand,
        supplies=_supplies(supply, own),
        consignees=_consignees(supply, demand, own, side),
        routes=_routes(supply, demand),
        side=side,
    )


def _supply(request: HttpRequest) -> Supply | None:
    key = _key(request, "supply")
    rows = supplies_in_full(policy.supplies(request.user).open())
    return get_object_or_404(rows, public_id=key) if key else None


def _demand(request: HttpRequest) -> Demand | None:
    key = _key(request, "demand")
    rows = demands_in_full(policy.demands(request.user).open())
    return get_object_or_404(rows, public_id=key) if key else None


def _key(request: HttpRequest, name: str) -> UUID | None:
    asked = request.GET.get(name)
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise Http404 from None


def _supplies(supply: Supply | None, own: QuerySet[Facility]) -> QuerySet[Supply]:
    rows = supplies_in_full(Supply.objects.open())
    if supply is not None:
        return rows.filter(pk=supply.pk)
    return rows.filter(facility__in=own.values("pk")).order_by("material__code", "pk")


def _consignees(
    supply: Supply | None,
    demand: Demand | None,
    own: QuerySet[Facility],
    side: Side,
) -> QuerySet[Facility]:
    """The demand's site; else the user's own ones, the supply's not among them."""
    if demand is not None:
        return Facility.objects.filter(pk=demand.facility_id)
    if side == Side.CONSIGNOR or supply is None:
        return Facility.objects.none()
    return own.exclude(pk=supply.facility_id).order_by("name_zh")


def _routes(supply: Supply | None, demand: Demand | None) -> QuerySet[UseRoute]:
    """The demand's route; else those whose rules admit the material."""
    if demand is not None:
        return UseRoute.objects.filter(pk=demand.route_id)
    admitted = Admission.objects.filter(admitted=True)
    if supply is not None:
        admitted = admitted.filter(material=supply.material)
    return UseRoute.objects.filter(pk__in=admitted.values("route")).order_by("code")


def _match(user: policy.Viewer, supply: Supply, demand: Demand) -> Match | None:
    found = policy.matches(user).filter(supply=supply, demand=demand)
    return found.order_by("-run__created_at", "-pk").first()
