"""Scenarios: what is supposed, planning it, and the comparison with what is."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from matching import scenarios as services
from matching import tasks
from matching.comparison import Comparison, compare
from matching.models import MatchRun
from matching.scenario_models import Scenario, ScenarioChange
from matching.scenarios import MOST_CHANGES
from wastehub.accounts.models import User
from wastehub.catalogue.models import Material, UseRoute
from wastehub.errors import Refused
from wastehub.registry.models import Facility
from wastehub.registry.sites import point_in_wgs84
from wastehub.web import policy
from wastehub.web.api import edge
from wastehub.web.api.comparisons import ComparisonAnswer, answer_of
from wastehub.web.api.fields import (
    CodeField,
    NumberField,
    TonnesField,
    VisibleField,
    YuanField,
)
from wastehub.web.api.rows import PointRow
from wastehub.web.api.runs import PlanEntry, RunRow, asked

_BY_ID: dict[str, Any] = {"slug_field": "public_id", "read_only": True}
_BY_CODE: dict[str, Any] = {"slug_field": "code", "read_only": True}


class ChangeRow(serializers.ModelSerializer):
    """One change; what its kind does not tell is null."""

    route: Any = serializers.SlugRelatedField(**_BY_CODE)
    material: Any = serializers.SlugRelatedField(**_BY_CODE)
    facility: Any = serializers.SlugRelatedField(**_BY_ID)
    demand: Any = serializers.SlugRelatedField(**_BY_ID)
    supply: Any = serializers.SlugRelatedField(**_BY_ID)
    point = PointRow(allow_null=True)
    capacity_t_per_year = TonnesField(source="capacity_kg_per_year", allow_null=True)
    price_yuan_per_t = YuanField(allow_null=True)
    subsidy_yuan_per_t = YuanField(allow_null=True)

    class Meta:
        model = ScenarioChange
        fields = (
            "public_id",
            "position",
            "kind",
            "name",
            "route",
            "point",
            "capacity_t_per_year",
            "price_yuan_per_t",
            "farthest_km",
            "facility",
            "demand",
            "supply",
            "times",
            "material",
            "subsidy_yuan_per_t",
            "as_of",
        )


class ScenarioRow(serializers.ModelSerializer):
    """A scenario with its changes in order and its newest run."""

    changes = ChangeRow(many=True)
    run = serializers.SerializerMethodField()

    class Meta:
        model = Scenario
        fields = (
            "public_id",
            "name",
            "note",
            "adcode",
            "is_invented",
            "horizon_months",
            "accept",
            "wishes",
            "changes",
            "run",
            "created_at",
            "changed_at",
        )

    def get_run(self, scenario: Scenario) -> str | None:
        """The public id of the newest run."""
        runs = [run.public_id for run in scenario.runs.all()]
        return str(runs[0]) if runs else None


class ChangeEntry(serializers.Serializer):
    """One change: its kind, and what that kind tells."""

    kind = serializers.ChoiceField(choices=ScenarioChange.Kind.values)
    name = serializers.CharField(required=False, max_length=100)
    route = CodeField(queryset=UseRoute.objects.all(), required=False)
    lon = NumberField(required=False)
    lat = NumberField(required=False)
    datum = serializers.ChoiceField(
        choices=Facility.Datum.choices, required=False, help_text="WGS84 unless said"
    )
    capacity_t_per_year = TonnesField(source="capacity_kg_per_year", required=False)
    price_yuan_per_t = YuanField(required=False)
    farthest_km = NumberField(required=False)
    facility = VisibleField(policy.facilities, required=False)
    demand = VisibleField(policy.demands, required=False)
    supply = VisibleField(policy.supplies, required=False)
    times = NumberField(required=False)
    material = CodeField(queryset=Material.objects.all(), required=False)
    subsidy_yuan_per_t = YuanField(required=False)
    as_of = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The point in WGS 84; the service checks the rest."""
        datum = attrs.pop("datum", Facility.Datum.WGS84)
        if datum != Facility.Datum.WGS84 and {"lon", "lat"} <= attrs.keys():
            try:
                point = point_in_wgs84(attrs["lon"], attrs["lat"], datum)
            except Refused as refused:
                raise serializers.ValidationError(refused.fields) from refused
            attrs |= {"lon": point.x, "lat": point.y}
        return attrs


