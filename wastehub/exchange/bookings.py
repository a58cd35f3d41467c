"""What a note writes into the ledgers of both sites.

On loading the consignor ships the net weight. When it is settled the shipped mass is
corrected to what was accepted, what was lost on the way is the consignor's loss, and
the consignee receives what was accepted: shipped and received are then the same to the
kilogram, whatever two scales said. Each entry has a key of its vehicle, so that none is
written twice.
"""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from wastehub.accounts.models import User
from wastehub.exchange.models import TransferNote, Vehicle
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add, entry_correct

_OF_A_VEHICLE = "vehicle:"


def is_of_a_note(entry: Entry) -> bool:
    """Whether a note wrote the entry: then both sites' ledgers say the same of it."""
    return (entry.source_key or "").startswith(_OF_A_VEHICLE)


def book_shipped(
    note: TransferNote, vehicles: Sequence[Vehicle], user: User | None
) -> None:
    """The loads leave the consignor's stock; refuses as the ledger does."""
    agreement = note.agreement
    lines = [
        _line(
            note,
            vehicle,
            Kind.SHIPPED,
            vehicle.origin_net_kg,
            facility=agreement.consignor,
            counterparty=agreement.consignee,
            occurred_on=vehicle.loaded_on,
        )
        for vehicle in vehicles
    ]
    entries_add(lines=lines, user=user)


def book_settled(
    note: TransferNote, vehicles: Sequence[Vehicle], user: User | None
) -> None:
    """Both ledgers say what was accepted; refuses as the ledger does."""
    for vehicle in vehicles:
        accepted_kg = vehicle.accepted_kg or 0
        shipped = Entry.objects.get(source_key=_key(vehicle, Kind.SHIPPED))
        if accepted_kg != vehicle.origin_net_kg:
            entry_correct(
                entry=shipped,
                mass_kg=accepted_kg,
                reason=_told(vehicle),
                user=user,
                source_key=f"{_key(vehicle, Kind.SHIPPED)}:settled",
            )
        entries_add(lines=_settled_lines(note, vehicle), user=user)


def _settled_lines(note: TransferNote, vehicle: Vehicle) -> list[Line]:
    agreement = note.agreement
    day = vehicle.received_on or timezone.localdate()
    lost_kg = vehicle.origin_net_kg - (vehicle.settled_kg or 0)
    lines = []
    if lost_kg > 0:
        lines.append(
            _line(
                note,
                vehicle,
                Kind.LOSS,
                lost_kg,
                facility=agreement.consignor,
                occurred_on=day,
                because=_told(vehicle),
            )
        )
    if vehicle.accepted_kg:
        lines.append(
            _line(
                note,
                vehicle,
                Kind.RECEIVED,
                vehicle.accepted_kg,
                facility=agreement.consignee,
                counterparty=agreement.consignor,
                occurred_on=day,
            )
        )
    return lines


def _line(
    note: TransferNote,
    vehicle: Vehicle,
    kind: Kind,
    mass_kg: int,
    because: str = "",
    **values: Any,
) -> Line:
    return Line(
        material=note.agreement.material,
        kind=kind,
        mass_kg=mass_kg,
        evidence=Evidence.WEIGHED,
        reference=note.number,
        source_key=_key(vehicle, kind),
        note=because,
        **values,
    )


def _key(vehicle: Vehicle, kind: Kind) -> str:
    return f"{_OF_A_VEHICLE}{vehicle.pk}:{kind}"


def _told(vehicle: Vehicle) -> str:
    """Why the masses differ, in both languages and in kilograms."""
    return (
        f"{vehicle.plate}: {vehicle.origin_net_kg} kg loaded, "
        f"{vehicle.net_kg} kg arrived, {vehicle.settled_kg} kg settled, "
        f"{vehicle.refused_kg} kg refused / "
        f"装车 {vehicle.origin_net_kg}、到达 {vehicle.net_kg}、"
        f"结算 {vehicle.settled_kg}、拒收 {vehicle.refused_kg} kg"
    )
