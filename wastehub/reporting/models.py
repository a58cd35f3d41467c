"""Monthly declarations; masses are whole kilograms, as delivered (wet)."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User
from wastehub.catalogue.models import Category, Material
from wastehub.exchange.states import DECLARATION_MOVES, DeclarationStatus, steps
from wastehub.ledger.models import BALANCE_CEILING_KG
from wastehub.registry.models import MASS_CEILING_KG, Facility
from wastehub.reporting.counted import COUNTED
from wastehub.reporting.figures import COLUMNS, FLOWS, Figures
from wastehub.reporting.querysets import DeclarationQuerySet


def _nothing_moved() -> Q:
    return Q(**dict.fromkeys(FLOWS, 0))


def _any_changes(*names: str) -> pgtrigger.Q:
    changed = pgtrigger.Q()
    for name in names:
        changed |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    return changed


class Declaration(models.Model):
    """One month of one material at one site (月度申报), in the statutory figures.

    ``month`` is its first day. ``is_zero`` (零申报) is said by the site, not inferred:
    a month in which nothing moved is another thing than one that was not declared.
    An accepted version is kept as it is; a correction is the next version.
    ``submitted_at`` is when this version was first submitted.
    """

    trail_subject = "declaration"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="declarations")
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    month = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    generated_kg = models.BigIntegerField(default=0)
    used_on_site_kg = models.BigIntegerField(default=0)
    received_kg = models.BigIntegerField(default=0)
    shipped_kg = models.BigIntegerField(default=0)
    used_kg = models.BigIntegerField(default=0)
    used_old_kg = models.BigIntegerField(default=0)
    stored_kg = models.BigIntegerField(default=0)
    disposed_kg = models.BigIntegerField(default=0)
    disposed_old_kg = models.BigIntegerField(default=0)
    dumped_kg = models.BigIntegerField(default=0)
    carried_kg = models.BigIntegerField(default=0)
    is_zero = models.BooleanField(default=False)
    explanation = models.CharField(max_length=1000, blank=True)
    status = models.CharField(
        max_length=9, choices=DeclarationStatus, default=DeclarationStatus.DRAFT
    )
    returned_because = models.CharField(max_length=1000, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        ordering = ["-month", "facility", "material", "-version"]
        indexes = [models.Index(fields=["month", "status"], name="declared_by_month")]
        triggers = [
            COUNTED,
            pgtrigger.FSM(
                name="declaration_moves",
                field="status",
                transitions=steps(DECLARATION_MOVES),
            ),
            pgtrigger.Protect(name="declaration_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="accepted_declaration_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="accepted"),
            ),
            pgtrigger.Protect(
                name="submitted_figures_are_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="submitted")
                & _any_changes(*COLUMNS, "is_zero", "explanation"),
            ),
            pgtrigger.ReadOnly(
                name="declaration_keeps_its_subject",
                fields=["facility", "material", "month", "version"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "material", "month", "version"],
                name="declaration_once_a_version",
            ),
            models.UniqueConstraint(
                fields=["facility", "material", "month"],
                condition=~Q(status="accepted"),
                name="declaration_one_open_a_month",
            ),
            models.CheckConstraint(
                name="declaration_month_is_its_first_day", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="declaration_masses_plausible",
                condition=Q(
                    **{
                        f"{name}__range": (0, MASS_CEILING_KG)
                        for name in FLOWS
                        if name != "stored_kg"
                    },
                    stored_kg__range=(-BALANCE_CEILING_KG, BALANCE_CEILING_KG),
                    carried_kg__range=(0, BALANCE_CEILING_KG),
                ),
            ),
            models.CheckConstraint(
                name="declaration_old_stock_is_a_part",
                condition=Q(used_old_kg__lte=F("used_kg"))
                & Q(disposed_old_kg__lte=F("disposed_kg")),
            ),
            models.CheckConstraint(
                name="declaration_zero_is_said",
                condition=Q(status="draft")
                | Q(is_zero=True) & _nothing_moved()
                | Q(is_zero=False) & ~_nothing_moved(),
            ),
            models.CheckConstraint(
                name="declaration_return_has_its_reason",
                condition=~Q(status="returned") | ~Q(returned_because=""),
            ),
            models.CheckConstraint(
                name="declaration_submission_is_dated",
                condition=Q(status="draft") | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="declaration_acceptance_is_dated",
                condition=~Q(status="accepted") | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.material_id} {self.month} v{self.version}"

    @property
    def figures(self) -> Figures:
        """What it declares."""
        return Figures(**{name: getattr(self, name) for name in COLUMNS})


class MonthlyBrief(models.Model):
    """That a region's brief of a month was made, and when: its figures are of that day.

    Nothing of it is stored: the balance tells the figures of any day again.
    """

    trail_subject = "brief"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    adcode = models.CharField(max_length=6)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    month = models.DateField()
    made_on = models.DateField()

    class Meta:
        verbose_name = _("monthly brief")
        verbose_name_plural = _("monthly briefs")
        ordering = ["-month", "adcode", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["adcode", "category", "month"], name="brief_once_a_month"
            ),
            models.CheckConstraint(
                name="brief_month_is_its_first_day", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="brief_is_made_after_its_month",
                condition=Q(made_on__gt=F("month")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adcode} {self.category_id} {self.month:%Y-%m}"
