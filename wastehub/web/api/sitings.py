"""Which candidate sites pay off in a region: reckoned when asked, never stored."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.models import Verdict
from matching.siting import MOST_CANDIDATES, Candidate, SitingAnswer, sites_choose
from wastehub.catalogue.models import UseRoute
from wastehub.registry.sites import point_in_wgs84
from wastehub.web import policy
from wastehub.web.api.blends import NearEntry
from wastehub.web.api.fields import CodeField, TonnesField, YuanField


class SiteEntry(NearEntry):
    """A site that might be built."""

    name = serializers.CharField(max_length=100)
    route = CodeField(queryset=UseRoute.objects.all())
    capacity_t_per_year = TonnesField(min_value=1, max_value=10**10)
    fixed_yuan_per_year = YuanField(min_value=0, max_value=10**11)


class SitingEntry(serializers.Serializer):
    """A region and its candidate sites."""

    region = serializers.RegexField(r"\A[0-9]{6}\Z", help_text="adcode")
    accept = serializers.ChoiceField(
        [verdict.value for verdict in Verdict if verdict != Verdict.NO],
        default=Verdict.TREATED.value,
    )
    sites = serializers.ListField(
        child=SiteEntry(), min_length=1, max_length=MOST_CANDIDATES
    )


class SiteRow(serializers.Serializer):
    """What the answer says of one candidate, over twelve months; estimates."""

    name = serializers.CharField(source="candidate.name")
    route = serializers.CharField(source="candidate.route.code")
    is_built = serializers.BooleanField(help_text="whether it pays off")
    supplies_in_reach = serializers.IntegerField()
    supplies = serializers.IntegerField(help_text="that send it something")
    taken_t = TonnesField(source="taken_kg")
    delivered_yuan = YuanField(source="cost_yuan", help_text="without its fixed cost")
    missing_yuan = YuanField(
        help_text="a cut of its fixed cost that would be enough for it to pay off"
    )


class SitingHaulRow(serializers.Serializer):
    """What one supply sends to one site."""

    supply = serializers.UUIDField(source="supply.public_id")
    site = serializers.CharField(source="candidate.name")
    mass_t = TonnesField(source="mass_kg")


class SitingAnswerRow(serializers.Serializer):
    """Which sites to build, over twelve months; costs are planning estimates."""

    as_of = serializers.DateField()
    invented = serializers.BooleanField(source="is_invented")
    offered_t = TonnesField(source="offered_kg")
    taken_t = TonnesField(source="taken_kg")
    fixed_yuan = YuanField()
    saved_yuan = YuanField(help_text="against leaving everything in the yard")
    unplaced_yuan_per_t = YuanField(help_text="what a tonne left there counts as")
    is_proven = serializers.BooleanField()
    gap_frac = serializers.SerializerMethodField(
        help_text="how much more another choice might save; null where not known"
    )
    sites = SiteRow(many=True)
    hauls = SitingHaulRow(many=True)

    def get_gap_frac(self, answer: SitingAnswer) -> float | None:
        """A share of what is saved, where it is bounded."""
        return answer.gap_frac if answer.is_bounded else None


class SitingView(APIView):
    """Candidate sites compared, as on the page."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=SitingEntry, responses=SitingAnswerRow)
    def post(self, request: Request) -> Response:
        """Which candidates pay off in a region that the user may plan."""
        entry = SitingEntry(data=request.data)
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        regions = policy.plannable_regions(request.user).with_parts()
        if not regions.filter(adcode=told["region"]).exists():
            raise PermissionDenied(_("You may not plan this region."))
        answer = sites_choose(
            adcode=told["region"],
            accept=told["accept"],
            candidates=[_candidate(site) for site in told["sites"]],
        )
        return Response(SitingAnswerRow(answer).data)


def _candidate(site: dict[str, Any]) -> Candidate:
    point = point_in_wgs84(site["lon"], site["lat"], site["datum"])
    return Candidate(
        name=site["name"],
        lon=point.x,
        lat=point.y,
        route=site["route"],
        capacity_kg_per_year=site["capacity_t_per_year"],
        fixed_yuan_per_year=site["fixed_yuan_per_year"],
    )
