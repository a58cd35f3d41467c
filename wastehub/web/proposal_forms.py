"""The forms by which both sides of a note agree, and hand in files."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wastehub.errors import Conflict
from wastehub.exchange import proposals
from wastehub.exchange.attachments import attachment_add
from wastehub.exchange.loads import settled_within_tolerance_kg
from wastehub.exchange.models import Attachment, Proposal
from wastehub.trail.models import Actor
from wastehub.web.note_forms import (
    ActForm,
    PlanFields,
    kg_field,
    planned_of,
    reason_field,
)
from wastehub.web.note_sides import answering_side, open_proposal, speaking_side


class SettlementForm(ActForm):
    """Masses to reckon with, between the two that were weighed."""

    act = "settlement"
    title = _("Propose what to reckon with")
    verb = _("Propose these masses")
    lead = _(
        "A mass for each vehicle, between the two that were weighed, in kilograms."
    )

    reason = reason_field()

    def add_rows(self) -> None:
        for vehicle in self.note.vehicles.all():
            low, high = sorted([vehicle.origin_net_kg, vehicle.net_kg or 0])
            self.fields[f"settled.{vehicle.pk}"] = kg_field(
                _("Settled, kg"),
                min_value=low,
                max_value=high,
                initial=settled_within_tolerance_kg(vehicle),
            )

    def rows(self) -> list[tuple[str, list[BoundField]]]:
        """The mass of each vehicle."""
        return [
            (
                _now("%(plate)s: %(left)s kg loaded, %(came)s kg arrived")
                % {
                    "plate": vehicle.plate,
                    "left": f"{vehicle.origin_net_kg:,}",
                    "came": f"{vehicle.net_kg or 0:,}",
                },
                [self[f"settled.{vehicle.pk}"]],
            )
            for vehicle in self.note.vehicles.all()
        ]

    def do(self, actor: Actor) -> None:
        told = self.cleaned_data
        proposals.settlement_propose(
            note=self.note,
            side=speaking_side(actor.user, self.note),
            settled_kg={
                vehicle.pk: told[f"settled.{vehicle.pk}"]
                for vehicle in self.note.vehicles.all()
            },
            reason=told["reason"],
            actor=actor,
        )


class RevisionForm(ActForm, PlanFields):
    """Other words of an issued note."""

    act = "revision"
    title = _("Propose a revision")
    verb = _("Propose it")
    lead = _("The other side has to approve; then the note has a new version.")

    reason = reason_field()

    def add_rows(self) -> None:
        self.initial = planned_of(self.note)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one change."""
        told = super().clean() or self.cleaned_data
        if not set(self.changed_data) - {"reason"}:
            self.add_error(None, _now("Say what is to change."))
        return told

    def entered_as(self) -> dict[str, str]:
        """Masses are entered in tonnes."""
        return {"planned_kg": "planned_t"}

    def do(self, actor: Actor) -> None:
        renamed = {"planned_t": "planned_kg"}
        changed = {renamed.get(name, name) for name in self.changed_data}
        told = self.planned()
        reason = told.pop("reason")
        proposals.revision_propose(
            note=self.note,
            side=speaking_side(actor.user, self.note),
            terms={name: value for name, value in told.items() if name in changed},
            reason=reason,
            actor=actor,
        )


class AnswerForm(ActForm):
    """Yes or no to what the other side proposes; the page shows what that is."""

    act = "answer"
    title = _("Answer the proposal")
    verb = _("Approve")
    other_verb = _("Reject")

    approve = forms.ChoiceField(
        choices=[("yes", _("Approve")), ("no", _("Reject"))], widget=forms.HiddenInput
    )

    def others(self) -> list[BoundField]:
        """The two buttons are the field."""
        return []

    def do(self, actor: Actor) -> None:
        asked: Proposal | None = open_proposal(self.note)
        if asked is None:
            raise Conflict("nothing_proposed", _now("Nothing waits for an answer."))
        proposals.proposal_answer(
            proposal=asked,
            side=answering_side(actor.user, asked),
            approve=self.cleaned_data["approve"] == "yes",
            actor=actor,
        )


class AttachForm(ActForm):
    """A file to keep with the note."""

    act = "attach"
    title = _("Attach a file")
    verb = _("Attach")
    lead = _(
        "PDF, JPEG or PNG, at most 10 MB. It is kept, whatever becomes of the note."
    )

    kind = forms.ChoiceField(label=_("What it is"), choices=Attachment.Kind.choices)
    file = forms.FileField(
        label=_("File"),
        max_length=150,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def do(self, actor: Actor) -> None:
        attachment_add(
            note=self.note,
            side=speaking_side(actor.user, self.note),
            kind=self.cleaned_data["kind"],
            upload=self.cleaned_data["file"],
            actor=actor,
        )
