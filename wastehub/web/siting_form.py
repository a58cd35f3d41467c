"""What is asked of candidate sites: a region, and rows typed or pasted."""

import csv
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Verdict
from matching.siting import MOST_CANDIDATES, Candidate
from wastehub.catalogue.models import UseRoute
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.registry.sites import point_in_wgs84
from wastehub.units import kg_from_tonnes
from wastehub.web import coordinates
from wastehub.web.forms import NamedChoice, PlaceChoice

COLUMNS = ("name", "lon", "lat", "route", "capacity_t", "fixed_yuan")
LEAST_ROWS, SPARE_ROWS = 3, 2
MOST_PASTED = 20_000


class SitingForm(forms.Form):
    """Where, by which rules, and a table pasted in place of typing."""

    region = PlaceChoice(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        to_field_name="adcode",
        empty_label=None,
        error_messages={
            "invalid_choice": gettext_lazy("You may not plan this region.")
        },
    )
    accept = forms.ChoiceField(
        label=gettext_lazy("Go down to"),
        initial=Verdict.TREATED,
        choices=[choice for choice in Verdict.choices if choice[0] != Verdict.NO],
    )
    datum = forms.ChoiceField(
        label=gettext_lazy("Coordinates are in"),
        choices=Facility.Datum.choices,
        initial=Facility.Datum.WGS84,
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste rows of a table"),
        required=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One site a line: name, longitude, latitude, use route (its code or name), "
            "tonnes a year, fixed CNY a year; commas or tabs between."
        ),
    )

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["region"]
        choice.queryset = regions

    def clean_pasted(self) -> list[dict[str, str]]:
        """The pasted lines as rows of the form below, not yet looked at closer."""
        text = self.cleaned_data["pasted"].strip()
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_CANDIDATES + 1:
            raise ValidationError(_too_many())
        rows = csv.reader(lines, delimiter="\t" if "\t" in text else ",")
        try:
            numbered = list(enumerate(rows, 1))
        except csv.Error as fault:
            raise ValidationError(str(fault)) from None
        return [_row(*row) for row in numbered if row[0] > 1 or not _is_head(row[1])]


class SiteForm(forms.Form):
    """One candidate site."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    lon = forms.FloatField(label=gettext_lazy("Longitude"))
    lat = forms.FloatField(label=gettext_lazy("Latitude"))
    route = NamedChoice(
        UseRoute.objects.all(),
        label=gettext_lazy("Use route"),
        to_field_name="code",
        empty_label="—",
        error_messages={"invalid_choice": gettext_lazy("Unknown use route.")},
    )
    capacity_t = forms.DecimalField(
        label=gettext_lazy("Tonnes a year"),
        min_value=1,
        max_value=10**10,
        decimal_places=3,
    )
    fixed_yuan = forms.DecimalField(
        label=gettext_lazy("Fixed cost, CNY a year"),
        min_value=0,
        max_value=10**11,
        decimal_places=2,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # Each row repeats the heads of the table for those who do not see it.
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        """Coordinates that can be a place."""
        told = super().clean() or {}
        if told.get("lon") is not None and told.get("lat") is not None:
            fault = coordinates.fault(told["lon"], told["lat"])
            if fault:
                self.add_error("lon", fault)
        return told

    def candidate(self, datum: str) -> Candidate:
        """The site as the service takes it, with its coordinates in WGS 84."""
        told = self.cleaned_data
        point = point_in_wgs84(told["lon"], told["lat"], datum)
        return Candidate(
            name=told["name"],
            lon=point.x,
            lat=point.y,
            route=told["route"],
            capacity_kg_per_year=kg_from_tonnes(told["capacity_t"]),
            fixed_yuan_per_year=told["fixed_yuan"],
        )


class _SiteRows(forms.BaseFormSet):
    """Rows; an empty one is passed over, but not all of them may be."""

    def clean(self) -> None:
        if not any(self.errors) and not self.sites():
            raise ValidationError(_("Name at least one site."))

    def sites(self) -> list[SiteForm]:
        """The rows that were filled in."""
        return [form for form in self.forms if form.has_changed()]


SiteRows = forms.formset_factory(
    SiteForm,
    formset=_SiteRows,
    extra=0,
    max_num=MOST_CANDIDATES,
    absolute_max=MOST_CANDIDATES + 1,
    validate_max=True,
)


def empty_rows() -> forms.BaseFormSet:
    """Rows to begin with."""
    return SiteRows(initial=[{}] * LEAST_ROWS)


def told_rows(
    asked: Mapping[str, str], pasted: list[dict[str, str]]
) -> forms.BaseFormSet:
    """The typed rows, the pasted ones below them, and a few to spare."""
    typed = SiteRows(asked)
    rows = [
        {name: asked.get(f"form-{number}-{name}", "") for name in COLUMNS}
        for number in range(len(typed.forms) if typed.management_form.is_valid() else 0)
    ]
    rows = [row for row in rows if any(value.strip() for value in row.values())]
    rows += pasted
    shown = max(LEAST_ROWS, min(len(rows) + SPARE_ROWS, MOST_CANDIDATES), len(rows))
    data = {"form-TOTAL_FORMS": str(shown), "form-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return SiteRows(data)


def _is_head(cells: list[str]) -> bool:
    """Whether a first line names columns: it holds no figure at all."""
    has_figure = any(character.isdigit() for cell in cells for character in cell)
    return len(cells) == len(COLUMNS) and not has_figure


def _row(number: int, cells: list[str]) -> dict[str, str]:
    if len(cells) != len(COLUMNS):
        told = {"number": number, "found": len(cells), "wanted": len(COLUMNS)}
        raise ValidationError(
            _("Line %(number)s has %(found)s columns, not %(wanted)s.") % told
        )
    row = dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True))
    return row | {"route": _route_code(row["route"])}


def _route_code(words: str) -> str:
    """The code of a route by code or by either name; the words where there is none."""
    for route in UseRoute.objects.all():
        if words in (route.code, route.name_zh, route.name_en):
            return route.code
    return words


def _too_many() -> str:
    return _("Name 1 to %(most)s sites.") % {"most": MOST_CANDIDATES}
