"""A comparison laid out for a page: columns of plans, and who gains or loses."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.comparison import Compared, Comparison
from matching.difference import Side, Turn
from matching.models import MatchRun, PlantMatch
from matching.scenario_models import Scenario, ScenarioChange
from wastehub.units import KG_PER_TONNE
from wastehub.web import policy, reveal
from wastehub.web.pages import flows
from wastehub.web.pages.listing import drawn_at, map_point
from wastehub.web.templatetags.figures import mass, money, tonne_km

SHOWN: Final = 10


def _mass_of_t(tonnes: float) -> str:
    return mass(tonnes * KG_PER_TONNE)


_ROWS: Final[dict[str, tuple[Any, Callable[[Any], str]]]] = {
    "placed_kg": (gettext_lazy("placed"), mass),
    "left_kg": (gettext_lazy("left in the yard"), mass),
    "net_cost_yuan": (gettext_lazy("net cost, estimate"), money),
    "haul_cost_yuan": (gettext_lazy("haul cost, estimate"), money),
    "subsidy_yuan": (gettext_lazy("subsidy"), money),
    "tonne_km": (gettext_lazy("haulage, estimate"), tonne_km),
    "co2_haul_t": (gettext_lazy("CO2 of haulage, estimate"), _mass_of_t),
    "co2_displaced_t": (gettext_lazy("CO2 displaced, estimate"), _mass_of_t),
}


@dataclass(frozen=True)
class Cell:
    """What a plan comes to, and how far that is from the base."""

    value: str
    change: str


def table(comparison: Comparison) -> list[tuple[Any, str, list[Cell]]]:
    """A row a figure: its words, the base's value, and a cell for each scenario."""
    base = comparison.base.summary
    runs = [row.run for row in comparison.compared]
    return [
        (
            words,
            shown(base[key]),
            [_cell(shown, base[key], run.summary[key]) for run in runs],
        )
        for key, (words, shown) in _ROWS.items()
    ]


def by_material(comparison: Comparison) -> list[tuple[Any, str, list[Cell]]]:
    """A row a material that any of the plans has: what each places of it."""
    plans = [comparison.base, *(row.run for row in comparison.compared)]
    placed = [{m["material"]: m["placed_kg"] for m in _materials(p)} for p in plans]
    codes = sorted({code for masses in placed for code in masses})
    named = {
        flow.material.code: flow.material
        for plan in plans
        for flow in flows.by_material(plan.summary)
    }
    first, *others = placed
    return [
        (
            named[code],
            mass(first.get(code, 0)),
            [_cell(mass, first.get(code, 0), row.get(code, 0)) for row in others],
        )
        for code in codes
        if code in named
    ]


def bars(comparison: Comparison) -> list[dict[str, Any]]:
    """What each plan places, by material, against the most that any has on offer."""
    plans = [(_("base"), comparison.base)]
    plans += [(row.scenario.name, row.run) for row in comparison.compared]
    whole_kg = max(run.summary["offered_kg"] for _words, run in plans)
    return [
        {
            "words": words,
            "placed_kg": run.summary["placed_kg"],
            "whole_kg": whole_kg,
            "parts": [
                {"mass_kg": f.placed_kg, "colour": f.material.colour, "opacity": 1.0}
                for f in flows.by_material(run.summary)
            ],
        }
        for words, run in plans
    ]


def sides(compared: Compared, is_full: bool) -> list[dict[str, Any]]:
    """Who gains and who loses, holders first; the largest ten of each unless all."""
    most = None if is_full else SHOWN
    words = {Side.SENDS: _("Holders"), Side.TAKES: _("Takers")}
    found = []
    for side in Side:
        rows = [turn for turn in compared.turns if turn.side == side]
        gains = [turn for turn in rows if turn.is_gain]
        losses = [turn for turn in rows if not turn.is_gain]
        shown = [*gains[:most], *losses[:most]]
        found.append(
            {
                "words": words[side],
                "gains": len(gains),
                "losses": len(losses),
                "rows": [_turned(turn) for turn in shown],
            }
        )
    return found


def is_cut(compared: Iterable[Compared]) -> bool:
    """Whether a list of the largest ten leaves somebody out."""
    return any(
        len([turn for turn in row.turns if (turn.side, turn.is_gain) == kind]) > SHOWN
        for row in compared
        for kind in {(turn.side, turn.is_gain) for turn in row.turns}
    )


def plants_drawn(
    user: policy.Viewer, run: MatchRun, rows: QuerySet[PlantMatch]
) -> dict[str, Any] | None:
    """The plants of a scenario on the map with what goes there; none without plants.

    Parameters
    ----------
    rows
        What the user may see of the plan's matches of plants.
    """
    plants = ScenarioChange.objects.filter(scenario=run.scenario, point__isnull=False)
    found = rows.filter(run=run)
    hauls = list(found.select_related("supply__facility__county", "plant"))
    reveal.mark(user, (match.supply.facility for match in hauls))
    drawn = {
        "sites": [
            {**drawn_at(plant.point), "number": str(plant.position), "is_built": True}
            for plant in plants
        ],
        "hauls": [
            {
                "from": map_point(match.supply.facility),
                "to": drawn_at(match.plant.point),
                "mass_t": match.mass_kg / KG_PER_TONNE,
            }
            for match in hauls
        ],
    }
    return drawn if drawn["sites"] else None


def comparable(scenario: Scenario, base: MatchRun, rows: Any) -> Sequence[Scenario]:
    """Other scenarios among ``rows`` with a finished plan against the same base."""
    others = rows.filter(runs__base=base, runs__status=MatchRun.Status.DONE)
    return list(others.exclude(pk=scenario.pk).distinct())


def _materials(run: MatchRun) -> list[dict[str, Any]]:
    return run.summary["by_material"]


def _cell(shown: Callable[[Any], str], before: float, after: float) -> Cell:
    return Cell(shown(after), _signed(shown, round(after - before, 3)))


def _turned(turn: Turn) -> dict[str, Any]:
    return {
        "site": turn.site,
        "is_gain": turn.is_gain,
        "mass": _signed(mass, turn.gained_kg),
        "after": mass(turn.after_kg),
        "cost": _signed(money, float(turn.cost_gained_yuan)),
    }


def _signed(shown: Callable[[Any], str], change: float) -> str:
    """A change with its sign; nothing where there is none."""
    if not change:
        return ""
    return f"{'+' if change > 0 else '−'}{shown(abs(change))}"
