"""A scenario of the western prefecture, whose plant both offers ash and takes it."""

from typing import Any

from django.test import Client

from matching import scenarios
from matching.models import MatchRun
from matching.scenario_models import Scenario
from matching.services import run_execute
from tests.web import world as worlds

ASKED = {
    "adcode": "510100",
    "name": "what if",
    "horizon_months": "12",
    "accept": "unknown",
}


def west_takes_ash() -> worlds.World:
    """Fourteen tonnes of ash in the west, and room for ten of them there."""
    world = worlds.two_counties()
    world.facilities["works"] = worlds.facility(world, "works", "taker", (104.4, 30.4))
    world.demands["works"] = worlds.demand(
        world, "works", capacity_kg=10_000, base_kg_per_year=10_000
    )
    return world


def signed_in(world: worlds.World, name: str) -> Client:
    """A browser that reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[name])
    return client


def supposed(world: worlds.World, *changes: Any, **told: Any) -> Scenario:
    """A scenario that the regulator of the west makes; the works close unless said."""
    closes = {"kind": "closure", "demand": world.demands["works"]}
    values = {
        "user": world.users["west"],
        "adcode": "510100",
        "name": "what if",
        "accept": "unknown",
        "changes": changes or [closes],
    }
    return scenarios.scenario_create(**values | told)


def plant(world: worlds.World, **told: Any) -> dict[str, Any]:
    """A plant in the west that would take five tonnes."""
    values = {
        "kind": "plant",
        "name": "shed",
        "route": world.routes["cement_blending"],
        "lon": 104.6,
        "lat": 30.6,
        "capacity_kg_per_year": 5_000,
    }
    return values | told


def planned(scenario: Scenario) -> MatchRun:
    """The scenario's finished run; its base is finished too."""
    runs = scenarios.scenario_start(scenario_id=scenario.pk, user=scenario.created_by)
    return [run_execute(run_id=run.pk) for run in runs][-1]
