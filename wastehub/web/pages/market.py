"""What is offered and could be taken by region: a map, and its table."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from maps.market import Cell
from maps.market import market as market_of
from wastehub.catalogue.models import Material, PolicyTarget
from wastehub.places import adcodes
from wastehub.places.models import Region
from wastehub.web import policy
from wastehub.web.forms import MarketForm
from wastehub.web.pages import scale
from wastehub.web.pages.frame import map_frame
from wastehub.web.pages.listing import origins_counted
from wastehub.web.templatetags.figures import mass, percent

FIRST_MATERIAL = "phosphogypsum"
MEASURES = {
    "placed_frac": gettext_lazy("share placed"),
    "offered_kg": gettext_lazy("offered"),
    "capacity_kg": gettext_lazy("could be taken"),
    "placed_kg": gettext_lazy("placed"),
    "left_kg": gettext_lazy("left"),
    "received_kg": gettext_lazy("received"),
}
# Hatched on the map: more than half of what is offered is nobody's statement.
MOSTLY_FRAC = 0.5
MASSES = (
    "offered_kg",
    "estimated_kg",
    "capacity_kg",
    "placed_kg",
    "left_kg",
    "received_kg",
)


@require_safe
def market(request: HttpRequest) -> HttpResponse:
    """Offered, placeable, placed and left by region, from the latest plan."""
    form = MarketForm(_asked(request), measures=MEASURES.items())
    if not form.is_valid():
        return render(request, "web/market.html", {"form": form}, status=400)
    asked = form.cleaned_data
    run = policy.runs(request.user).published().widest()
    in_full = partial(policy.in_full, request.user)
    cells = market_of(asked["material"].code, asked["level"], run, in_full)
    rows = [_row(cell) for cell in cells]
    bounds = _classify(rows, asked["measure"])
    context = {
        "form": form,
        "material": asked["material"],
        "measure": MEASURES[asked["measure"]],
        "run": run,
        "is_banded": not policy.sees_figures(request.user, adcodes.COUNTRY),
        "rows": rows,
        "total": _total(rows),
        "legend": _legend(asked["measure"], bounds),
        "targets": _targets(asked["material"]),
        "frame": map_frame(),
        "origins": origins_counted(policy.facilities(request.user), run),
        "drawn": {"level": asked["level"], "regions": _drawn(rows)},
    }
    return render(request, "web/market.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    first = {
        "material": FIRST_MATERIAL,
        "level": Region.Level.PREFECTURE.value,
        "measure": "placed_frac",
    }
    return first | request.GET.dict()


def _row(cell: Cell) -> dict[str, Any]:
    return {
        **asdict(cell),
        "region": cell,
        "left_kg": cell.left_kg,
        "placed_frac": _share(cell.placed_kg, cell.offered_kg),
        "is_estimated": cell.estimated_frac > MOSTLY_FRAC,
    }


def _total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    total = {key: sum(row[key] for row in rows) for key in MASSES}
    return total | {"placed_frac": _share(total["placed_kg"], total["offered_kg"])}


def _share(placed_kg: int, offered_kg: int) -> float | None:
    return placed_kg / offered_kg if offered_kg else None


def _classify(rows: list[dict[str, Any]], measure: str) -> tuple[float, ...]:
    values = [row[measure] for row in rows if row[measure] is not None]
    by_share = measure == "placed_frac"
    bounds = scale.SHARE_BOUNDS if by_share else scale.round_bounds(values)
    for row in rows:
        value = row[measure]
        empty = value is None or (value == 0 and not by_share)
        row["class"] = "none" if empty else scale.class_of(value, bounds)
    return bounds


def _legend(measure: str, bounds: tuple[float, ...]) -> list[tuple[Any, str]]:
    if measure == "placed_frac":
        ranges = _ranges(bounds, percent, _("all"))
        return [("none", _("nothing on offer")), *ranges]
    most = _("%(low)s and more") % {"low": mass(bounds[-1])} if bounds else ""
    return [("none", _("none")), *_ranges(bounds, mass, most)]


def _ranges(
    bounds: tuple[float, ...], words: Callable[[float], str], last: str
) -> list[tuple[int, str]]:
    if not bounds:
        return []
    inner = [
        (place + 1, f"{words(low)} – {words(high)}")
        for place, (low, high) in enumerate(pairwise(bounds))
    ]
    first = _("below %(high)s") % {"high": words(bounds[0])}
    return [(0, first), *inner, (len(bounds), last)]


def _drawn(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        row["adcode"]: {"class": row["class"], "estimated": row["is_estimated"]}
        for row in rows
    }


def _targets(material: Material) -> Any:
    concerned = Q(material=material) | Q(material__isnull=True)
    return PolicyTarget.objects.filter(concerned)
