"""What a plan may be asked beyond its region: checked, and turned into knobs.

Amounts are those of the edge: yuan, tonnes, kilometres. What is missing is not wished.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from matching.engine.params import Objective
from matching.models import MatchRun
from wastehub.catalogue.models import Material
from wastehub.units import fen_from_yuan, kg_from_tonnes

Amount = Decimal | float | int


class Border(StrEnum):
    """Where a plan's supplies may go."""

    REGION = "region"
    PROVINCE = "province"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """An objective, prices and bounds of a plan; the defaults wish for nothing.

    ``subsidy_material`` is the code of the one material that the subsidies are for;
    empty, they are for all. ``keeps`` is the public id of an earlier plan of the region
    whose pairs earn ``kept_bonus_yuan_per_t``.
    """

    objective: str = Objective.COST
    carbon_price_yuan_per_t: Amount | None = None
    subsidy_yuan_per_t: Amount | None = None
    subsidy_yuan_per_t_km: Amount | None = None
    subsidy_material: str = ""
    farthest_haul_km: Amount | None = None
    least_shipment_t: Amount | None = None
    border: str = Border.REGION
    keeps: str = ""
    kept_bonus_yuan_per_t: Amount | None = None


MOST: Final = {
    "carbon_price_yuan_per_t": 100_000,
    "subsidy_yuan_per_t": 10_000,
    "subsidy_yuan_per_t_km": 100,
    "farthest_haul_km": 10_000,
    "least_shipment_t": 100_000_000,
    "kept_bonus_yuan_per_t": 10_000,
}
"""Far above any real amount, and far below what would pass 64 bits."""


def faults_of(wishes: Wishes, adcode: str) -> dict[str, str]:
    """What is wrong, by field; empty where nothing is."""
    return dict([*_amount_faults(wishes), *_choice_faults(wishes, adcode)])


def knobs_of(wishes: Wishes) -> dict[str, Any]:
    """The engine's parameters that follow; to be called on wishes without faults."""
    knobs: dict[str, Any] = {
        "objective": Objective(wishes.objective),
        "carbon_price_fen_per_t": fen_from_yuan(wishes.carbon_price_yuan_per_t or 0),
        "least_shipment_kg": kg_from_tonnes(wishes.least_shipment_t or 0),
        "kept_bonus_fen_per_t": fen_from_yuan(wishes.kept_bonus_yuan_per_t or 0),
        "crosses_provinces": wishes.border != Border.PROVINCE,
    }
    if wishes.farthest_haul_km is not None:
        knobs["farthest_haul_km"] = float(wishes.farthest_haul_km)
    return knobs


def as_asked(wishes: Wishes) -> dict[str, Any]:
    """What the run's row keeps beside the knobs, as plain JSON."""
    asked = asdict(wishes)
    numbers = {
        name: None if asked[name] is None else float(asked[name])
        for name in ("subsidy_yuan_per_t", "subsidy_yuan_per_t_km")
    }
    words = {name: str(asked[name]) for name in ("subsidy_material", "border", "keeps")}
    return {**numbers, **words}


def _amount_faults(wishes: Wishes) -> Iterator[tuple[str, str]]:
    for name, most in MOST.items():
        value = getattr(wishes, name)
        if value is not None and not (isfinite(value) and 0 <= value <= most):
            told = _("Enter a number from 0 to %(most)s.") % {"most": most}
            yield name, told


def _choice_faults(wishes: Wishes, adcode: str) -> Iterator[tuple[str, str]]:
    if wishes.objective not in tuple(Objective):
        yield "objective", _("A plan aims at cost, tonnes, co2 or mix.")
    if wishes.border not in tuple(Border):
        yield "border", _("A plan stays in its region or province, or is open.")
    material = wishes.subsidy_material
    if material and not Material.objects.filter(code=material).exists():
        yield "subsidy_material", _("This material is not in the catalogue.")
    yield from _carbon_faults(wishes)
    if wishes.keeps and not _is_plan(wishes.keeps, adcode):
        yield "keeps", _("This region has no finished plan of that name.")
    if bool(wishes.keeps) != bool(wishes.kept_bonus_yuan_per_t):
        yield "kept_bonus_yuan_per_t", _("A plan to keep and its bonus go together.")


def _carbon_faults(wishes: Wishes) -> Iterator[tuple[str, str]]:
    """Least CO2 hardly asks for money, only a mix for CO2: say so, not ignore."""
    if (wishes.objective == Objective.MIX) != bool(wishes.carbon_price_yuan_per_t):
        told = _("A carbon price and the aim of cost with a carbon price go together.")
        yield "carbon_price_yuan_per_t", told
    if wishes.objective == Objective.CO2:
        for name in (
            "subsidy_yuan_per_t",
            "subsidy_yuan_per_t_km",
            "kept_bonus_yuan_per_t",
        ):
            if getattr(wishes, name):
                yield name, _("In least CO2 money only decides between equals.")


def _is_plan(public_id: str, adcode: str) -> bool:
    try:
        key = UUID(public_id)
    except ValueError:
        return False
    plans = MatchRun.objects.factual().plans().published()
    return plans.filter(adcode=adcode, public_id=key).exists()
