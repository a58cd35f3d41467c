"""The form of a mix: a place, limits, base materials and largest shares.

The fields follow from the recipe. A number of the recipe, with its source, is only what
a field starts with. Names are short, for the address holds the whole question:
``lo.<limit>``, ``hi.<limit>``, ``p.<base>`` a price, ``w.<base>`` a moisture,
``c.<base>.<parameter>`` a content, ``n.<base>`` and ``x.<base>`` the smallest and
largest share, ``m.<material>`` the largest share of a material; shares in percent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.blending import usual_shares
from matching.mixes import Limit, Share
from matching.recipes import RECIPES, Base, Recipe, Window
from wastehub.catalogue.models import Parameter
from wastehub.registry.models import Demand
from wastehub.web.blends import DEFAULT_WITHIN_KM, WIDEST_KM
from wastehub.web.forms import PlaceChoice, PointFields
from wastehub.web.mix_names import limit_name, limit_unit
from wastehub.web.templatetags.naming import name

CONTENTS = ("cao", "sio2", "al2o3", "fe2o3", "mgo", "so3", "p2o5", "na2o_eq", "cl")
OWN = ("own1", "own2")
RECIPE_WORDS = {
    "raw_meal": gettext_lazy("Raw meal of a cement kiln"),
    "backfill": gettext_lazy("Fill of a mine"),
}
# A slider spans so many widths of its window to either side.
_SPAN = 1.5
_STEPS = 100


@dataclass(frozen=True)
class LimitRow:
    """One limit: what it is called, its two fields, and the window it starts with."""

    name: str
    unit: str
    window: Window
    low: Any
    high: Any


@dataclass(frozen=True)
class BaseRow:
    """One base material: its fields, the contents apart."""

    name: str
    is_own: bool
    label: Any
    price: Any
    moisture: Any
    least: Any
    most: Any
    contents: list[Any]

    @property
    def has_faults(self) -> bool:
        """Whether a field that is folded away is at fault."""
        fields = [self.moisture, self.least, self.most, *self.contents]
        return any(field.errors for field in fields)


class DemandChoice(PlaceChoice):
    """A demand by its site and its use."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{name(obj.facility)} · {name(obj.route)}"


