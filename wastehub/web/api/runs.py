"""Runs: how far they are, what they found; starting a plan."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from matching import tasks
from matching.distances import distances_of
from matching.engine.params import Objective
from matching.lifecycle import run_cancel
from matching.models import MatchRun, Verdict
from matching.wishes import Border, Wishes
from wastehub.accounts.models import User
from wastehub.web import policy, reveal
from wastehub.web.api import edge, results
from wastehub.web.api.fields import NumberField
from wastehub.web.filters import RunFilterSet

ACCEPTABLE = [verdict for verdict in Verdict.values if verdict != Verdict.NO]


class RunRow(serializers.ModelSerializer):
    """A run: state, stage, progress, and its summary when it is done."""

    supply: Any = serializers.SlugRelatedField(slug_field="public_id", read_only=True)
    retry_of: Any = serializers.SlugRelatedField(slug_field="public_id", read_only=True)
    scenario: Any = serializers.SlugRelatedField(
        slug_field="public_id",
        read_only=True,
        help_text="the hypothesis that was planned; empty in a plan of what is",
    )
    base: Any = serializers.SlugRelatedField(slug_field="public_id", read_only=True)

    class Meta:
        model = MatchRun
        fields = (
            "public_id",
            "kind",
            "adcode",
            "supply",
            "scenario",
            "base",
            "params",
            "rulebook_version",
            "as_of",
            "status",
            "cancel_asked",
            "retry_of",
            "stage",
            "done_frac",
            "error",
            "summary",
            "seconds",
            "created_at",
            "started_at",
            "finished_at",
        )


class DistanceEntry(serializers.Serializer):
    """The road distance of a pair."""

    supply = serializers.UUIDField()
    demand = serializers.UUIDField()
    km = NumberField()


class PlanEntry(serializers.Serializer):
    """What a plan is asked."""

    region = serializers.RegexField(
        r"\A[0-9]{6}\Z", help_text="six-digit division code"
    )
    horizon_months = serializers.IntegerField(required=False, help_text="1 to 120")
    accept = serializers.ChoiceField(
        choices=ACCEPTABLE,
        required=False,
        help_text="how far down a plan goes, from yes to unknown",
    )
    objective = serializers.ChoiceField(
        choices=[aim.value for aim in Objective], required=False
    )
    carbon_price_yuan_per_t = NumberField(
        required=False, help_text="per tonne of CO2; with the objective mix only"
    )
    subsidy_yuan_per_t = NumberField(required=False)
    subsidy_yuan_per_t_km = NumberField(required=False)
    subsidy_material = serializers.CharField(
        required=False, help_text="code of the one material it is for; all without it"
    )
    farthest_haul_km = NumberField(required=False, help_text="by road, estimated")
    least_shipment_t = NumberField(
        required=False, help_text="over the horizon; what to drop is a heuristic"
    )
    border = serializers.ChoiceField(
        choices=[border.value for border in Border],
        required=False,
        help_text="where supplies may go: inside the region, its province, anywhere",
    )
    distances = serializers.ListField(
        child=DistanceEntry(),
        required=False,
        help_text="road distances of pairs; other pairs keep the estimate",
    )
    keeps = serializers.UUIDField(
        required=False, help_text="an earlier plan of the region to keep partners of"
    )
    kept_bonus_yuan_per_t = NumberField(required=False)


def asked(told: dict[str, Any]) -> dict[str, Any]:
    """What ``plan_start`` takes, of what a plan's entry told."""
    plain = {"horizon_months", "accept", "distances"}
    wishes = {name: value for name, value in told.items() if name not in plain}
    if "keeps" in wishes:
        wishes["keeps"] = str(wishes["keeps"])
    asked = {name: value for name, value in told.items() if name in plain}
    if "distances" in asked:
        asked["distances"] = distances_of(row.values() for row in asked["distances"])
    return {**asked, "wishes": Wishes(**wishes)}


class RunViewSet(edge.PolicyViewSet):
    """Plans of regions and matches of supplies."""

    serializer_class = RunRow
    filterset_class = RunFilterSet

    def visible(self, user: policy.Viewer) -> QuerySet[MatchRun]:
        """Published plans; more for those it concerns."""
        return (
            policy.runs(user)
            .select_related("supply", "retry_of", "scenario", "base")
            .order_by("-created_at", "-pk")
        )

    @extend_schema(request=PlanEntry, responses={202: RunRow})
    def create(self, request: Request) -> Response:
        """Start a plan of a region; follow it at the returned address."""
        entry = PlanEntry(data=request.data)
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        adcode = told.pop("region")
        if not policy.may_plan(request.user, adcode):
            raise PermissionDenied(_("You may not start a plan of this region."))
        run = tasks.start_plan(adcode=adcode, user=request.user, **asked(told))
        return edge.made(request, "run", RunRow(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses={202: RunRow})
    @action(detail=True, methods=["post"], filterset_class=None)
    def cancel(self, request: Request, public_id: str) -> Response:
        """Stop a plan under way: at once, or before its next step."""
        run = run_cancel(run_id=self._own(request).pk)
        return Response(RunRow(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses={202: RunRow})
    @action(detail=True, methods=["post"], filterset_class=None)
    def retry(self, request: Request, public_id: str) -> Response:
        """Ask again for a plan that failed or was cancelled, as a new run."""
        user = cast(User, request.user)
        run = tasks.retry_plan(run_id=self._own(request).pk, user=user)
        return edge.made(request, "run", RunRow(run).data, status.HTTP_202_ACCEPTED)

    def _own(self, request: Request) -> MatchRun:
        """A run of a region that the user may plan."""
        run: MatchRun = self.get_object()
        if not run.adcode or not policy.may_plan(request.user, run.adcode):
            raise PermissionDenied(_("You may not start a plan of this region."))
        return run

    @extend_schema(responses=results.MatchRow(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def matches(self, request: Request, public_id: str) -> Response:
        """What the run sends where, as far as the user may see its costs."""
        run = self.get_object()
        if run.kind == MatchRun.Kind.REGION:
            rows = policy.flows(request.user).filter(run=run)
            return self.paged(
                results.shown_matches(rows), results.MatchRow, reveal.blur_matches
            )
        rows = policy.matches(request.user).filter(run=run)
        shown = reveal.blur_matches(request.user, results.shown_matches(rows))
        return self.paged(shown, results.MatchRow)
