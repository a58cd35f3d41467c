"""What a plan was asked beyond its region, and what it does to CO2, in words."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from matching.engine.params import BOUNDLESS_KM, Objective
from wastehub.catalogue.models import Material
from wastehub.units import FEN_PER_YUAN, KG_PER_TONNE
from wastehub.web.plan_form import BORDERS, OBJECTIVES
from wastehub.web.templatetags.figures import plain
from wastehub.web.templatetags.naming import both_plain


def told(params: dict[str, Any], summary: dict[str, Any]) -> list[tuple[str, str]]:
    """What was asked, in words; a plan of before such choices asked nothing."""
    roads = _roads(summary["roads"]) if "roads" in summary else ()
    return [*_aim(params), *_subsidies(params), *_bounds(params), *roads]


def carbon(summary: dict[str, Any]) -> dict[str, Any] | None:
    """CO2 and subsidy of a plan; none for one of before they were reckoned."""
    if "co2_haul_t" not in summary:
        return None
    haul_kg = summary["co2_haul_t"] * KG_PER_TONNE
    displaced_kg = summary["co2_displaced_t"] * KG_PER_TONNE
    return {
        "haul_kg": haul_kg,
        "displaced_kg": displaced_kg,
        "saved_kg": displaced_kg - haul_kg,
        "subsidy_yuan": summary["subsidy_yuan"],
        "dropped": summary["pairs_dropped"],
    }


def _aim(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "objective" not in params:
        return
    yield _("aims at"), str(dict(OBJECTIVES)[params["objective"]])
    if params["objective"] == Objective.MIX:
        yield _("carbon price"), _yuan_per_t(params["carbon_price_fen_per_t"])
    yield (
        _("CO2 of haul"),
        _("%(amount)s g/(t·km)") % {"amount": plain(params["haul_g_per_t_km"])},
    )


def _subsidies(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    per_t = params.get("subsidy_yuan_per_t")
    per_t_km = params.get("subsidy_yuan_per_t_km")
    if per_t:
        yield _("subsidy"), _("%(amount)s CNY/t") % {"amount": plain(per_t)}
    if per_t_km:
        words = _("%(amount)s CNY/(t·km)") % {"amount": plain(per_t_km)}
        yield _("subsidy of the haul"), words
    material = Material.objects.filter(code=params.get("subsidy_material", "")).first()
    if material and (per_t or per_t_km):
        yield _("subsidies are for"), both_plain(material)


def _bounds(params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if params.get("border"):
        yield _("supplies may go"), str(dict(BORDERS)[params["border"]])
    if params.get("farthest_haul_km", BOUNDLESS_KM) < BOUNDLESS_KM:
        yield (
            _("farthest haul"),
            _("%(km)s km by road") % {"km": plain(params["farthest_haul_km"])},
        )
    if params.get("least_shipment_kg"):
        yield (
            _("least shipment"),
            _("%(mass)s t")
            % {"mass": plain(params["least_shipment_kg"] / KG_PER_TONNE)},
        )
    if params.get("kept_bonus_fen_per_t"):
        yield _("bonus for kept partners"), _yuan_per_t(params["kept_bonus_fen_per_t"])


def _roads(roads: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where hauls come from; all but what was measured or given is estimated."""
    count = {"count": roads["pairs_measured"]}
    if roads["fault"]:
        words = _("estimated; the routing service was of no use: %(fault)s") % roads
    elif roads["source"] == "routing":
        words = _("measured by a routing service for %(count)s pairs") % count
    elif roads["source"] == "given":
        words = _("given for %(count)s pairs, else estimated") % count
    else:
        words = _("estimated: great circle times the circuity around both ends")
    yield _("road distances"), words


def _yuan_per_t(fen: float) -> str:
    return _("%(amount)s CNY/t") % {"amount": plain(fen / FEN_PER_YUAN)}
