"""Offers, agreements and transfer notes; masses are whole kilograms, as delivered."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wastehub.accounts.models import User
from wastehub.catalogue.models import Material
from wastehub.exchange.attached_files import Attachment
from wastehub.exchange.querysets import AgreementQuerySet, NoteQuerySet, OfferQuerySet
from wastehub.exchange.states import (
    AGREEMENT_MOVES,
    NOTE_MOVES,
    OFFER_MOVES,
    AgreementStatus,
    NoteStatus,
    OfferStatus,
    Side,
    steps,
)
from wastehub.exchange.terms import Terms
from wastehub.exchange.triggers import NOT_OVERSOLD
from wastehub.registry.models import (
    MASS_CEILING_KG,
    Facility,
)

__all__ = ["Attachment"]  # Django looks for models here.

# A road train weighs less than this, whatever it carries.
VEHICLE_CEILING_KG = 200_000
PARTIES = [Side.CONSIGNOR, Side.CONSIGNEE]


class Offer(Terms):
    """Terms that one side puts to the other; a counter-offer names what it answers."""

    trail_subject = "offer"

    side = models.CharField(max_length=9, choices=Side)
    message = models.CharField(max_length=1000, blank=True)
    expires_on = models.DateField()
    counters = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="counter"
    )
    status = models.CharField(
        max_length=9, choices=OfferStatus, default=OfferStatus.OPEN
    )
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta(Terms.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["-made_at", "-id"]
        triggers = [
            pgtrigger.FSM(
                name="offer_moves", field="status", transitions=steps(OFFER_MOVES)
            ),
            pgtrigger.Protect(name="offer_is_kept", operation=pgtrigger.Delete),
        ]
        constraints = [
            *Terms.Meta.constraints,
            models.CheckConstraint(
                name="offer_side_is_a_party", condition=Q(side__in=PARTIES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supply_id} -> {self.consignee_id} {self.mass_kg} kg"

    @property
    def answering_side(self) -> Side:
        """Whose answer it waits for."""
        return Side.CONSIGNEE if self.side == Side.CONSIGNOR else Side.CONSIGNOR


class Agreement(Terms):
    """An accepted offer: its mass is reserved until it has moved or the term ends.

    ``consignor`` and ``material`` are those of the supply on the day of the agreement.
    """

    trail_subject = "agreement"

    number = models.CharField(max_length=20, unique=True)
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="agreement")
    consignor = models.ForeignKey(
        Facility, models.PROTECT, related_name="agreements_from_it"
    )
    material = models.ForeignKey(Material, models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=9, choices=AgreementStatus, default=AgreementStatus.ACTIVE
    )
    ended_because = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta(Terms.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["consignor", "material"],
                condition=Q(status="active"),
                name="agreement_reserving",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="agreement_moves",
                field="status",
                transitions=steps(AGREEMENT_MOVES),
            ),
            pgtrigger.Protect(name="agreement_is_kept", operation=pgtrigger.Delete),
            NOT_OVERSOLD,
        ]
        constraints = [
            *Terms.Meta.constraints,
            models.CheckConstraint(
                name="agreement_is_between_two",
                condition=~Q(consignor=F("consignee")),
            ),
            models.CheckConstraint(
                name="agreement_end_has_its_reason",
                condition=~Q(status="ended") | ~Q(ended_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TransferNote(models.Model):
    """One delivery under an agreement (转移联单), in one vehicle or several.

    ``tolerance_frac`` is how far the two net weights of a vehicle may lie apart, as a
    fraction of the first; it is fixed when the note is drawn up.
    """

    trail_subject = "note"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="notes")
    planned_kg = models.BigIntegerField()
    planned_on = models.DateField()
    carrier = models.CharField(max_length=200)
    remark = models.CharField(max_length=500, blank=True)
    tolerance_frac = models.FloatField()
    status = models.CharField(
        max_length=14, choices=NoteStatus, default=NoteStatus.DRAFT
    )
    version = models.PositiveSmallIntegerField(default=1)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer note")
        verbose_name_plural = _("transfer notes")
        ordering = ["-made_at", "-id"]
        triggers = [
            pgtrigger.FSM(
                name="note_moves", field="status", transitions=steps(NOTE_MOVES)
            ),
            pgtrigger.Protect(name="note_is_kept", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                name="note_mass_plausible",
                condition=Q(planned_kg__range=(1, MASS_CEILING_KG)),
            ),
            models.CheckConstraint(
                name="note_tolerance_is_a_fraction",
                condition=Q(tolerance_frac__range=(0, 0.2)),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Vehicle(models.Model):
    """One load of a note, weighed twice at each end.

    ``settled_kg`` is the delivered mass that both sides reckon with, ``refused_kg`` the
    part of it that went back; their difference is what was accepted.
    """

    note = models.ForeignKey(TransferNote, models.PROTECT, related_name="vehicles")
    plate = models.CharField(max_length=10)
    origin_gross_kg = models.PositiveIntegerField()
    origin_tare_kg = models.PositiveIntegerField()
    loaded_on = models.DateField()
    gross_kg = models.PositiveIntegerField(null=True, blank=True)
    tare_kg = models.PositiveIntegerField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    settled_kg = models.PositiveIntegerField(null=True, blank=True)
    refused_kg = models.PositiveIntegerField(default=0)
    refusal = models.CharField(_("reason of refusal"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(name="vehicle_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="vehicle_load_is_kept",
                fields=["note", "plate", "origin_gross_kg", "origin_tare_kg"],
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="vehicle_loaded_weighs_more",
                condition=Q(origin_gross_kg__gt=F("origin_tare_kg"))
                & Q(origin_tare_kg__gt=0)
                & Q(origin_gross_kg__lte=VEHICLE_CEILING_KG),
            ),
            models.CheckConstraint(
                name="vehicle_received_weighs_more",
                condition=Q(gross_kg__isnull=True, tare_kg__isnull=True)
                | Q(gross_kg__gt=F("tare_kg"))
                & Q(tare_kg__gt=0)
                & Q(gross_kg__lte=VEHICLE_CEILING_KG),
            ),
            models.CheckConstraint(
                name="vehicle_received_after_loading",
                condition=Q(received_on__isnull=True)
                | Q(received_on__gte=F("loaded_on")),
            ),
            models.CheckConstraint(
                name="vehicle_refused_is_a_part",
                condition=Q(refused_kg=0)
                | Q(settled_kg__gte=F("refused_kg")) & ~Q(refusal=""),
            ),
        ]

    def __str__(self) -> str:
        return self.plate

    @property
    def origin_net_kg(self) -> int:
        """What was loaded."""
        return self.origin_gross_kg - self.origin_tare_kg

    @property
    def net_kg(self) -> int | None:
        """What arrived; nothing while it has not."""
        if self.gross_kg is None or self.tare_kg is None:
            return None
        return self.gross_kg - self.tare_kg

    @property
    def accepted_kg(self) -> int | None:
        """What was taken; nothing while it is not settled."""
        return None if self.settled_kg is None else self.settled_kg - self.refused_kg


class Signature(models.Model):
    """Who did an act of a note, for which side, when, and over which version."""

    note = models.ForeignKey(TransferNote, models.PROTECT, related_name="signatures")
    act = models.CharField(max_length=10)
    side = models.CharField(max_length=9, choices=Side)
    version = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(
                name="signature_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["note", "act", "version"], name="signature_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.act}"


class Proposal(models.Model):
    """What one side asks the other to approve: other words of a note, or its weights.

    ``terms`` of a revision are the note's fields with their new values; of a
    settlement, the settled kilograms by vehicle id.
    """

    class Kind(models.TextChoices):
        REVISION = "revision", _("revision")
        SETTLEMENT = "settlement", _("settlement of the weights")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    note = models.ForeignKey(TransferNote, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind)
    side = models.CharField(max_length=9, choices=Side)
    terms = models.JSONField()
    reason = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["id"]
        triggers = [
            pgtrigger.FSM(
                name="proposal_moves",
                field="status",
                transitions=[("open", "approved"), ("open", "rejected")],
            ),
            pgtrigger.Protect(name="proposal_is_kept", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["note"],
                condition=Q(status="open"),
                name="proposal_one_open_a_note",
            ),
            models.CheckConstraint(
                name="proposal_gives_its_reason", condition=~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.kind} {self.status}"
