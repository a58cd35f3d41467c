"""How the ledger is read: stock from one row, masses as sums of entries."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from wastehub.ledger.kinds import Kind, change_kg
from wastehub.places import adcodes


class EntryQuerySet(models.QuerySet):
    """Entries by place, time and kind; masses are whole kilograms."""

    def of(self, material_code: str) -> Self:
        """Entries of one material."""
        return self.filter(material__code=material_code)

    def within(self, adcode: str) -> Self:
        """Entries of sites in the region with this adcode."""
        return self.filter(facility__county__adcode__startswith=adcodes.prefix(adcode))

    def between(self, first: date, last: date) -> Self:
        """What occurred from a day to another, both included."""
        return self.filter(occurred_on__range=(first, last))

    def newest(self) -> Self:
        """The last entry of each material at each site: its balance is the stock."""
        return self.order_by("facility_id", "material_id", "-sequence").distinct(
            "facility_id", "material_id"
        )

    def totals_kg(self) -> dict[str, int]:
        """Mass by kind, corrections included; a kind without entries is 0."""
        sums = {
            kind.value: Coalesce(Sum("mass_kg", filter=Q(kind=kind)), 0)
            for kind in Kind
        }
        return {kind: int(total) for kind, total in self.aggregate(**sums).items()}

    def masses_kg(self) -> dict[tuple[str, bool], int]:
        """Mass by kind and by whether it came from what former years left."""
        rows = self.order_by().values_list("kind", "is_old_stock")
        return {(kind, old): mass for kind, old, mass in rows.annotate(Sum("mass_kg"))}


def stock_of(totals_kg: dict[str, int]) -> int:
    """The stock that masses by kind come to."""
    signs = {kind.value: change_kg(kind, 1) for kind in Kind}
    return sum(signs[kind] * mass_kg for kind, mass_kg in totals_kg.items())
