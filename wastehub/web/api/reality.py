"""What was really shipped against the best that could have been, as figures."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps.periods import parse
from maps.reality import reality, region_named
from maps.subjects import subject
from wastehub.registry.models import Facility
from wastehub.web import policy, reveal
from wastehub.web.api.fields import TonnesField
from wastehub.web.reality_form import usual


class RealityQuestion(serializers.Serializer):
    """Of what, when and where."""

    material = serializers.CharField(
        required=False,
        help_text="code of a material or category, or “all”; phosphogypsum unless said",
    )
    period = serializers.CharField(
        required=False,
        help_text="2025, 2025-H1, 2025-Q1, 2025-03 or 2025-03..2026-02; the last twelve"
        " full months unless said",
    )
    area = serializers.CharField(
        required=False, help_text="adcode of where the senders are"
    )


class RealityHauled(serializers.Serializer):
    """Haulage with its cost and CO2, estimates by the rates below."""

    tonne_km = serializers.FloatField()
    cost_yuan = serializers.FloatField()
    co2_kg = serializers.FloatField()


class RealityCompared(serializers.Serializer):
    """What was shipped, hauled, could have been hauled at best, and the difference."""

    shipped_t = TonnesField(source="mass_kg")
    real = RealityHauled()
    best = RealityHauled()
    avoidable = RealityHauled(help_text="real less best; of a part it may be below 0")
    avoidable_frac = serializers.FloatField(
        allow_null=True, help_text="of the tonne-kilometres"
    )


class RealityPart(serializers.Serializer):
    """One material, or the senders of one region."""

    code = serializers.CharField(source="group.key")
    name_zh = serializers.CharField(source="group.name_zh")
    name_en = serializers.CharField(source="group.name_en")
    compared = RealityCompared()


class RealityRates(serializers.Serializer):
    """What hauls are reckoned with: planning estimates."""

    loading_yuan_per_t = serializers.FloatField()
    haul_yuan_per_t_km = serializers.FloatField()
    co2_kg_per_t_km = serializers.FloatField()


class RealityCrossing(serializers.Serializer):
    """Two shipments that had better been exchanged; road kilometres are estimates."""

    material = serializers.CharField(source="material.code")
    mass_t = TonnesField(source="mass_kg", help_text="of each that could be exchanged")
    sender = serializers.UUIDField(source="sender.facility.public_id")
    taker = serializers.UUIDField(source="taker.facility.public_id")
    other_sender = serializers.UUIDField(source="other_sender.facility.public_id")
    other_taker = serializers.UUIDField(source="other_taker.facility.public_id")
    haul_km = serializers.FloatField()
    other_haul_km = serializers.FloatField()
    saved_km = serializers.FloatField(help_text="by two tonnes, one of each")
    saved_tonne_km = serializers.FloatField()


class RealityAnswer(serializers.Serializer):
    """Shipments of a period against the best exchange of the same masses."""

    material = serializers.CharField()
    period = serializers.CharField()
    area = serializers.CharField()
    invented = serializers.BooleanField()
    rates = RealityRates()
    flows = serializers.IntegerField()
    weighed_t = TonnesField(source="weighed_kg")
    left_out_t = TonnesField(
        source="unplaced_kg", help_text="shipped to where only a name tells"
    )
    total = RealityCompared()
    by_material = RealityPart(many=True)
    by_region = RealityPart(many=True)
    crossings = RealityCrossing(many=True, help_text="the ten worst, no tonne in two")


class RealityView(APIView):
    """Plan against reality."""

    @extend_schema(parameters=[RealityQuestion], responses=RealityAnswer)
    def get(self, request: Request) -> Response:
        """The figures, as far as they are the user's affair; else 401 or 403."""
        question = RealityQuestion(data=request.query_params)
        question.is_valid(raise_exception=True)
        told = usual(request.user) | question.validated_data
        asked, period = subject(told["material"]), parse(told["period"])
        area = region_named(told["area"])
        senders = policy.shippers(request.user, area.adcode)
        if senders is None:
            raise _turned_away(request)
        found = reality(asked, senders, period, area.adcode)
        answer = vars(found) | {
            "material": asked.code,
            "period": period.code,
            "area": area.adcode,
            "invented": not Facility.objects.real().exists(),
            "crossings": reveal.blur_crossings(request.user, found.crossings),
        }
        return Response(RealityAnswer(answer).data)


def _turned_away(request: Request) -> Exception:
    if request.user.is_authenticated:
        return PermissionDenied(_("You may not see what these sites ship."))
    return NotAuthenticated()
