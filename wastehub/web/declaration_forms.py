"""Forms of the declarations' pages: tonnes outside, kilograms inside."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wastehub.reporting.figures import COLUMNS, Figures
from wastehub.reporting.models import Declaration
from wastehub.reporting.standing import Standing
from wastehub.units import kg_from_tonnes
from wastehub.web.ledger_forms import TonnesField, tonnes_or_empty

# The words of the statutory form, in its order.
WORDS = {
    "generated_kg": _("Generated"),
    "used_on_site_kg": _("Used on the site"),
    "received_kg": _("Received from others"),
    "shipped_kg": _("Shipped to others"),
    "used_kg": _("Used, on the site and by others"),
    "used_old_kg": _("of it from former years' stock (used)"),
    "stored_kg": _("Stored (flow of the month)"),
    "disposed_kg": _("Disposed"),
    "disposed_old_kg": _("of it from former years' stock (disposed)"),
    "dumped_kg": _("Dumped"),
    "carried_kg": _("Carried stock"),
}
STATUTORY = {
    "generated_kg": "产生量",
    "used_on_site_kg": "自行综合利用量",
    "received_kg": "接收量",
    "shipped_kg": "转出量",
    "used_kg": "综合利用量",
    "used_old_kg": "其中综合利用往年贮存量",
    "stored_kg": "贮存量",
    "disposed_kg": "处置量",
    "disposed_old_kg": "其中处置往年贮存量",
    "dumped_kg": "倾倒丢弃量",
    "carried_kg": "结转库存",
}


def in_tonnes(name: str) -> str:
    """The form's name of a figure."""
    return f"{name.removesuffix('_kg')}_t"


class FiguresForm(forms.Form):
    """The figures of a month, in tonnes."""

    entered_as = {name: in_tonnes(name) for name in COLUMNS}

    is_zero = forms.BooleanField(
        label=_("Zero declaration: nothing moved in this month"), required=False
    )
    explanation = forms.CharField(
        label=_("Explanation of a gap"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {name: self.fields.pop(name) for name in ("is_zero", "explanation")}
        for name in COLUMNS:
            self.fields[in_tonnes(name)] = TonnesField(
                label=WORDS[name],
                initial=tonnes_or_empty(getattr(declaration, name)),
            )
        self.fields |= own
        self.fields["is_zero"].initial = declaration.is_zero
        self.fields["explanation"].initial = declaration.explanation

    def masses(self) -> list[Any]:
        """The fields of the figures, in the order of the statutory form."""
        return [self[in_tonnes(name)] for name in COLUMNS]

    def figures(self) -> Figures:
        """What was entered."""
        data = self.cleaned_data
        return Figures(
            **{name: kg_from_tonnes(data[in_tonnes(name)]) for name in COLUMNS}
        )


class ReturnForm(forms.Form):
    """Why a declaration goes back."""

    entered_as: dict[str, str] = {}

    reason = forms.CharField(label=_("Reason"), max_length=1000)


class MonthField(forms.DateField):
    """A month, ``2026-10``, as its first day."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **options)

    def to_python(self, value: Any) -> date | None:
        """The first day of the month."""
        day = super().to_python(value)
        return day.replace(day=1) if day else None


class MonthForm(forms.Form):
    """Which month, in which standing."""

    month = MonthField(label=_("Month"))
    standing = forms.ChoiceField(
        label=_("Standing"),
        required=False,
        choices=[("", _("All")), ("missing", _("Missing")), *Standing.choices],
    )