class BlendForm(PointFields):
    """A mix as asked by the page."""

    recipe = forms.ChoiceField(
        label=gettext_lazy("Recipe"),
        choices=[(code, RECIPE_WORDS[code]) for code in RECIPES],
        required=False,
    )
    demand = DemandChoice(
        None,
        label=gettext_lazy("For"),
        to_field_name="public_id",
        required=False,
        empty_label=gettext_lazy("a point on the map"),
        error_messages={
            "invalid_choice": gettext_lazy("There is no such demand here.")
        },
    )
    within_km = forms.FloatField(
        label=pgettext_lazy("supplies of a mix", "Supplies within, km"),
        min_value=1,
        max_value=WIDEST_KM,
        initial=DEFAULT_WITHIN_KM,
        help_text=gettext_lazy("Great circle. A material's own reach holds besides."),
    )
    mix_t = forms.FloatField(
        label=gettext_lazy("Mix in a year, wet tonnes"),
        min_value=1,
        max_value=10**9,
        required=False,
        help_text=gettext_lazy(
            "No more of a supply goes in than there is. Empty: a demand's own mass, "
            "or no such limit."
        ),
    )
    counts_unknown = forms.BooleanField(
        label=gettext_lazy(
            "Count contents that nobody knows as 0, and mark them; "
            "else such supplies are left out"
        ),
        required=False,
    )

    def __init__(
        self,
        asked: Mapping[str, Any] | None,
        *,
        recipe: Recipe,
        demands: QuerySet[Demand],
        day: date,
        **options: Any,
    ) -> None:
        super().__init__(asked, **options)
        self._recipe = recipe
        self._shares = usual_shares(recipe, day)
        self._parameters = {row.code: row for row in Parameter.objects.all()}
        self.fields["demand"].queryset = demands  # type: ignore[attr-defined]
        for field in ("lon", "lat", "datum"):
            self.fields[field].required = False
        self._add_limits()
        self._add_bases()
        for share in self._shares:
            code = share.material.code if share.material else ""
            self.fields[f"m.{code}"] = _percent(share.material, share.most_frac)

    def limit_rows(self) -> list[LimitRow]:
        """The limits in the recipe's order."""
        return [
            LimitRow(
                name=limit_name(row.key, self._parameters.get(_code(row.key))),
                unit=limit_unit(row.key, self._parameters.get(_code(row.key))),
                window=row,
                low=self[f"lo.{row.key}"],
                high=self[f"hi.{row.key}"],
            )
            for row in self._recipe.windows
        ]

    def base_rows(self) -> list[BaseRow]:
        """The base materials, the recipe's first."""
        return [self._base_row(row) for row in self._bases()]

    def share_fields(self) -> list[Any]:
        """The largest share of each material."""
        return [self[field] for field in self.fields if field.startswith("m.")]

    def limits(self) -> tuple[Limit, ...]:
        """The limits as entered; those without bounds are watched."""
        told = self.cleaned_data
        return tuple(
            Limit(row.key, told[f"lo.{row.key}"], told[f"hi.{row.key}"])
            for row in self._recipe.windows
        )

    def bases(self) -> tuple[Base, ...]:
        """The base materials as entered; an own one counts once it has contents."""
        rows = (self._told_base(row) for row in self._bases())
        return tuple(row for row in rows if row.code not in OWN or row.values)

    def shares(self) -> tuple[Share, ...]:
        """The largest share of each material as entered; empty means no limit."""
        told = self.cleaned_data
        return tuple(
            Share(material=row.material, most_frac=told[f"m.{row.material.code}"] / 100)
            for row in self._shares
            if row.material and told[f"m.{row.material.code}"] is not None
        )

    def _bases(self) -> tuple[Base, ...]:
        own = tuple(Base(code, "自备原料", "Own material") for code in OWN)
        return (*self._recipe.base, *own)

    def _add_limits(self) -> None:
        for row in self._recipe.windows:
            label = limit_name(row.key, self._parameters.get(_code(row.key)))
            for side, bound, words in (
                ("lo", row.low, _("%(limit)s at least")),
                ("hi", row.high, _("%(limit)s at most")),
            ):
                self.fields[f"{side}.{row.key}"] = forms.FloatField(
                    label=words % {"limit": label},
                    required=False,
                    initial=bound if row.is_set else None,
                    min_value=-1_000_000,
                    max_value=1_000_000,
                    widget=forms.NumberInput(attrs=_slider(row, bound)),
                )

    def _add_bases(self) -> None:
        for row in self._bases():
            code = row.code
            if code in OWN:
                self.fields[f"t.{code}"] = forms.CharField(
                    label=_("Name"), max_length=60, required=False
                )
            self.fields[f"p.{code}"] = _number(
                _("Price, CNY per wet tonne"), row.price_yuan_per_t, low=-10_000
            )
            self.fields[f"w.{code}"] = _number(
                _("Moisture, % of wet mass"), row.moisture_percent, high=100
            )
            self.fields[f"n.{code}"] = _number(
                _("Smallest share, %"), row.least_frac * 100, high=100
            )
            self.fields[f"x.{code}"] = _number(
                _("Largest share, %"), row.most_frac * 100, high=100
            )
            for parameter in self._contents_of(row):
                self.fields[f"c.{code}.{parameter}"] = _number(
                    name(self._parameters[parameter]),
                    row.values.get(parameter),
                    high=100,
                )

    def _contents_of(self, row: Base) -> list[str]:
        if row.is_binder or row.moisture_percent >= 100:
            return []
        return [code for code in CONTENTS if code in self._parameters]

    def _base_row(self, row: Base) -> BaseRow:
        code, is_own = row.code, row.code in OWN
        return BaseRow(
            name=name(row),
            is_own=is_own,
            label=self[f"t.{code}"] if is_own else None,
            price=self[f"p.{code}"],
            moisture=self[f"w.{code}"],
            least=self[f"n.{code}"],
            most=self[f"x.{code}"],
            contents=[self[f"c.{code}.{one}"] for one in self._contents_of(row)],
        )

    def _told_base(self, row: Base) -> Base:
        told, code = self.cleaned_data, row.code
        own_name = told.get(f"t.{code}") or ""
        most = told[f"x.{code}"]
        return Base(
            code=code,
            name_zh=own_name or row.name_zh,
            name_en=own_name or row.name_en,
            price_yuan_per_t=told[f"p.{code}"] or 0.0,
            moisture_percent=told[f"w.{code}"] or 0.0,
            values={
                one: told[f"c.{code}.{one}"]
                for one in self._contents_of(row)
                if told[f"c.{code}.{one}"]
            },
            least_frac=(told[f"n.{code}"] or 0.0) / 100,
            most_frac=1.0 if most is None else most / 100,
            is_binder=row.is_binder,
        )


def started(form: BlendForm) -> dict[str, Any]:
    """What every field starts with, as an address would say it."""
    found = {}
    for field_name, field in form.fields.items():
        initial = field.initial
        if initial is not None and initial != "":
            found[field_name] = f"{initial:g}" if _is_number(initial) else initial
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _code(key: str) -> str:
    return key.rpartition(".")[2]


def _number(
    label: str, initial: float | None, low: float = 0, high: float = 1_000_000
) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(
        label=label,
        required=False,
        initial=None if initial is None else round(initial, 6),
        min_value=low,
        max_value=high,
        widget=widget,
    )


def _percent(material: Any, most_frac: float) -> forms.FloatField:
    initial = most_frac * 100 if most_frac < 1 else None
    return _number(name(material), initial, high=100)


def _slider(window: Window, bound: float | None) -> dict[str, str]:
    """How a number field may be slid: around its window, in a hundred steps."""
    attrs = {"step": "any", "inputmode": "decimal"}
    if bound is None:
        return attrs
    other = window.low if bound == window.high else window.high
    width = abs(bound - other) if other is not None else abs(bound)
    least = bound - _SPAN * width if other is not None else 0.0
    most = bound + _SPAN * width
    step = (most - least) / _STEPS
    return attrs | {
        "data-least": f"{max(least, 0):g}",
        "data-most": f"{most:g}",
        "data-step": f"{step:.2g}",
    }