class NameEntry(serializers.Serializer):
    """What a scenario is called."""

    name = serializers.CharField(required=False, max_length=100)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class ScenarioEntry(PlanEntry):
    """A scenario: its name, what its plans are asked, what is supposed."""

    distances = None  # type: ignore[assignment]
    name = serializers.CharField(max_length=100)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    changes = serializers.ListField(
        child=ChangeEntry(), required=False, max_length=MOST_CHANGES
    )


class ScenarioViewSet(edge.PolicyViewSet):
    """Hypotheses about a region, seen by their maker and its regulators."""

    serializer_class = ScenarioRow

    def visible(self, user: policy.Viewer) -> QuerySet[Scenario]:
        """The user's own, and those of the regions that he watches."""
        return policy.scenarios(user).prefetch_related(
            "changes__route",
            "changes__material",
            "changes__facility",
            "changes__demand",
            "changes__supply",
            "runs",
        )

    @extend_schema(request=ScenarioEntry, responses={201: ScenarioRow})
    def create(self, request: Request) -> Response:
        """Name a hypothesis about a region that the user may plan."""
        entry = ScenarioEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        adcode = told.pop("region")
        if not policy.may_plan(request.user, adcode):
            raise PermissionDenied(_("You may not start a plan of this region."))
        named = {key: told.pop(key) for key in ("name", "note") if key in told}
        changes = told.pop("changes", [])
        with edge.fields_named(_entered_as(len(changes))):
            made = services.scenario_create(
                user=cast(User, request.user),
                adcode=adcode,
                changes=changes,
                **named,
                **asked(told),
            )
        return edge.made(request, "scenario", ScenarioRow(made).data)

    @extend_schema(request=NameEntry, responses=ScenarioRow)
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Call it otherwise; what it supposes stays."""
        scenario = self._own()
        entry = NameEntry(data=request.data)
        entry.is_valid(raise_exception=True)
        now = {"name": scenario.name, "note": scenario.note}
        told = now | entry.validated_data
        services.scenario_change(scenario_id=scenario.pk, **told)
        return Response(ScenarioRow(self.get_object()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, public_id: str) -> Response:
        """Forget a scenario and its plans; its maker may, and staff."""
        scenario = self._own()
        services.scenario_delete(scenario_id=scenario.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _own(self) -> Scenario:
        """A scenario that the user may change."""
        scenario: Scenario = self.get_object()
        if not policy.may_change(self.request.user, scenario):
            raise PermissionDenied(_("Only its maker may change a scenario."))
        return scenario

    @extend_schema(request=None, responses={202: RunRow})
    @action(detail=True, methods=["post"])
    def run(self, request: Request, public_id: str) -> Response:
        """Plan it, and its base where there is none of today to use."""
        scenario = self.get_object()
        if not policy.may_plan(request.user, scenario.adcode):
            raise PermissionDenied(_("You may not start a plan of this region."))
        user = cast(User, request.user)
        run: MatchRun = tasks.start_scenario(scenario_id=scenario.pk, user=user)
        return edge.made(request, "run", RunRow(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(
        responses=ComparisonAnswer,
        parameters=[
            OpenApiParameter(
                "with",
                OpenApiTypes.UUID,
                many=True,
                description="up to three more scenarios with the same base",
            )
        ],
    )
    @action(detail=True)
    def comparison(self, request: Request, public_id: str) -> Response:
        """Its finished plan, and those of others, beside the plan without changes."""
        found = compared(request, self.get_object())
        return Response(ComparisonAnswer(answer_of(found)).data)


def compared(request: Request, scenario: Scenario) -> Comparison:
    """A scenario beside those that the address names with it; 404 for an unseen one.

    Raises
    ------
    Refused
        As :func:`matching.comparison.compare`.
    """
    keys = serializers.ListField(child=serializers.UUIDField())
    try:
        named = keys.run_validation(request.query_params.getlist("with"))
    except serializers.ValidationError as fault:
        raise serializers.ValidationError({"with": fault.detail}) from fault
    seen = policy.scenarios(request.user)
    others = [get_object_or_404(seen, public_id=key) for key in named]
    user = request.user
    return compare(
        [scenario, *others], policy.matches(user), policy.plant_matches(user)
    )


def _entered_as(changes: int) -> dict[str, str]:
    """The entry's name of each field that the service calls otherwise."""
    names = {}
    for number in range(changes):
        path = f"changes.{number}.capacity"
        names[f"{path}_kg_per_year"] = f"{path}_t_per_year"
    return names
