"""Alerts in the west of the two counties: at the plant, and of the whole prefecture."""

from datetime import date
from typing import Any

from maps.alerts.kinds import AlertKind, Severity
from maps.models import Alert
from tests.web.world import World
from wastehub.registry.models import Facility

SEEN_ON = date(2026, 1, 14)


def alert(world: World, kind: AlertKind, **values: Any) -> Alert:
    """One with the plant's ledger behind it, to look at since January."""
    plant = world.facilities["plant"]
    told: dict[str, Any] = {
        "kind": kind,
        "severity": Severity.WARNING,
        "is_invented": False,
        "adcode": "510101",
        "facility": plant,
        "material": world.materials["fly_ash"],
        "key": f"{kind}:{Alert.objects.count()}",
        "size": 1.0,
        "records": [["ledger", str(plant.public_id)]],
        "first_seen": SEEN_ON,
        "last_seen": SEEN_ON,
    }
    return Alert.objects.create(**told | values)


def full_yard(world: World, **values: Any) -> Alert:
    """The plant's yard is full."""
    figures = {
        "stock_kg": 950_000,
        "capacity_kg": 900_000,
        "fill_frac": 1.0556,
        "days_left": 0,
    }
    told = {"severity": Severity.SEVERE, "figures": figures}
    return alert(world, AlertKind.YARD, **told | values)


def missing_month(world: World) -> Alert:
    """The plant has not declared November."""
    return alert(
        world,
        AlertKind.MISSING,
        month=date(2025, 11, 1),
        figures={"months": 1, "returned": 0},
    )


def deficit(world: World) -> Alert:
    """The west consumes less ash than it makes, by the plant's ledger."""
    facility: Facility | None = None
    return alert(
        world,
        AlertKind.DEFICIT,
        adcode="510100",
        facility=facility,
        figures={
            "months": 12,
            "balance_frac": 0.42,
            "generated_kg": 5_000_000,
            "consumed_kg": 2_100_000,
            "surplus_kg": 2_900_000,
        },
    )
