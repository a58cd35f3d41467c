"""How a comparison of plans is shown, and its sites as a file."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.views import APIView

from matching.comparison import FIGURES, Compared, Comparison, compare
from matching.difference import Turn
from wastehub.tables import CSV_TYPE, csv_file
from wastehub.units import KG_PER_TONNE
from wastehub.web import policy
from wastehub.web.api.fields import TonnesField, YuanField

CENT = 2


class SiteTurn(serializers.Serializer):
    """What becomes of one side of a site; masses wet, costs estimates."""

    site = serializers.CharField(source="site.key", help_text="public id")
    name_zh = serializers.CharField(source="site.name_zh")
    name_en = serializers.CharField(source="site.name_en")
    is_hypothetical = serializers.BooleanField(source="site.is_supposed")
    side = serializers.CharField(help_text="sends or takes")
    is_gain = serializers.BooleanField()
    before_t = TonnesField(source="before_kg")
    after_t = TonnesField(source="after_kg")
    gained_t = TonnesField(source="gained_kg")
    net_cost_before_yuan = YuanField(source="cost_before_yuan")
    net_cost_after_yuan = YuanField(source="cost_after_yuan")


class RoomPrice(serializers.Serializer):
    """What one more tonne of room is worth at a taker that the scenario touches."""

    change = serializers.UUIDField(source="change.public_id")
    demand = serializers.SerializerMethodField()
    before_yuan_per_t = YuanField(allow_null=True)
    after_yuan_per_t = YuanField(allow_null=True)

    def get_demand(self, price: Any) -> str | None:
        """The demand; none of a plant that does not exist."""
        return str(price.demand.public_id) if price.demand else None


class ScenarioResult(serializers.Serializer):
    """A scenario's plan and what it changes."""

    scenario = serializers.UUIDField(source="scenario.public_id")
    name = serializers.CharField(source="scenario.name")
    run = serializers.UUIDField(source="run.public_id")
    figures = serializers.DictField(child=serializers.FloatField())
    change = serializers.DictField(child=serializers.FloatField())
    prices = RoomPrice(many=True)
    turns = SiteTurn(many=True)


class ComparisonAnswer(serializers.Serializer):
    """Plans of scenarios beside their base; money and CO2 are planning estimates."""

    base = serializers.UUIDField()
    as_of = serializers.DateField()
    figures = serializers.DictField(child=serializers.FloatField())
    scenarios = ScenarioResult(many=True)


def answer_of(comparison: Comparison) -> dict[str, Any]:
    """What :class:`ComparisonAnswer` shows."""
    base = comparison.base
    return {
        "base": base.public_id,
        "as_of": base.as_of,
        "figures": {name: base.summary[name] for name in FIGURES},
        "scenarios": [_result(row, base.summary) for row in comparison.compared],
    }


def _result(row: Compared, base: dict[str, Any]) -> dict[str, Any]:
    figures = {name: row.run.summary[name] for name in FIGURES}
    return {
        "scenario": row.scenario,
        "run": row.run,
        "figures": figures,
        "change": {name: round(figures[name] - base[name], 3) for name in FIGURES},
        "prices": row.prices,
        "turns": row.turns,
    }


COLUMNS = (
    "site",
    "name_zh",
    "name_en",
    "is_hypothetical",
    "side",
    "is_gain",
    "before_t",
    "after_t",
    "gained_t",
    "net_cost_before_yuan",
    "net_cost_after_yuan",
    "net_cost_gained_yuan",
)


class TurnsCsvView(APIView):
    """Every site whose tonnes or costs a scenario changes, as a table."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The ending says what is sent, whatever kind the client asks for."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, public_id: Any) -> HttpResponse:
        """A line a site and side; masses in wet tonnes, costs are estimates."""
        user = request.user
        scenario = get_object_or_404(policy.scenarios(user), public_id=public_id)
        found = compare([scenario], policy.matches(user), policy.plant_matches(user))
        name = f"scenario-{scenario.adcode}-{found.base.as_of}.csv"
        return HttpResponse(
            csv_file(COLUMNS, map(_cells, found.compared[0].turns)),
            content_type=CSV_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _cells(turn: Turn) -> list[Any]:
    site = turn.site
    masses_kg = turn.before_kg, turn.after_kg, turn.gained_kg
    costs = turn.cost_before_yuan, turn.cost_after_yuan, turn.cost_gained_yuan
    return [
        *(site.key, site.name_zh, site.name_en, site.is_supposed),
        *(turn.side.value, turn.is_gain),
        *(mass_kg / KG_PER_TONNE for mass_kg in masses_kg),
        *(round(float(cost), CENT) for cost in costs),
    ]
