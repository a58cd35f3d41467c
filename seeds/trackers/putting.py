"""Plants into the registry: owner, facility and listings, found again by their keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from seeds.trackers.estimating import Draft, Factors, Gap, Side
from seeds.trackers.plants import Plant
from seeds.trackers.report import Kind, Report
from seeds.trackers.source import Source
from wastehub.accounts.models import Organisation
from wastehub.accounts.services import organisation_put
from wastehub.catalogue.models import Material, UseRoute
from wastehub.errors import Refused
from wastehub.geodesy import Datum
from wastehub.places import adcodes
from wastehub.registry import checks
from wastehub.registry.models import Demand, Facility, Listing, Supply
from wastehub.registry.services import (
    demand_put,
    facility_put,
    listing_withdraw,
    supply_put,
)

# As long as a source key may be.
OWNER_KEY_LENGTH = 200


@dataclass
class Desk:
    """What an import has at hand, and what it has put so far."""

    source: Source
    factors: Factors
    materials: Mapping[str, Material]
    routes: Mapping[str, UseRoute]
    report: Report
    owners: dict[str, Organisation] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    provinces: set[str] = field(default_factory=set)


def put_plant(desk: Desk, plant: Plant) -> bool:
    """Put a plant with its listings, all or nothing; says whether it went in."""
    try:
        with transaction.atomic():
            owner, owner_is_new = _owner(desk, plant)
            facility, is_changed = _facility(desk, plant, owner)
            drafts = desk.source.estimate(plant, facility.county.adcode, desk.factors)
            listings = [
                (draft, _listing(desk, facility, plant, draft))
                for draft in drafts
                if isinstance(draft, Draft)
            ]
    except (Refused, ValidationError) as refusal:
        desk.report.note(plant.line, Kind.FAULT, reason_of(refusal))
        return False
    # Only what the transaction kept is remembered.
    _remember_owner(desk, owner, owner_is_new)
    desk.provinces.add(adcodes.province_of(facility.county.adcode))
    desk.report.facilities.add(is_changed)
    for draft, was_written in listings:
        desk.kept.add(_key(desk, plant, draft.code))
        desk.report.put(draft, was_written)
    _tell_gaps(desk.report, plant, drafts)
    return True


def reason_of(refusal: Refused | ValidationError) -> str:
    """Why something was refused, in a line."""
    if isinstance(refusal, ValidationError):
        return "; ".join(
            f"{field}: {' '.join(texts)}"
            for field, texts in refusal.message_dict.items()
        )
    if refusal.code == "invalid":
        return "; ".join(f"{field}: {text}" for field, text in refusal.fields.items())
    return refusal.message


def withdraw_rest(
    desk: Desk, region: str | None, untouchable: set[str], reasons: Mapping[str, str]
) -> None:
    """Withdraw what this source listed earlier and lists no more.

    It looks only within the region, or the provinces where this file has plants, and
    leaves alone every plant whose row is at fault now: a slip is no closure.
    """
    scope = {region} if region else desk.provinces
    for adcode in sorted(scope):
        open_here = [
            model.objects.within(adcode)
            .filter(status="open", source_key__startswith=f"{desk.source.code}:")
            .order_by("source_key")
            for model in (Supply, Demand)
        ]
        for listing in chain.from_iterable(open_here):
            _withdraw(desk, listing, untouchable, reasons)


def _withdraw(
    desk: Desk,
    listing: Listing,
    untouchable: set[str],
    reasons: Mapping[str, str],
) -> None:
    listing_key = str(listing.source_key)
    plant_key = listing_key.split(":")[1]
    if listing_key in desk.kept or plant_key in untouchable:
        return
    listing_withdraw(listing=listing)
    desk.report.withdrawn += 1
    reason = reasons.get(plant_key, "the plant is no longer in the file")
    desk.report.note(0, Kind.WITHDRAWN, f"{listing_key}: {reason}")


def _facility(desk: Desk, plant: Plant, owner: Organisation) -> tuple[Facility, bool]:
    return facility_put(
        source_key=f"{desk.source.code}:{plant.key}",
        organisation=owner,
        name_zh=plant.name_zh or plant.name_en or plant.key,
        name_en=plant.name_en,
        lon=plant.lon,
        lat=plant.lat,
        # The trackers name no reference system; WGS 84 is what web maps are read in.
        datum=Datum.WGS84,
        origin=Facility.Origin.TRACKER,
        is_approximate=plant.is_approximate,
        source=desk.source.credit,
    )


def _owner(desk: Desk, plant: Plant) -> tuple[Organisation, bool]:
    """The owner by its name; the first plant of an owner settles how it is written."""
    names = (plant.owner_zh, plant.owner_en, plant.name_zh, plant.name_en, plant.key)
    name_zh = next(name for name in names if name)
    source_key = f"{desk.source.code}:owner:{name_zh}"[:OWNER_KEY_LENGTH]
    if source_key in desk.owners:
        return desk.owners[source_key], False
    return organisation_put(
        source_key=source_key,
        name_zh=name_zh,
        name_en=plant.owner_en or plant.name_en,
    )


def _remember_owner(desk: Desk, owner: Organisation, is_changed: bool) -> None:
    if owner.source_key not in desk.owners:
        desk.owners[str(owner.source_key)] = owner
        desk.report.owners.add(is_changed)


def _listing(desk: Desk, facility: Facility, plant: Plant, draft: Draft) -> bool:
    faults: checks.Faults = {}
    checks.mass(faults, draft.code, draft.base_kg or draft.mass_kg)
    checks.refuse_if_any(faults)
    said: dict[str, Any] = {
        "source_key": _key(desk, plant, draft.code),
        "facility": facility,
        "is_estimated": True,
        "estimate_formula": draft.formula,
    }
    if draft.side == Side.SUPPLY:
        return supply_put(
            material=desk.materials[draft.code], rate_kg_per_year=draft.mass_kg, **said
        )[1]
    return demand_put(
        route=desk.routes[draft.code],
        capacity_kg_per_year=draft.mass_kg,
        base_kg_per_year=draft.base_kg or draft.mass_kg,
        **said,
    )[1]


def _key(desk: Desk, plant: Plant, code: str) -> str:
    return f"{desk.source.code}:{plant.key}:{code}"


def _tell_gaps(report: Report, plant: Plant, drafts: list[Draft | Gap]) -> None:
    for gap in drafts:
        if isinstance(gap, Gap):
            name = plant.name_zh or plant.name_en
            reason = f"{name}: {gap.code}: {gap.reason}"
            report.note(plant.line, Kind.NO_TONNAGE, reason)
