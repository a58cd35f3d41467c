"""How the exchange is read."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Sum, When
from django.db.models.functions import Coalesce

from wastehub.exchange.states import PROMISING, NoteStatus, Side, turns
from wastehub.registry.querysets import FacilityQuerySet


def moved_kg(to_vehicle: str = "") -> Case:
    """What a vehicle has moved: accepted where that is settled, else what it loaded."""
    loaded = F(f"{to_vehicle}origin_gross_kg") - F(f"{to_vehicle}origin_tare_kg")
    accepted = F(f"{to_vehicle}settled_kg") - F(f"{to_vehicle}refused_kg")
    return Case(
        When(**{f"{to_vehicle}settled_kg": None}, then=loaded), default=accepted
    )


class OfferQuerySet(models.QuerySet):
    """Offers by state and party."""

    def between(self, sites: FacilityQuerySet) -> Self:
        """Offers that one of these sites makes or gets."""
        return self.filter(Q(supply__facility__in=sites) | Q(consignee__in=sites))

    def waiting(self, today: date) -> Self:
        """Open offers that can still be answered."""
        return self.filter(status="open", expires_on__gte=today)

    def answered_by(self, sites: FacilityQuerySet) -> Self:
        """Offers whose answer one of these sites owes."""
        return self.filter(
            Q(side="consignee", supply__facility__in=sites)
            | Q(side="consignor", consignee__in=sites)
        )

    def overdue(self, today: date) -> Self:
        """Open offers whose last day is over."""
        return self.filter(status="open", expires_on__lt=today)


class AgreementQuerySet(models.QuerySet):
    """Agreements by state and party, and what has moved under them."""

    def between(self, sites: FacilityQuerySet) -> Self:
        """Agreements that one of these sites is a party to."""
        return self.filter(Q(consignor__in=sites) | Q(consignee__in=sites))

    def active(self) -> Self:
        """Those that reserve mass."""
        return self.filter(status="active")

    def with_moved_kg(self) -> Self:
        """Adds ``moved_kg``: accepted where settled, else what was loaded."""
        moved = Sum(moved_kg("notes__vehicles__"))
        return self.annotate(moved_kg=Coalesce(moved, 0))

    def masses_kg(self) -> list[tuple[int, int]]:
        """What was agreed and what of it has moved, of each."""
        return list(self.with_moved_kg().values_list("mass_kg", "moved_kg"))


class NoteQuerySet(models.QuerySet):
    """Notes by state and party."""

    def between(self, sites: FacilityQuerySet) -> Self:
        """Notes that one of these sites ships or receives by."""
        return self.filter(
            Q(agreement__consignor__in=sites) | Q(agreement__consignee__in=sites)
        )

    def with_waits_for(self, sites: FacilityQuerySet) -> Self:
        """Adds ``waits``: whether it can not go on before one of these sites acts.

        That is a signature, an answer to the other side's proposal, or a proposal where
        the weights differ and nobody has made one.
        """
        asked = FilteredRelation("proposals", condition=Q(proposals__status="open"))
        no_answer_due = Q(open_proposal=None)
        waits = Q(pk__in=[])
        for side, other in (
            (Side.CONSIGNOR, Side.CONSIGNEE),
            (Side.CONSIGNEE, Side.CONSIGNOR),
        ):
            ours = Q(**{f"agreement__{side}__in": sites})
            waits |= ours & (
                Q(open_proposal__side=other)
                | Q(status__in=turns(side))
                | Q(status=NoteStatus.DISPUTED) & no_answer_due
            )
        return self.annotate(open_proposal=asked).annotate(
            waits=Case(When(waits, then=True), default=False)
        )

    def awaiting(self, sites: FacilityQuerySet) -> Self:
        """Notes that can not go on before one of these sites acts."""
        return self.with_waits_for(sites).filter(waits=True)

    def promised_kg(self) -> int:
        """The planned mass of notes that are not loaded yet."""
        waiting = self.filter(status__in=sorted(PROMISING))
        return waiting.aggregate(kg=Coalesce(Sum("planned_kg"), 0))["kg"]

    def live(self) -> Self:
        """Notes that are neither closed nor cancelled."""
        return self.exclude(status__in=[NoteStatus.CLOSED, NoteStatus.CANCELLED])
