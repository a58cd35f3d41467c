"""An invented capacity for every pile of the invented region: its clock runs."""

import random

from django.db import transaction
from django.utils import timezone

from seeds.demo.generating import MARK_EN, MARK_ZH, SEED
from seeds.turns import wait_for_turn
from wastehub.ledger.models import Entry, YardCapacity
from wastehub.ledger.yards import capacity_declare
from wastehub.registry.models import Facility, Supply
from wastehub.trail.models import SYSTEM

SOURCE = f"{MARK_ZH}库容 / {MARK_EN.lower()} capacity, for demonstration"
# Which part of a yard is full, at least and at most.
EMPTIEST, FULLEST = 0.70, 0.97


@transaction.atomic
def load_yards() -> int:
    """Declare them, unless there are any; returns how many were declared."""
    wait_for_turn()
    ours = YardCapacity.objects.filter(facility__origin=Facility.Origin.DEMO)
    if ours.exists():
        return 0
    dice = random.Random(SEED)  # noqa: S311 - a demo needs no secrets
    piles = _piles()
    for pile in piles:
        capacity_declare(
            facility=pile.facility,
            material=pile.material,
            capacity_kg=round(pile.balance_kg / dice.uniform(EMPTIEST, FULLEST)),
            source=SOURCE,
            declared_on=timezone.localdate(),
            actor=SYSTEM,
        )
    return len(piles)


def _piles() -> list[Entry]:
    """The last entry of each pile that its site offers from."""
    offered = Supply.objects.filter(facility__origin=Facility.Origin.DEMO)
    keys = set(offered.values_list("facility_id", "material_id"))
    newest = Entry.objects.filter(facility__origin=Facility.Origin.DEMO).newest()
    return [
        entry
        for entry in newest.select_related("facility", "material")
        if entry.balance_kg and (entry.facility_id, entry.material_id) in keys
    ]
