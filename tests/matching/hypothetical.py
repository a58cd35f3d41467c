"""Scenarios of the two square counties, planned where they stand."""

from typing import Any

from matching import scenarios, services
from matching.models import MatchRun
from matching.scenario_models import Scenario
from matching.wishes import Wishes
from tests import worlds
from wastehub.accounts.models import User
from wastehub.catalogue.models import UseRoute
from wastehub.registry.models import Demand


def maker() -> User:
    """Whoever supposes."""
    return User.objects.get_or_create(username="maker")[0]


def kiln(lon: float, capacity_kg: int = 10**6) -> Demand:
    """A kiln so large that no share cap binds."""
    return worlds.demand(
        "bricks",
        at=worlds.facility(lon),
        capacity_kg_per_year=capacity_kg,
        base_kg_per_year=10**11,
    )


def scenario(*changes: dict[str, Any], **told: Any) -> Scenario:
    """A scenario of the province that goes down to likely."""
    values: dict[str, Any] = {"name": "a", "adcode": "510000", "accept": "likely"}
    return scenarios.scenario_create(user=maker(), changes=changes, **values | told)


def planned(supposed: Scenario) -> MatchRun:
    """The scenario's finished run; its base is finished too."""
    *_, last = [
        services.run_execute(run_id=run.pk)
        for run in scenarios.scenario_start(scenario_id=supposed.pk)
    ]
    return last


def plan_of(*changes: dict[str, Any], **wishes: Any) -> MatchRun:
    """The finished run of a scenario with these changes."""
    return planned(scenario(*changes, wishes=Wishes(**wishes)))


def plant(route: str = "bricks", **told: Any) -> dict[str, Any]:
    """A plant for a thousand tonnes beside the middle of the west county."""
    values = {
        "kind": "plant",
        "name": "new kiln",
        "route": UseRoute.objects.get(code=route),
        "lon": 104.5,
        "lat": 30.5,
        "capacity_kg_per_year": 10**6,
    }
    return values | told
