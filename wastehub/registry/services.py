"""Writing supplies, demands and assays; every service is one transaction.

``*_put`` serves outside sources: found by key, written only if changed. The others
serve people: they check what was entered and say every fault at once.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wastehub import sourcekey
from wastehub.catalogue.models import Material, UseRoute
from wastehub.registry import checks
from wastehub.registry.models import (
    HORIZON_CEILING_YEARS,
    Assay,
    AssayValue,
    Demand,
    Facility,
    Listing,
    Supply,
)
from wastehub.registry.reports import reported_values
from wastehub.registry.sites import facility_create, facility_put

__all__ = [
    "assay_create",
    "demand_create",
    "demand_put",
    "facility_create",
    "facility_put",
    "listing_withdraw",
    "supply_create",
    "supply_put",
    "supply_update",
]


@transaction.atomic
def supply_create(
    *,
    facility: Facility,
    material: Material,
    stock_kg: int = 0,
    rate_kg_per_year: int = 0,
    price_yuan_per_t: Decimal = Decimal(0),
    valid_until: date | None = None,
) -> Supply:
    """Offer a material: a stock in hand, a yearly rate, or both.

    Raises
    ------
    Refused
        ``invalid``, with every field at fault.
    """
    supply = Supply(
        facility=facility,
        material=material,
        stock_kg=stock_kg,
        rate_kg_per_year=rate_kg_per_year,
        price_yuan_per_t=price_yuan_per_t,
        valid_until=valid_until,
    )
    _check_supply(supply)
    supply.save()
    return supply


@transaction.atomic
def supply_update(*, supply: Supply, **changes: Any) -> Supply:
    """Change what is offered, its price or its validity; refuses as on creation."""
    supply = Supply.objects.select_for_update().get(pk=supply.pk)
    for name, value in changes.items():
        setattr(supply, name, value)
    _check_supply(supply)
    supply.save()
    return supply


@transaction.atomic
def demand_create(
    *,
    facility: Facility,
    route: UseRoute,
    capacity_kg_per_year: int,
    base_kg_per_year: int | None = None,
    farthest_km: float | None = None,
    price_yuan_per_t: Decimal = Decimal(0),
    valid_until: date | None = None,
) -> Demand:
    """Want a yearly mass by one route; the base is the capacity unless it is given.

    Raises
    ------
    Refused
        ``invalid``, with every field at fault.
    """
    base = capacity_kg_per_year if base_kg_per_year is None else base_kg_per_year
    demand = Demand(
        facility=facility,
        route=route,
        capacity_kg_per_year=capacity_kg_per_year,
        base_kg_per_year=base,
        farthest_km=farthest_km,
        price_yuan_per_t=price_yuan_per_t,
        valid_until=valid_until,
    )
    _check_demand(demand)
    demand.save()
    return demand


@transaction.atomic
def listing_withdraw(*, listing: Listing) -> None:
    """Take a supply or demand off the market; it stays on record."""
    listing.status = Listing.Status.WITHDRAWN
    listing.save(update_fields=["status", "changed_at"])


def supply_put(*, source_key: str, **values: Any) -> tuple[Supply, bool]:
    """Bring a supply of an outside source up to date, reopening a withdrawn one."""
    return sourcekey.put(Supply, source_key, status=Listing.Status.OPEN, **values)


def demand_put(*, source_key: str, **values: Any) -> tuple[Demand, bool]:
    """Bring a demand of an outside source up to date, reopening a withdrawn one."""
    return sourcekey.put(Demand, source_key, status=Listing.Status.OPEN, **values)


@transaction.atomic
def assay_create(
    *,
    supply: Supply,
    sampled_on: date,
    values: Mapping[str, float],
    laboratory: str = "",
    report_number: str = "",
    reported_basis: str = Assay.Basis.DRY,
) -> Assay:
    """Record a laboratory report.

    Values are in each parameter's unit. A report on the sample as received is brought
    to the dry basis of the parameters that have one, by its own moisture.

    Raises
    ------
    Refused
        ``invalid``: an unknown parameter or an implausible value at
        ``values.<code>``, oxides that pass the whole, a wet report without moisture,
        no value at all, or a sampling day in the future.
    """
    entered = reported_values(
        material=supply.material,
        sampled_on=sampled_on,
        values=values,
        reported_basis=reported_basis,
    )
    assay = Assay.objects.create(
        supply=supply,
        sampled_on=sampled_on,
        reported_basis=reported_basis,
        laboratory=laboratory,
        report_number=report_number,
    )
    AssayValue.objects.bulk_create(
        AssayValue(assay=assay, parameter=parameter, value=value)
        for parameter, value in entered
    )
    supply.save(update_fields=["changed_at"])
    return assay


def _check_supply(supply: Supply) -> None:
    faults: checks.Faults = {}
    checks.mass(faults, "stock_kg", supply.stock_kg)
    checks.mass(faults, "rate_kg_per_year", supply.rate_kg_per_year)
    if supply.stock_kg == 0 and supply.rate_kg_per_year == 0:
        faults["stock_kg"] = _("State a stock, a yearly rate, or both.")
    rate_kg = supply.rate_kg_per_year * HORIZON_CEILING_YEARS
    _check_listing(faults, supply, supply.stock_kg + rate_kg)
    checks.refuse_if_any(faults)


def _check_demand(demand: Demand) -> None:
    faults: checks.Faults = {}
    checks.mass(faults, "capacity_kg_per_year", demand.capacity_kg_per_year)
    checks.mass(faults, "base_kg_per_year", demand.base_kg_per_year)
    if demand.capacity_kg_per_year == 0:
        faults["capacity_kg_per_year"] = _("State how much can be taken in a year.")
    elif demand.base_kg_per_year < demand.capacity_kg_per_year:
        faults["base_kg_per_year"] = _("The base can not be less than the capacity.")
    checks.haul(faults, "farthest_km", demand.farthest_km)
    _check_listing(faults, demand, demand.capacity_kg_per_year * HORIZON_CEILING_YEARS)
    checks.refuse_if_any(faults)


def _check_listing(faults: checks.Faults, listing: Listing, mass_kg: int) -> None:
    checks.price(faults, "price_yuan_per_t", listing.price_yuan_per_t)
    checks.value(faults, "price_yuan_per_t", mass_kg, listing.price_yuan_per_t)
    if not listing.is_estimated:
        checks.validity(faults, "valid_until", listing.valid_until)
