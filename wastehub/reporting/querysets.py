"""How declarations are read."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from wastehub.places import adcodes


class DeclarationQuerySet(models.QuerySet):
    """Declarations by place, month and state."""

    def of_month(self, month: date) -> Self:
        """Those of the month that begins on a day."""
        return self.filter(month=month)

    def within(self, adcode: str) -> Self:
        """Those of sites in the region with this adcode."""
        return self.filter(facility__county__adcode__startswith=adcodes.prefix(adcode))

    def newest(self) -> Self:
        """The last version of each site, material and month."""
        pile = ("facility_id", "material_id", "month")
        return self.order_by(*pile, "-version").distinct(*pile)

    def given(self) -> Self:
        """Those that have been told: submitted or accepted now."""
        return self.filter(Q(status="submitted") | Q(status="accepted"))
