"""The forms of a note's acts that go vehicle by vehicle."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wastehub.exchange import notes
from wastehub.exchange.loads import Load, Refusal, Weighing, is_within_tolerance
from wastehub.exchange.models import TransferNote
from wastehub.trail.models import Actor
from wastehub.web.note_forms import ActForm, day_field, kg_field, today_in

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 3, 5, 100


class LoadForm(ActForm):
    """The vehicles as they leave; rows left empty are none.

    Who presses "more vehicles" gets the same form back with more rows and all that was
    typed, and nothing is judged yet.
    """

    act = "load"
    title = _("Load and weigh")
    verb = _("Sign the load")
    lead = _("Each vehicle full and empty, in kilograms. Rows left empty do not count.")
    has_more = True

    loaded_on = day_field(_("Loaded on"))
    count = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, note: TransferNote, data: Any = None, files: Any = None) -> None:
        self._typed: Any = data or {}
        if "more" in self._typed:
            super().__init__(note, initial=dict(self._typed.items()))
        else:
            super().__init__(note, data, files)

    def add_rows(self) -> None:
        today_in(self, "loaded_on")
        self.row_count = self._asked_rows()
        self.initial["count"] = self.row_count
        for place in range(self.row_count):
            plate = forms.CharField(label=_("Plate"), max_length=20, required=False)
            plate.widget.attrs |= {"placeholder": "川A12345", "autocomplete": "off"}
            self.fields[f"loads.{place}.plate"] = plate
            for name, label in (
                ("gross_kg", _("Gross, kg")),
                ("tare_kg", _("Tare, kg")),
            ):
                self.fields[f"loads.{place}.{name}"] = kg_field(label, required=False)

    def _asked_rows(self) -> int:
        told = str(self._typed.get("count", ""))
        count = int(told) if told.isdecimal() and len(told) < 4 else FIRST_ROWS
        return min(MOST_ROWS, count + (MORE_ROWS if "more" in self._typed else 0))

    def rows(self) -> list[tuple[str, list[BoundField]]]:
        """Plate, gross and tare of each vehicle."""
        return [
            (
                _now("Vehicle %(number)s") % {"number": place + 1},
                [self[name] for name in self._names(place)],
            )
            for place in range(self.row_count)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for what a row that was begun still lacks."""
        told = super().clean() or self.cleaned_data
        for place in self._filled():
            for name in self._names(place):
                if told.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return told

    def entered_as(self) -> dict[str, str]:
        """The services count the rows that are filled."""
        filled = enumerate(self._filled())
        renamed = {
            f"loads.{counted}.{name}": f"loads.{place}.{name}"
            for counted, place in filled
            for name in ("plate", "gross_kg", "tare_kg")
        }
        return renamed | {"loads": self._names(0)[0]}

    def do(self, actor: Actor) -> None:
        told = self.cleaned_data
        loads = [
            Load(**dict(zip(("plate", "gross_kg", "tare_kg"), row, strict=True)))
            for row in ([told[n] for n in self._names(p)] for p in self._filled())
        ]
        notes.note_load(
            note=self.note, loads=loads, loaded_on=told["loaded_on"], actor=actor
        )

    def _names(self, place: int) -> list[str]:
        return [f"loads.{place}.{name}" for name in ("plate", "gross_kg", "tare_kg")]

    def _filled(self) -> list[int]:
        return [
            place
            for place in range(self.row_count)
            if any(self.data.get(name) for name in self._names(place))
        ]


