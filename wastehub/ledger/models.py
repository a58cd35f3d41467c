"""The mass ledger of each site: whole kilograms, as delivered (wet), only added to.

Beside it stands what a site says of its yards, which is replaced rather than added to.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User
from wastehub.catalogue.models import Material, UseRoute
from wastehub.ledger.headroom import WEIGHT, WEIGHT_CEILING
from wastehub.ledger.kinds import MOVES, TAKES_OLD_STOCK, Evidence, Kind, change_kg
from wastehub.ledger.months import SUMMED
from wastehub.ledger.querysets import EntryQuerySet
from wastehub.ledger.triggers import APPEND_ONLY, CHAIN
from wastehub.registry.models import MASS_CEILING_KG, Facility

# Two hundred years of a gigatonne fit sixty times into a column.
BALANCE_CEILING_KG = 200 * MASS_CEILING_KG


def _among(field: str, kinds: frozenset[Kind]) -> Q:
    return Q(**{f"{field}__in": sorted(kinds)})


class Entry(models.Model):
    """One mass that came to a site, left it, or was found to be otherwise.

    ``sequence`` counts a site's entries from 1. ``balance_kg`` is the stock of the
    material there after this entry, so that a stock is read from one row; the database
    checks it, as all else, when the entry is written. A correction names the entry it
    corrects, is of the same kind and carries the difference, below 0 where that was too
    much; it counts for the day of the entry it corrects. ``source_key`` makes an act
    that is told twice be written once.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="entries")
    sequence = models.PositiveBigIntegerField()
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    mass_kg = models.BigIntegerField()
    balance_kg = models.BigIntegerField()
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField()
    evidence = models.CharField(max_length=9, choices=Evidence)
    is_old_stock = models.BooleanField(
        default=False, help_text=_("from what former years left")
    )
    route = models.ForeignKey(
        UseRoute, models.PROTECT, null=True, blank=True, related_name="+"
    )
    counterparty = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, related_name="+"
    )
    counterparty_name = models.CharField(max_length=200, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    reference = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=500, blank=True)
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["facility_id", "sequence"]
        indexes = [
            models.Index(
                "facility", "material", F("sequence").desc(), name="entry_stock"
            ),
            models.Index(
                fields=["facility", "material", "occurred_on"], name="entry_by_day"
            ),
        ]
        triggers = [*APPEND_ONLY, CHAIN, SUMMED]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "sequence"], name="entry_once_in_its_chain"
            ),
            models.UniqueConstraint(
                fields=["facility", "material"],
                condition=Q(kind="opening", corrects__isnull=True),
                name="entry_opens_once",
            ),
            models.CheckConstraint(
                name="entry_kind_known", condition=Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="entry_evidence_known", condition=Q(evidence__in=Evidence.values)
            ),
            models.CheckConstraint(
                name="entry_mass_plausible",
                condition=Q(mass_kg__range=(1, MASS_CEILING_KG))
                | Q(corrects__isnull=False)
                & Q(mass_kg__range=(-MASS_CEILING_KG, MASS_CEILING_KG))
                & ~Q(mass_kg=0),
            ),
            models.CheckConstraint(
                name="entry_stock_not_negative",
                condition=Q(balance_kg__range=(0, BALANCE_CEILING_KG)),
            ),
            models.CheckConstraint(
                name="entry_day_is_past",
                condition=Q(occurred_on__lte=TruncDate("recorded_at")),
            ),
            models.CheckConstraint(
                name="entry_use_has_its_route",
                condition=Q(kind="used", route__isnull=False)
                | ~Q(kind="used") & Q(route__isnull=True),
            ),
            models.CheckConstraint(
                name="entry_move_has_its_other_end",
                condition=_among("kind", MOVES) & ~Q(counterparty_name="")
                | ~_among("kind", MOVES)
                & Q(counterparty_name="", counterparty__isnull=True),
            ),
            models.CheckConstraint(
                name="entry_moves_between_two",
                condition=Q(counterparty__isnull=True) | ~Q(counterparty=F("facility")),
            ),
            models.CheckConstraint(
                name="entry_old_stock_leaves",
                condition=Q(is_old_stock=False) | _among("kind", TAKES_OLD_STOCK),
            ),
            models.CheckConstraint(
                name="entry_correction_gives_its_reason",
                condition=Q(corrects__isnull=True) | ~Q(note=""),
            ),
            models.CheckConstraint(
                name="entry_hash_is_whole",
                condition=Q(hash__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id}#{self.sequence} {self.kind} {self.mass_kg} kg"

    @property
    def change_kg(self) -> int:
        """What it did to the stock; a correction of less shipped makes it larger."""
        return change_kg(self.kind, self.mass_kg)


class YardCapacity(models.Model):
    """How much of a material a site's yard holds; the newest declared one counts."""

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="yard_capacities"
    )
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    capacity_kg = models.BigIntegerField()
    source = models.CharField(max_length=200)
    declared_on = models.DateField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("yard capacity")
        verbose_name_plural = _("yard capacities")
        ordering = ["facility", "material", "-declared_on"]
        triggers = [pgtrigger.Protect(name="yard_is_kept", operation=pgtrigger.Delete)]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "material", "declared_on"], name="yard_once_a_day"
            ),
            models.CheckConstraint(
                name="yard_capacity_plausible",
                condition=Q(capacity_kg__range=(1, MASS_CEILING_KG)),
            ),
            models.CheckConstraint(
                name="yard_source_is_named", condition=~Q(source="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.material_id} {self.capacity_kg} kg"


class QuotaTerms(models.Model):
    """What a site puts into the headroom model (``ledger/headroom.py``) for a material.

    Without a planned stock nothing is taken off for what lies in the yard.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="quota_terms")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    carry_kg = models.BigIntegerField(default=0)
    stock_plan_kg = models.BigIntegerField(null=True, blank=True)
    weight = models.FloatField(default=WEIGHT)

    class Meta:
        verbose_name = _("terms of the headroom")
        verbose_name_plural = _("terms of the headroom")
        ordering = ["facility", "material"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "material"], name="quota_terms_once"
            ),
            models.CheckConstraint(
                name="quota_terms_plausible",
                condition=Q(carry_kg__range=(0, MASS_CEILING_KG))
                & Q(weight__range=(0, WEIGHT_CEILING))
                & (
                    Q(stock_plan_kg__isnull=True)
                    | Q(stock_plan_kg__range=(0, BALANCE_CEILING_KG))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.material_id}"
