"""Deliveries whose two weighings differ beyond what was agreed, and nobody settled."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from maps.alerts.found import Found, Record, sites_known
from maps.alerts.kinds import AlertKind, Severity
from maps.alerts.terms import USUAL, AlertTerms
from wastehub.catalogue.models import Material
from wastehub.exchange.loads import is_within_tolerance
from wastehub.exchange.models import Vehicle
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet


class _Apart(NamedTuple):
    """One vehicle's difference: in kilograms, and as a part of what was loaded."""

    note: str
    apart_kg: int
    apart_frac: float


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """Each end of such deliveries, once a material; what is settled is none."""
    known = sites_known(sites)
    apart: dict[tuple[str, int], list[_Apart]] = defaultdict(list)
    materials: dict[int, Material] = {}
    for vehicle in _unsettled(sites):
        deal = vehicle.note.agreement
        if is_within_tolerance(vehicle, vehicle.note.tolerance_frac):
            continue
        materials[deal.material_id] = deal.material
        for end in (deal.consignor, deal.consignee):
            if str(end.public_id) in known:
                apart[str(end.public_id), deal.material_id].append(_apart(vehicle))
    for (site, material), vehicles in apart.items():
        yield _found(known[site], materials[material], vehicles, terms)


def _unsettled(sites: FacilityQuerySet) -> QuerySet[Vehicle]:
    here = sites.values("pk")
    ends = Q(note__agreement__consignor__in=here) | Q(
        note__agreement__consignee__in=here
    )
    rows = Vehicle.objects.filter(ends, gross_kg__isnull=False, settled_kg=None)
    return rows.select_related(
        "note__agreement__material",
        "note__agreement__consignor",
        "note__agreement__consignee",
    ).order_by("note__number", "pk")


def _apart(vehicle: Vehicle) -> _Apart:
    loaded_kg = vehicle.origin_net_kg
    apart_kg = abs(loaded_kg - (vehicle.net_kg or 0))
    return _Apart(str(vehicle.note.public_id), apart_kg, apart_kg / loaded_kg)


def _found(
    site: Facility, material: Material, vehicles: list[_Apart], terms: AlertTerms
) -> Found:
    worst_frac = max(one.apart_frac for one in vehicles)
    apart_kg = sum(one.apart_kg for one in vehicles)
    notes = list(dict.fromkeys(one.note for one in vehicles))
    is_severe = worst_frac > terms.weights_severe_frac
    return Found(
        kind=AlertKind.WEIGHTS,
        severity=Severity.SEVERE if is_severe else Severity.WARNING,
        adcode=site.county.adcode,
        facility=site,
        material=material,
        size=apart_kg,
        figures={
            "vehicles": len(vehicles),
            "notes": len(notes),
            "apart_kg": apart_kg,
            "worst_frac": round(worst_frac, 4),
        },
        records=tuple(Record("note", note) for note in notes[: terms.most_records]),
    )
