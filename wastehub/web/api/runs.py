"""Runs: how far they are, what they found; starting a plan."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from matching import tasks
from matching.models import MatchRun, Verdict
from wastehub.web import policy
from wastehub.web.api import edge, results
from wastehub.web.filters import RunFilterSet

ACCEPTABLE = [verdict for verdict in Verdict.values if verdict != Verdict.NO]


class RunRow(serializers.ModelSerializer):
    """A run: state, stage, progress, and its summary when it is done."""

    supply: Any = serializers.SlugRelatedField(slug_field="public_id", read_only=True)

    class Meta:
        model = MatchRun
        fields = (
            "public_id",
            "kind",
            "adcode",
            "supply",
            "params",
            "rulebook_version",
            "as_of",
            "status",
            "stage",
            "done_frac",
            "error",
            "summary",
            "seconds",
            "created_at",
            "started_at",
            "finished_at",
        )


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


class RunViewSet(edge.PolicyViewSet):
    """Plans of regions and matches of supplies."""

    serializer_class = RunRow
    filterset_class = RunFilterSet

    def visible(self, user: policy.Viewer) -> QuerySet[MatchRun]:
        """Published plans; more for those it concerns."""
        return policy.runs(user).select_related("supply").order_by("-created_at", "-pk")

    @extend_schema(request=PlanEntry, responses={202: RunRow})
    def create(self, request: Request) -> Response:
        """Start a plan of a region; follow it at the returned address."""
        entry = PlanEntry(data=request.data)
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        adcode = told.pop("region")
        if not policy.may_plan(request.user, adcode):
            raise PermissionDenied(_("You may not start a plan of this region."))
        run = tasks.start_plan(adcode=adcode, user=request.user, **told)
        return edge.made(request, "run", RunRow(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(responses=results.MatchRow(many=True), filters=False)
    @action(detail=True, filterset_class=None)
    def matches(self, request: Request, public_id: str) -> Response:
        """What the run sends where, as far as the user may see its costs."""
        rows = policy.matches(request.user).filter(run=self.get_object())
        return self.paged(results.shown_matches(rows), results.MatchRow)
