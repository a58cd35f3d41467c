"""What one more tonne of room is worth in a plan, as a map and as the same table."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from maps.worth import Worth, worth
from matching.engine.params import Objective
from matching.models import Match, MatchRun
from wastehub.catalogue.models import Material
from wastehub.places.models import Region
from wastehub.units import FEN_PER_YUAN
from wastehub.web import policy
from wastehub.web.forms import NamedChoice, map_levels
from wastehub.web.pages import scale
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import origins_counted
from wastehub.web.templatetags.figures import yuan_per_t

MEASURES = [("mean", gettext_lazy("mean")), ("highest", gettext_lazy("highest"))]


class WorthForm(forms.Form):
    """Which material, by which regions, coloured by which number."""

    material = NamedChoice(
        Material.objects.none(),
        label=gettext_lazy("Material"),
        to_field_name="code",
        empty_label=None,
        error_messages={
            "invalid_choice": gettext_lazy("The plan places no such material.")
        },
    )
    level = forms.ChoiceField(label=gettext_lazy("By"), choices=map_levels)
    measure = forms.ChoiceField(label=gettext_lazy("Colour shows"), choices=MEASURES)

    def __init__(self, *args: Any, materials: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["material"]
        choice.queryset = materials


@require_safe
def plan_worth(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The worth of room by region: of one material on the map and in the table."""
    plans = policy.runs(request.user).factual().plans().published()
    run = get_object_or_404(plans, public_id=public_id)
    demands = policy.priced_demands(request.user)
    taken = Match.objects.filter(run=run, demand__in=demands.values("pk"))
    materials = Material.objects.filter(pk__in=taken.values("supply__material"))
    form = WorthForm(_asked(request, materials), materials=materials)
    has_prices = Objective(run.params.get("objective", Objective.COST)).is_money
    context = {
        "run": run,
        "form": form,
        "has_prices": has_prices,
        "has_materials": has_prices and materials.exists(),
    }
    if context["has_materials"] and not form.is_valid():
        return render(request, "web/plan_worth.html", context, status=400)
    if context["has_materials"]:
        context |= _found(request, run, form.cleaned_data)
    return render(request, "web/plan_worth.html", context)


def _asked(request: HttpRequest, materials: QuerySet[Material]) -> dict[str, str]:
    first = materials.order_by("code").first()
    asked = {
        "material": first.code if first else "",
        "level": Region.Level.COUNTY.value,
        "measure": "highest",
    }
    return asked | request.GET.dict()


def _found(
    request: HttpRequest, run: MatchRun, asked: dict[str, Any]
) -> dict[str, Any]:
    demands = policy.priced_demands(request.user)
    cells = worth(run, demands, asked["level"])
    shown = [cell for cell in cells if cell.material == asked["material"].code]
    values = [float(_value(cell, asked["measure"])) for cell in shown]
    bounds = scale.even_bounds(values)
    rows: list[dict[str, Any]] = [
        {"cell": cell, "class": scale.class_of(value, bounds) if value else "none"}
        for cell, value in zip(shown, values, strict=True)
    ]
    return {
        "material": asked["material"],
        "rows": rows,
        "legend": _legend(bounds),
        "unplaced_yuan_per_t": run.params.get("unplaced_fen_per_t", 0) / FEN_PER_YUAN,
        "frame": map_frame(),
        "origins": origins_counted(policy.facilities(request.user), run),
        "drawn": {
            "level": asked["level"],
            "regions": {row["cell"].adcode: {"class": row["class"]} for row in rows},
        },
    }


def _value(cell: Worth, measure: str) -> Any:
    return cell.mean_yuan_per_t if measure == "mean" else cell.highest_yuan_per_t


def _legend(bounds: Sequence[float]) -> list[tuple[Any, str]]:
    nothing = ("none", _("no taker, or room to spare"))
    if not bounds:
        return [nothing]
    inner = [
        (place, f"{yuan_per_t(low)} – {yuan_per_t(high)}")
        for place, (low, high) in enumerate(pairwise(bounds), 1)
    ]
    first = (0, _("below %(high)s") % {"high": yuan_per_t(bounds[0])})
    last = (len(bounds), _("%(low)s and more") % {"low": yuan_per_t(bounds[-1])})
    return [nothing, first, *inner, last]
