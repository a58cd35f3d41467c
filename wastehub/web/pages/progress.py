"""How far a run is, in the words that its page starts with."""

from typing import Any

from matching.models import MatchRun

STAGES = MatchRun.Stage


def of(run: MatchRun) -> dict[str, Any]:
    """The run with its stages, each past, now or still to come."""
    order = list(STAGES)
    now = order.index(STAGES(run.stage)) if run.stage else -1
    return {
        "run": run,
        "percent": round(run.done_frac * 100),
        "stages": [
            {"code": stage.value, "label": stage.label, "state": _state(place, now)}
            for place, stage in enumerate(order)
        ],
    }


def _state(place: int, now: int) -> str:
    if place == now:
        return "now"
    return "past" if place < now else "next"
