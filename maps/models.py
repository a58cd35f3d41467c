"""The alerts, as the database keeps them."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from maps.alerts.kinds import MOVES, AlertKind, AlertState, Severity
from maps.alerts.querysets import AlertQuerySet
from maps.publication_models import Edition, MaterialEdition, OpenFigure
from wastehub.accounts.models import User
from wastehub.catalogue.models import Material
from wastehub.registry.models import Facility

LONGEST_NOTE = 1000

__all__ = ["LONGEST_NOTE", "Alert", "Edition", "MaterialEdition", "OpenFigure"]


class Alert(models.Model):
    """Something that a rule found, from the first night to the last, and what of it.

    ``adcode`` is the region's, or that of the county of the site; ``facility`` is none
    where it is about a whole region. ``key`` tells that it is the same thing as
    yesterday; only one with a key stands at a time. It stands until ``cleared_at``,
    when its reason was gone. ``note`` is what was said when it was settled and
    ``settled_size`` how bad it was then: it comes back where it gets worse.
    """

    trail_subject = "alert"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=AlertKind)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    is_invented = models.BooleanField()
    adcode = models.CharField(max_length=6)
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, related_name="alerts"
    )
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    month = models.DateField(null=True)
    key = models.CharField(max_length=80)
    size = models.FloatField()
    figures = models.JSONField()
    records = models.JSONField(default=list)
    first_seen = models.DateField()
    last_seen = models.DateField()
    cleared_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=AlertState, default=AlertState.OPEN)
    acted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    acted_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    settled_size = models.FloatField(null=True)
    settled_severity = models.PositiveSmallIntegerField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-severity", "kind", "first_seen", "pk"]
        indexes = [
            models.Index(
                fields=["adcode"],
                condition=Q(cleared_at=None),
                name="alert_standing_by_place",
            )
        ]
        triggers = [pgtrigger.FSM(name="alert_moves", field="state", transitions=MOVES)]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "is_invented"],
                condition=Q(cleared_at=None),
                name="alert_once_while_it_stands",
            ),
            models.CheckConstraint(
                name="alert_kind_known", condition=Q(kind__in=AlertKind.values)
            ),
            models.CheckConstraint(
                name="alert_severity_known",
                condition=Q(severity__in=Severity.values),
            ),
            models.CheckConstraint(
                name="alert_state_known", condition=Q(state__in=AlertState.values)
            ),
            models.CheckConstraint(
                name="alert_adcode_form", condition=Q(adcode__regex=r"^\d{6}$")
            ),
            models.CheckConstraint(
                name="alert_month_is_its_first_day",
                condition=Q(month=None) | Q(month__day=1),
            ),
            models.CheckConstraint(
                name="alert_is_seen_in_order",
                condition=Q(last_seen__gte=F("first_seen")),
            ),
            models.CheckConstraint(
                name="alert_acts_have_their_actor",
                condition=Q(state=AlertState.OPEN, acted_by=None, acted_at=None)
                | ~Q(state=AlertState.OPEN)
                & Q(acted_by__isnull=False, acted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_settlement_says_why",
                condition=~Q(state=AlertState.SETTLED)
                & Q(note="", settled_size=None, settled_severity=None)
                | Q(state=AlertState.SETTLED)
                & ~Q(note="")
                & Q(settled_size__isnull=False, settled_severity__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key
