"""A plan's summary with names in place of codes, ready to be drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from matching.models import MatchRun, Verdict
from wastehub.catalogue.models import Material, UseRoute
from wastehub.units import FEN_PER_YUAN
from wastehub.web.templatetags.figures import plain

# Routes of one material are told apart by depth, so that its colour stays its own.
OPACITIES = (1.0, 0.72, 0.5, 0.34, 0.22)


@dataclass
class MaterialFlow:
    """What became of one material: offered, placed by route, left."""

    material: Material
    offered_kg: int
    placed_kg: int
    left_kg: int
    parts: list[dict[str, Any]]

    @property
    def placed_frac(self) -> float:
        """The placed share of what was offered."""
        return self.placed_kg / self.offered_kg if self.offered_kg else 0.0


def by_material(summary: dict[str, Any]) -> list[MaterialFlow]:
    """Flows by material, the largest placed mass first."""
    totals = summary.get("by_material", [])
    codes = [row["material"] for row in totals]
    materials = {row.code: row for row in Material.objects.filter(code__in=codes)}
    routes = {row.code: row for row in UseRoute.objects.all()}
    found = [
        MaterialFlow(
            material=materials[row["material"]],
            offered_kg=row["offered_kg"],
            placed_kg=row["placed_kg"],
            left_kg=row["left_kg"],
            parts=_parts(summary, materials[row["material"]], routes),
        )
        for row in totals
        if row["material"] in materials
    ]
    return sorted(found, key=lambda flow: (-flow.placed_kg, flow.material.code))


def by_verdict(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Placed mass by what it stands on, best first, without empty ones."""
    masses = summary.get("mass_by_verdict_kg", {})
    return [
        {"code": verdict.value, "label": verdict.label, "mass_kg": masses[verdict]}
        for verdict in Verdict
        if masses.get(verdict)
    ]


def stage_seconds(seconds: dict[str, float]) -> list[tuple[str, float]]:
    """How long each stage took, in the order of the work."""
    return [
        (str(stage.label), seconds[stage])
        for stage in MatchRun.Stage
        if stage in seconds
    ]


def questions(params: dict[str, Any]) -> list[tuple[str, str]]:
    """What the plan was asked, in words; a knob of the machinery is left out."""
    words: dict[str, tuple[str, Callable[[Any], str]]] = {
        "horizon_months": (_("months ahead"), str),
        "accept": (_("goes down to"), lambda verdict: str(Verdict(verdict).label)),
        "circuity": (_("road over great circle"), plain),
        "haul_fixed_fen_per_t": (_("haul, fixed part"), _yuan_per_t),
        "haul_fen_per_t_km": (_("haul per kilometre"), _yuan_per_t_km),
        "unplaced_fen_per_t": (_("a tonne left counts as"), _yuan_per_t),
    }
    return [
        (label, show(params[key]))
        for key, (label, show) in words.items()
        if key in params
    ]


def _yuan_per_t(fen: float) -> str:
    return _("%(amount)s CNY/t") % {"amount": plain(fen / FEN_PER_YUAN)}


def _yuan_per_t_km(fen: float) -> str:
    return _("%(amount)s CNY/(t·km)") % {"amount": plain(fen / FEN_PER_YUAN)}


def _parts(
    summary: dict[str, Any], material: Material, routes: dict[str, UseRoute]
) -> list[dict[str, Any]]:
    rows = [
        row
        for row in summary.get("by_material_route", [])
        if row["material"] == material.code and row["mass_kg"]
    ]
    rows.sort(key=lambda row: (-row["mass_kg"], row["route"], row["verdict"]))
    return [
        {
            "route": routes.get(row["route"]),
            "verdict": Verdict(row["verdict"]),
            "mass_kg": row["mass_kg"],
            "colour": material.colour,
            "opacity": OPACITIES[min(place, len(OPACITIES) - 1)],
        }
        for place, row in enumerate(rows)
    ]
