"""The form that asks for a plan: what it aims at, and how far it may go."""

from dataclasses import fields as dataclass_fields
from typing import Any, Final

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from matching.distances import Measured, read_distances
from matching.engine.params import Objective
from matching.models import MatchRun, MatchRunQuerySet, Verdict
from matching.wishes import MOST, Border, Wishes
from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.web.templatetags.naming import both_plain, name

HORIZONS_MONTHS = (3, 6, 12, 24)
KEPT_PLANS_SHOWN = 20
MOST_BYTES = 4_000_000
OBJECTIVES: Final = [
    (Objective.COST.value, _("least cost")),
    (Objective.TONNES.value, _("most tonnes, then least cost")),
    (Objective.CO2.value, _("least CO2, then least cost")),
    (Objective.MIX.value, _("least cost with a carbon price")),
]
BORDERS: Final = [
    (Border.REGION.value, _("inside the region")),
    (Border.PROVINCE.value, _("anywhere in its province")),
    (Border.OPEN.value, _("across province borders too")),
]


def _amount(name: str, label: Any, **options: Any) -> forms.DecimalField:
    """A number that may be left empty, within what the service takes."""
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=MOST[name], **options
    )


class WishesForm(forms.Form):
    """A region and what is wished of its plan."""

    adcode = forms.ChoiceField(label=_("Region"))
    horizon_months = forms.TypedChoiceField(
        label=_("Months ahead"),
        coerce=int,
        initial=12,
        choices=[(months, months) for months in HORIZONS_MONTHS],
        help_text=_("Mass on offer is the stock plus what is made in these months."),
    )
    accept = forms.ChoiceField(
        label=_("Go down to"),
        initial=Verdict.TREATED,
        choices=[choice for choice in Verdict.choices if choice[0] != Verdict.NO],
        help_text=_(
            "“Likely” also places lots without an assay whose typical composition "
            "passes; every such tonne is marked."
        ),
    )
    objective = forms.ChoiceField(
        label=_("Aim at"),
        choices=OBJECTIVES,
        required=False,
        help_text=_(
            "Least CO2 places only what saves more than its haul emits; a use without "
            "a known credit saves nothing."
        ),
    )
    carbon_price_yuan_per_t = _amount(
        "carbon_price_yuan_per_t",
        _("Carbon price, CNY per tonne of CO2"),
        help_text=_("Only with “least cost with a carbon price”."),
    )
    subsidy_yuan_per_t = _amount(
        "subsidy_yuan_per_t", _("Subsidy, CNY per tonne placed")
    )
    farthest_haul_km = _amount(
        "farthest_haul_km",
        _("Farthest haul, km by road"),
        help_text=_("By the estimated road distance; materials also have a reach."),
    )
    border = forms.ChoiceField(
        label=_("Where supplies may go"), choices=BORDERS, required=False
    )
    least_shipment_t = _amount(
        "least_shipment_t",
        _("Least shipment, tonnes over these months"),
        help_text=_(
            "Flows below it are dropped and the rest is planned afresh: none stays "
            "below it, but which to drop is a rule of thumb."
        ),
    )
    subsidy_yuan_per_t_km = _amount(
        "subsidy_yuan_per_t_km", _("Subsidy, CNY per tonne and road kilometre")
    )
    subsidy_material = forms.ModelChoiceField(
        Material.objects.order_by("code"),
        label=_("Subsidies are for"),
        to_field_name="code",
        required=False,
        empty_label=_("every material"),
    )
    FOLDED: tuple[str, ...] = (
        "least_shipment_t",
        "subsidy_yuan_per_t_km",
        "subsidy_material",
    )

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {row.adcode: name(row) for row in regions}
        fields: dict[str, Any] = self.fields
        fields["adcode"].choices = list(self.names.items())
        fields["subsidy_material"].label_from_instance = both_plain

    def plain_fields(self) -> list[forms.BoundField]:
        """What most plans ask."""
        return [field for field in self if field.name not in self.FOLDED]

    def folded_fields(self) -> list[forms.BoundField]:
        """What few plans ask."""
        return [field for field in self if field.name in self.FOLDED]

    def is_unfolded(self) -> bool:
        """Whether a folded field has something to say."""
        return any(field.errors for field in self.folded_fields())

    def asked(self) -> dict[str, Any]:
        """What ``plan_start`` takes."""
        data = dict(self.cleaned_data)
        region = {key: data.pop(key) for key in ("adcode", "horizon_months", "accept")}
        material = data.pop("subsidy_material")
        known = {field.name for field in dataclass_fields(Wishes)}
        told = {
            key: value
            for key, value in data.items()
            if key in known and value not in ("", None)
        }
        code = material.code if material else ""
        return {**region, "wishes": Wishes(subsidy_material=code, **told)}


class PlanForm(WishesForm):
    """What a plan is asked."""

    distances = forms.FileField(
        label=_("Road distances, CSV file"),
        required=False,
        help_text=_(
            "Columns supply, demand (public ids) and km by road; other pairs keep the "
            "estimate."
        ),
    )
    keeps = forms.ChoiceField(label=_("Keep the partners of"), required=False)
    kept_bonus_yuan_per_t = _amount(
        "kept_bonus_yuan_per_t",
        _("Bonus for kept partners, CNY per tonne"),
        help_text=_("What changing a partner of that plan must save to be worth it."),
    )

    FOLDED = (*WishesForm.FOLDED, "distances", "keeps", "kept_bonus_yuan_per_t")

    def __init__(self, *args: Any, plans: MatchRunQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        made = plans.published().filter(adcode__in=self.names)[:KEPT_PLANS_SHOWN]
        fields["keeps"].choices = [
            ("", _("none")),
            *(
                (str(run.public_id), _titled(run, self.names[run.adcode]))
                for run in made
            ),
        ]

    def clean_distances(self) -> Measured | None:
        """The file's rows, or what is wrong with them."""
        file = self.cleaned_data["distances"]
        if file is None:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too large."))
        try:
            return read_distances(file.read().decode("utf-8"))
        except UnicodeDecodeError as fault:
            raise forms.ValidationError(_("This file is not UTF-8 text.")) from fault
        except Refused as refused:
            raise forms.ValidationError(refused.fields["distances"]) from refused

    def asked(self) -> dict[str, Any]:
        """What ``plan_start`` takes."""
        return {**super().asked(), "distances": self.cleaned_data["distances"]}


def _titled(run: MatchRun, region: str) -> str:
    return f"{region} · {date_format(run.created_at, 'SHORT_DATETIME_FORMAT')}"