class ReceiveForm(ActForm):
    """The vehicles as they arrive."""

    act = "receive"
    title = _("Weigh the arrival")
    verb = _("Sign the arrival")
    lead = _("Each vehicle full and empty, in kilograms, on your own weighbridge.")

    received_on = day_field(_("Arrived on"))

    def add_rows(self) -> None:
        today_in(self, "received_on")
        for place, _vehicle in enumerate(self.note.vehicles.all()):
            self.fields[f"weighings.{place}.gross_kg"] = kg_field(_("Gross, kg"))
            self.fields[f"weighings.{place}.tare_kg"] = kg_field(_("Tare, kg"))

    def rows(self) -> list[tuple[str, list[BoundField]]]:
        """Gross and tare of each vehicle."""
        return [
            (
                _now("%(plate)s, %(net)s kg loaded")
                % {"plate": vehicle.plate, "net": f"{vehicle.origin_net_kg:,}"},
                [self[f"weighings.{place}.{name}"] for name in ("gross_kg", "tare_kg")],
            )
            for place, vehicle in enumerate(self.note.vehicles.all())
        ]

    def do(self, actor: Actor) -> None:
        told = self.cleaned_data
        weighings = [
            Weighing(
                vehicle=vehicle.pk,
                gross_kg=told[f"weighings.{place}.gross_kg"],
                tare_kg=told[f"weighings.{place}.tare_kg"],
            )
            for place, vehicle in enumerate(self.note.vehicles.all())
        ]
        notes.note_receive(
            note=self.note,
            weighings=weighings,
            received_on=told["received_on"],
            actor=actor,
        )


class AcceptForm(ActForm):
    """Take all that arrived."""

    act = "accept"
    title = _("Accept all")
    verb: str | Promise = _("Sign and accept all")
    lead: str | Promise = _("Everything that arrived is taken.")

    def add_rows(self) -> None:
        """No fields; but say what signing leads to where the weights differ."""
        apart = [
            vehicle.plate
            for vehicle in self.note.vehicles.all()
            if not is_within_tolerance(vehicle, self.note.tolerance_frac)
        ]
        if apart:
            self.verb = _("Sign; the weights are disputed")
            self.lead = ngettext(
                "The two net weights of %(plates)s lie further apart than agreed: "
                "signing opens a dispute, and both sides settle the mass.",
                "The two net weights of %(plates)s lie further apart than agreed: "
                "signing opens a dispute, and both sides settle the masses.",
                len(apart),
            ) % {"plates": ", ".join(apart)}

    def do(self, actor: Actor) -> None:
        notes.note_judge(note=self.note, actor=actor)


class RefuseForm(ActForm):
    """Send a part back, or all of it."""

    act = "refuse"
    title = _("Refuse a part, or all")
    verb = _("Sign and refuse what is entered")
    lead = _("What is entered goes back to the consignor; the rest is accepted.")
    is_grave = True

    def add_rows(self) -> None:
        for vehicle in self.note.vehicles.all():
            refused = kg_field(_("Refused, kg"), required=False)
            reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
            self.fields[f"refused.{vehicle.pk}"] = refused
            self.fields[f"reason.{vehicle.pk}"] = reason

    def rows(self) -> list[tuple[str, list[BoundField]]]:
        """Mass and reason of each vehicle."""
        return [
            (
                _now("%(plate)s, %(net)s kg arrived")
                % {"plate": vehicle.plate, "net": f"{vehicle.net_kg or 0:,}"},
                [self[f"refused.{vehicle.pk}"], self[f"reason.{vehicle.pk}"]],
            )
            for vehicle in self.note.vehicles.all()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse to refuse nothing."""
        told = super().clean() or self.cleaned_data
        if not self.errors and not self._filled():
            self.add_error(
                None, _now("Enter what is refused, of one vehicle at least.")
            )
        return told

    def entered_as(self) -> dict[str, str]:
        """The services count the vehicles of which something is refused."""
        renamed = {}
        for place, key in enumerate(self._filled()):
            renamed[f"refusals.{place}.refused_kg"] = f"refused.{key}"
            renamed[f"refusals.{place}.reason"] = f"reason.{key}"
        return renamed

    def do(self, actor: Actor) -> None:
        told = self.cleaned_data
        refusals = [
            Refusal(
                vehicle=key,
                refused_kg=told[f"refused.{key}"] or 0,
                reason=told[f"reason.{key}"],
            )
            for key in self._filled()
        ]
        notes.note_judge(note=self.note, actor=actor, refusals=refusals)

    def _filled(self) -> list[int]:
        keys = [vehicle.pk for vehicle in self.note.vehicles.all()]
        return [
            key
            for key in keys
            if self.data.get(f"refused.{key}") or self.data.get(f"reason.{key}")
        ]
