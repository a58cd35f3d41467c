"""A rulebook of one sand and one brickyard, small enough to judge by eye.

Bricks take sand with at most 8 % lime by the 2020 edition of Q 1, up to the last of
June 2026; from July on the 2026 edition rules, whose number nobody has read.
"""

from datetime import date

from tests import worlds
from wastehub.catalogue.models import (
    Admission,
    Limit,
    Material,
    Parameter,
    Standard,
    UseRoute,
)
from wastehub.registry.models import Supply
from wastehub.registry.services import assay_create

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)
SOURCED = {"source": "a test", "confidence": "M"}


def parameter(code: str) -> Parameter:
    """A percentage."""
    named = {"name_zh": code, "name_en": code, "unit": "%", "basis": "dry"}
    return Parameter.objects.create(
        code=code, plausible_low=0, plausible_high=100, **named
    )


def route(code: str) -> UseRoute:
    """A use of sand."""
    made = UseRoute.objects.create(code=code, name_zh=code, name_en=code, **SOURCED)
    Admission.objects.create(route=made, material=_sand(), admitted=True, **SOURCED)
    return made


def limit(at: UseRoute, on: Parameter, value: float | None, **cells: object) -> Limit:
    """At most so much."""
    return Limit.objects.create(
        route=at, parameter=on, operator="<=", value=value, **SOURCED | cells
    )


def bricks() -> UseRoute:
    """The brickyard's rules in both editions."""
    titles = {"title_zh": "砖", "title_en": "Bricks"}
    old, new = (
        Standard.objects.create(code="Q 1", edition=edition, **titles, **SOURCED)
        for edition in ("2020", "2026")
    )
    made, lime = route("bricks"), parameter("lime")
    limit(made, lime, 8, standard=old, clause="4.1", valid_to=JUNE)
    limit(made, lime, None, standard=new, valid_from=JULY)
    return made


def sand(**assay: float) -> Supply:
    """A thousand tonnes of sand, measured as told."""
    _sand()
    supply = worlds.supply("sand")
    if assay:
        assay_create(supply=supply, sampled_on=date(2026, 1, 1), values=assay)
    return supply


def _sand() -> Material:
    named = {"name_zh": "砂", "name_en": "Sand", "reach_km": 100, "colour": "#C0C0C0"}
    return Material.objects.get_or_create(code="sand", defaults=named | SOURCED)[0]
