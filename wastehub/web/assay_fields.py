"""A laboratory report within a form: who sampled when, and a few measured values."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Parameter
from wastehub.registry.models import Assay
from wastehub.web.templatetags.figures import unit
from wastehub.web.templatetags.naming import name

ROWS = range(6)


class AssayFields(forms.Form):
    """A report that may be left out; a row left empty is no row."""

    sampled_on = forms.DateField(
        label=_("Sampled on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reported_basis = forms.ChoiceField(
        label=_("Values are stated"),
        choices=Assay.Basis.choices,
        required=False,
        help_text=_(
            "A report on the sample as received is brought to the dry basis by its "
            "moisture; state it too."
        ),
    )
    laboratory = forms.CharField(label=_("Laboratory"), max_length=200, required=False)
    report_number = forms.CharField(
        label=_("Report number"), max_length=100, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _parameters()
        for row in ROWS:
            number = {"number": row + 1}
            self.fields[f"parameter_{row}"] = forms.ChoiceField(
                label=_("Parameter %(number)s") % number,
                choices=choices,
                required=False,
            )
            self.fields[f"value_{row}"] = forms.FloatField(
                label=_("Value %(number)s") % number,
                required=False,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )

    @property
    def assay_rows(self) -> list[tuple[BoundField, BoundField]]:
        """Each row's parameter and value."""
        return [(self[f"parameter_{row}"], self[f"value_{row}"]) for row in ROWS]

    @property
    def has_assay_errors(self) -> bool:
        """Whether something of the report is at fault, so that it must be seen."""
        return any(field in self.errors for field in _FIELDS)

    @property
    def assay_entered_as(self) -> dict[str, str]:
        """The form's name of each field that ``assay_create`` may refuse."""
        rows = {f"values.{code}": f"value_{row}" for code, row in self._rows().items()}
        return {"values": "value_0", **rows}

    def assay(self) -> dict[str, Any] | None:
        """What ``assay_create`` takes, or ``None`` where nothing was entered."""
        data = self.cleaned_data
        values = {code: data[f"value_{row}"] for code, row in self._rows().items()}
        told = {field: data[field] for field in AssayFields.base_fields}
        basis = told.pop("reported_basis") or Assay.Basis.DRY
        if not values and not any(told.values()):
            return None
        return {**told, "values": values, "reported_basis": basis}

    def clean(self) -> dict[str, Any]:
        """Refuses halves of a row, a parameter told twice, and a report without day."""
        data = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for row in ROWS:
            self._check_row(row, seen)
            seen.add(data.get(f"parameter_{row}", ""))
        is_told = any(data.get(field) not in ("", None) for field in _TELLING)
        if is_told and "sampled_on" not in self.errors and not data["sampled_on"]:
            self.add_error("sampled_on", _("State the day of sampling."))
        return data

    def _check_row(self, row: int, seen: set[str]) -> None:
        parameter, value = f"parameter_{row}", f"value_{row}"
        if parameter in self.errors or value in self.errors:
            return
        code = self.cleaned_data[parameter]
        is_measured = self.cleaned_data[value] is not None
        if code and not is_measured:
            self.add_error(value, _("State the value measured."))
        elif is_measured and not code:
            self.add_error(parameter, _("Choose what was measured."))
        elif code and code in seen:
            self.add_error(parameter, _("This parameter is stated twice."))

    def _rows(self) -> dict[str, int]:
        codes = {self.cleaned_data.get(f"parameter_{row}"): row for row in ROWS}
        return {code: row for code, row in codes.items() if code}


_FIELDS = (
    *AssayFields.base_fields,
    *(f"{kind}_{row}" for kind in ("parameter", "value") for row in ROWS),
)


# The basis alone is no report: it is always chosen.
_TELLING = tuple(field for field in _FIELDS if field != "reported_basis")


def _parameters() -> list[tuple[str, Any]]:
    rows = sorted(Parameter.objects.all(), key=name)
    return [("", _("Choose a parameter")), *((row.code, _label(row)) for row in rows)]


def _label(parameter: Parameter) -> str:
    has_basis = parameter.basis != Parameter.Basis.NONE
    basis = parameter.get_basis_display() if has_basis else ""
    told = f"{unit(parameter)} {basis}".strip()
    return f"{name(parameter)} ({told})" if told else name(parameter)
