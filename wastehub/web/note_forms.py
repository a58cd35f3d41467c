"""The forms of a note's acts: each knows its words, its fields and its service.

A field of a vehicle is called as the services call it, such as ``loads.0.gross_kg``, so
that what a service refuses stands beside the very field. Weights are kilograms, as a
weighbridge shows them; planned masses are tonnes.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wastehub.errors import Refused
from wastehub.exchange import notes
from wastehub.exchange.models import TransferNote
from wastehub.exchange.notes import DEFAULT_TOLERANCE_FRAC, MOST_TOLERANCE_FRAC
from wastehub.trail.models import Actor
from wastehub.units import kg_from_tonnes, tonnes_from_kg
from wastehub.web.forms import refuse

PERCENT = 100
_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


def day_field(label: Any) -> forms.DateField:
    """A day, by the browser's own calendar."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def kg_field(label: Any, **options: Any) -> forms.IntegerField:
    """Whole kilograms, with the digits' keyboard."""
    return forms.IntegerField(
        label=label, widget=forms.NumberInput(attrs=_NUMBER), **options
    )


def reason_field() -> forms.CharField:
    """Why, in a sentence."""
    return forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class PlanFields(forms.Form):
    """How much goes when, and who drives."""

    planned_t = forms.DecimalField(
        label=_("Planned mass, tonnes"),
        max_digits=18,
        decimal_places=3,
        help_text=_("As delivered (wet)."),
    )
    planned_on = day_field(_("Planned day"))
    carrier = forms.CharField(label=_("Carrier"), max_length=200)
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)

    def planned(self) -> dict[str, Any]:
        """What was entered, as the services call it."""
        told = dict(self.cleaned_data)
        told["planned_kg"] = kg_from_tonnes(told.pop("planned_t"))
        return told


class DraftForm(PlanFields):
    """A new note."""

    tolerance_percent = forms.DecimalField(
        label=_("Tolerance, %"),
        min_value=0,
        max_value=PERCENT * MOST_TOLERANCE_FRAC,
        decimal_places=2,
        initial=PERCENT * DEFAULT_TOLERANCE_FRAC,
        help_text=_(
            "How far the two net weights of a vehicle may lie apart. The platform's "
            "default, not a standard's."
        ),
    )

    entered_as = {"planned_kg": "planned_t", "tolerance_frac": "tolerance_percent"}

    def values(self) -> dict[str, Any]:
        """What ``note_draft`` takes."""
        told = self.planned()
        told["tolerance_frac"] = float(told.pop("tolerance_percent")) / PERCENT
        return told


class ActForm(forms.Form):
    """One act of a note: what its button says, and what it does.

    Parameters
    ----------
    note
        The note, with its vehicles.
    """

    act: ClassVar[str]
    title: str | Promise
    verb: str | Promise
    lead: str | Promise = ""
    is_grave: ClassVar[bool] = False

    def __init__(self, note: TransferNote, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"{self.act}_%s"
        super().__init__(*args, **kwargs)
        self.note = note
        self.add_rows()

    def add_rows(self) -> None:
        """Add the fields that each vehicle has; none unless said."""

    def do(self, actor: Actor) -> None:
        """Carry it out; refuses as the service does."""
        raise NotImplementedError

    def refuse(self, refused: Refused) -> None:
        """Put what the service refused beside its fields."""
        refuse(self, refused, self.entered_as())

    def entered_as(self) -> Mapping[str, str]:
        """The form's name of each field that the service calls otherwise."""
        return {}

    def rows(self) -> list[tuple[str, list[BoundField]]]:
        """The fields of each vehicle, under what it is called."""
        return []

    def others(self) -> list[BoundField]:
        """The fields that belong to no vehicle."""
        of_rows = {field.name for _title, row in self.rows() for field in row}
        return [field for field in self if field.name not in of_rows]


class IssueForm(ActForm):
    """Sign a draft."""

    act = "issue"
    title = _("Issue the note")
    verb = _("Sign and issue")
    lead = _("From now on it is changed only with the consignee's approval.")

    def do(self, actor: Actor) -> None:
        notes.note_issue(note=self.note, actor=actor)


class CloseForm(ActForm):
    """Sign the end."""

    act = "close"
    title = _("Close the note")
    verb = _("Sign and close")
    lead = _("You sign that what was accepted is right.")

    def do(self, actor: Actor) -> None:
        notes.note_close(note=self.note, actor=actor)


class CancelForm(ActForm):
    """Give it up."""

    act = "cancel"
    title = _("Cancel the note")
    verb = _("Cancel it")
    lead = _("Its planned mass is free again. The note stays on record.")
    is_grave = True

    reason = reason_field()

    def do(self, actor: Actor) -> None:
        reason = self.cleaned_data["reason"]
        notes.note_cancel(note=self.note, reason=reason, actor=actor)


def today_in(form: forms.Form, field: str) -> None:
    """Let a day begin as today, and be no later."""
    today = timezone.localdate()
    form.fields[field].initial = today
    form.fields[field].widget.attrs["max"] = today.isoformat()


def planned_of(note: TransferNote) -> dict[str, Any]:
    """A note's plan as :class:`PlanFields` shows it."""
    return {
        "planned_t": tonnes_from_kg(note.planned_kg),
        "planned_on": note.planned_on,
        "carrier": note.carrier,
        "remark": note.remark,
    }
