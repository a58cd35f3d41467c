"""Which material, period and area a plan is held against reality of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maps.periods import Period, parse
from maps.reality import last_year, region_named
from maps.subjects import ALL, FIRST, Subject, subject
from wastehub.catalogue.models import Category, Material
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.web import policy
from wastehub.web.forms import materials_on_offer_first
from wastehub.web.templatetags.naming import both_plain, name


class RealityForm(forms.Form):
    """What is asked by the page's address; what is left out has its usual value."""

    material = forms.CharField(label=_("Material"), widget=forms.Select)
    period = forms.CharField(
        label=_("Period"), help_text=_("2025, 2025-H1, 2025-Q1, 2025-03 or a range")
    )
    area = forms.CharField(label=_("Area"), widget=forms.Select)

    def __init__(self, told: dict[str, str], *, user: policy.Viewer) -> None:
        super().__init__(
            usual(user) | {name: text for name, text in told.items() if text}
        )
        self._offer("material", _materials())
        self._offer("area", _areas(user))

    def clean_material(self) -> Subject:
        """A material, a category, or all of them."""
        return self._understood("material", subject)

    def clean_period(self) -> Period:
        """Whole months."""
        return self._understood("period", parse)

    def clean_area(self) -> Region:
        """A region of the map."""
        return self._understood("area", region_named)

    def _understood(self, field: str, read: Any) -> Any:
        try:
            return read(self.cleaned_data[field])
        except Refused as refused:
            raise forms.ValidationError(refused.message) from refused

    def _offer(self, field: str, choices: list[tuple[str, Any]]) -> None:
        """What the list names; what the address names beside it is understood too."""
        widget: Any = self.fields[field].widget
        asked = self.data[field]
        known = {code for code, _words in choices}
        widget.choices = choices if asked in known else [*choices, (asked, asked)]


def usual(user: policy.Viewer) -> dict[str, str]:
    """What is asked unless said: phosphogypsum, twelve months, the user's widest."""
    is_known = Material.objects.filter(code=FIRST).exists()
    return {
        "material": FIRST if is_known else ALL,
        "period": last_year().code,
        "area": next(iter(dict(_areas(user))), ""),
    }


def _materials() -> list[tuple[str, Any]]:
    rows = [(row.code, both_plain(row)) for row in materials_on_offer_first()]
    used = Category.objects.filter(pk__in=Material.objects.values("category"))
    groups = [(row.code, f"{row.code} {name(row)}") for row in used.order_by("code")]
    return [(ALL, str(_("All materials"))), *rows, *groups]


def _areas(user: policy.Viewer) -> list[tuple[str, Any]]:
    """Regions with counties: a regulator's own, and all to anybody else."""
    rows = Region.objects.current()
    if policy.watches(user) and not user.is_staff:
        rows = policy.plannable_regions(user)
    whole = rows.with_parts().order_by("adcode").only("adcode", "name_zh", "name_en")
    return [(row.adcode, name(row)) for row in whole]
