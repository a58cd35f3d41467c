"""Ash and slag near a kiln that burns raw meal: the world of the blends' tests.

Rock is the kiln's own: 50 % of lime at 30 yuan. The slag, 40 % of lime, costs its -5.5
and a haul; the ash has none of its lime measured, and nothing is usual of it.
"""

import json

from django.utils import timezone

from tests.web import world as worlds
from wastehub.catalogue.models import Admission, Factor, Parameter, UseRoute
from wastehub.registry.services import assay_create

TOLD = {"source": "told here", "confidence": "M"}
NEAR_THE_KILN = {"lon": 105.5, "lat": 30.5}
ROCK = {"code": "rock", "price_yuan_per_t": 30, "values": {"cao": 50.0}}
CHALK = {"code": "chalk", "price_yuan_per_t": 90, "values": {"cao": 55.0}}


def kiln():
    """The two counties with a raw-meal route, slag of known lime and a kiln for it."""
    world = worlds.two_counties()
    for code, basis, formula in (
        ("cao", "dry", ""),
        ("sio2", "dry", ""),
        ("moisture", "wet", ""),
        ("ph", "none", ""),
        ("cao_sio2", "none", "cao / sio2"),
    ):
        Parameter.objects.create(
            code=code,
            name_zh=f"量{code}",
            name_en=code,
            unit="%",
            basis=basis,
            formula=formula,
            plausible_low=0,
            plausible_high=100,
        )
    _admit(world)
    for code, value in (("limestone_yuan_per_t", 30), ("raw_meal_per_t_clinker", 1.5)):
        _factor(code, value)
    world.supplies["slag"] = worlds.supply(
        world, "plant", rate_kg=40_000, material=world.materials["steel_slag"]
    )
    today = timezone.localdate()
    assay_create(
        supply=world.supplies["slag"],
        sampled_on=today,
        values={"cao": 40.0, "sio2": 10.0},
    )
    world.demands["meal"] = worlds.demand(
        world,
        "kiln",
        capacity_kg=50_000,
        base_kg_per_year=100_000,
        route=world.routes["raw_meal"],
    )
    return world


def _admit(world):
    world.routes["raw_meal"] = UseRoute.objects.create(
        code="raw_meal", name_zh="生料", name_en="raw meal", **TOLD
    )
    for code in ("fly_ash", "steel_slag"):
        Admission.objects.create(
            route=world.routes["raw_meal"],
            material=world.materials[code],
            admitted=True,
            max_share_frac=0.3,
            **TOLD,
        )


def fill(world):
    """Ash, a fifth of it water, for a mine that fills with binder and water."""
    world.routes["mine_backfill"] = UseRoute.objects.create(
        code="mine_backfill", name_zh="充填", name_en="fill", **TOLD
    )
    Admission.objects.create(
        route=world.routes["mine_backfill"],
        material=world.materials["fly_ash"],
        admitted=True,
        **TOLD,
    )
    assay_create(
        supply=world.supplies["ash"],
        sampled_on=timezone.localdate(),
        values={"moisture": 20.0},
    )


def _factor(code, value):
    Factor.objects.create(
        code=code, name_zh=code, name_en=code, value=value, unit="-", **TOLD
    )


def lime(**bounds):
    """A question near the kiln with a limit on lime and the kiln's rock."""
    return {
        "recipe": "raw_meal",
        "near": NEAR_THE_KILN,
        "limits": [{"key": "cao", **bounds}],
        "base": [ROCK],
        "shares": [],
    }


def ask(client, question):
    """The answer to a question, in English."""
    return client.post(
        "/api/v1/blends/",
        json.dumps(question),
        content_type="application/json",
        headers={"accept-language": "en"},
    )
