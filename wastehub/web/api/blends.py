"""The cheapest mix of supplies around a place: reckoned when asked, never stored."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from matching.blending import blend_supplies, usual_shares
from matching.mixes import Asked, Limit, Place, Share
from matching.models import Verdict
from matching.recipes import RECIPE_OF_ROUTE, RECIPES, Base, Recipe, recipe
from wastehub.catalogue.models import Material
from wastehub.registry.models import Facility
from wastehub.registry.sites import point_in_wgs84
from wastehub.web import coordinates, policy, reveal
from wastehub.web.api.fields import (
    CodeField,
    MeasuredField,
    NumberField,
    TonnesField,
    VisibleField,
)
from wastehub.web.api.rows import FacilityRow, MaterialRow
from wastehub.web.blends import DEFAULT_WITHIN_KM, WIDEST_KM, place_for, supplies_for

_CODE = r"\A[a-z0-9_.]{1,60}\Z"
_LARGEST = 1_000_000


class NearEntry(serializers.Serializer):
    """A point in degrees."""

    lon = NumberField()
    lat = NumberField()
    datum = serializers.ChoiceField(
        Facility.Datum.choices, default=Facility.Datum.WGS84.value
    )

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """A pair that can be a place."""
        fault = coordinates.fault(told["lon"], told["lat"])
        if fault:
            raise serializers.ValidationError(fault)
        return told


class LimitEntry(serializers.Serializer):
    """Bounds on one quantity of the mix; null or left out where there is none."""

    key = serializers.RegexField(
        _CODE,
        help_text=(
            "a parameter of the catalogue that adds up over a mix (lsf, so3), "
            "of the dry mix unless it is moisture; clinker.<parameter> for one of "
            "clinker; solids, of the wet mix; binder, of the dry mix; in percent"
        ),
    )
    low = NumberField(
        required=False, allow_null=True, min_value=-_LARGEST, max_value=_LARGEST
    )
    high = NumberField(
        required=False, allow_null=True, min_value=-_LARGEST, max_value=_LARGEST
    )


class BoundsEntry(serializers.Serializer):
    """Shares of the wet mix, as fractions."""

    least_frac = NumberField(default=0.0, min_value=0, max_value=1)
    most_frac = NumberField(default=1.0, min_value=0, max_value=1)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """In order."""
        if told["least_frac"] > told["most_frac"]:
            raise serializers.ValidationError(
                {"least_frac": _("A smallest share exceeds the largest one.")}
            )
        return told


class ShareEntry(BoundsEntry):
    """Bounds on what one supply, or all of one material, may be of the mix."""

    material = CodeField(queryset=Material.objects.all(), required=False)
    supply = VisibleField(policy.supplies, required=False)

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """Of exactly one of them."""
        if ("material" in told) == ("supply" in told):
            raise serializers.ValidationError(
                {"material": _("Name either a material or a supply.")}
            )
        return super().validate(told)


class BaseEntry(BoundsEntry):
    """A material that the engineer has anyway, by its own assay and price."""

    code = serializers.RegexField(_CODE)
    name = serializers.CharField(max_length=100, required=False)
    price_yuan_per_t = NumberField(
        min_value=-_LARGEST, max_value=_LARGEST, help_text="delivered, per wet tonne"
    )
    moisture_percent = NumberField(
        default=0.0, min_value=0, max_value=100, help_text="of the wet mass"
    )
    values = MeasuredField(
        default=dict,
        help_text="of the dry mass, by parameter, in its unit; not stated is none",
    )
    is_binder = serializers.BooleanField(default=False)

    def validate_values(self, told: dict[str, float]) -> dict[str, float]:
        """No content is negative or absurd."""
        if any(not 0 <= value <= _LARGEST for value in told.values()):
            raise serializers.ValidationError(_("Contents are 0 or more."))
        return told


class BlendEntry(serializers.Serializer):
    """What a mix is asked: a demand's, or a recipe near a point."""

    demand = VisibleField(policy.demands, required=False)
    recipe = serializers.ChoiceField(RECIPES, required=False)
    near = NearEntry(required=False)
    within_km = NumberField(
        default=DEFAULT_WITHIN_KM,
        min_value=0.001,
        max_value=WIDEST_KM,
        help_text="great circle; a material's own reach and the demand's hold besides",
    )
    mix_t = TonnesField(
        source="mix_kg",
        required=False,
        min_value=Decimal("0.001"),
        max_value=10**9,
        help_text="wet tonnes a year; no more of a supply goes in than there is",
    )
    limits = serializers.ListField(
        child=LimitEntry(),
        required=False,
        max_length=60,
        help_text="the recipe's unless told",
    )
    base = serializers.ListField(
        child=BaseEntry(),
        required=False,
        max_length=40,
        help_text="the recipe's unless told",
    )
    shares = serializers.ListField(
        child=ShareEntry(),
        required=False,
        max_length=200,
        help_text="the rulebook's unless told",
    )
    counts_unknown = serializers.BooleanField(
        default=False,
        help_text="count an unknown content as 0, marked; else the supply is left out",
    )
    start = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=2000,
        help_text="basis of an earlier answer: the solver starts there",
    )

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """A demand with a recipe, or a recipe with a point; each thing told once."""
        if "demand" in told:
            if told["demand"].route.code not in RECIPE_OF_ROUTE:
                raise serializers.ValidationError(
                    {"demand": _("There is no recipe for this use.")}
                )
            return told
        for name in ("recipe", "near"):
            if name not in told:
                raise serializers.ValidationError(
                    {name: _("Name a demand, or a recipe and a point.")}
                )
        return told

    def validate_limits(self, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each quantity once."""
        return _once(told, "key")

    def validate_base(self, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each code once."""
        return _once(told, "code")


class CandidateRow(serializers.Serializer):
    """A supply, or a base row; the other is null. Prices are per wet tonne."""

    supply = serializers.UUIDField(source="supply.public_id", default=None)
    base = serializers.CharField(source="base.code", default=None)
    material = MaterialRow(source="supply.material", default=None)
    facility = FacilityRow(source="supply.facility", default=None)
    verdict = serializers.ChoiceField(
        Verdict.choices, allow_null=True, help_text="what the use's rules say of it"
    )
    price_yuan_per_t = serializers.FloatField(help_text="delivered, an estimate")
    asked_yuan_per_t = serializers.FloatField()
    treatment_yuan_per_t = serializers.FloatField()
    haul_yuan_per_t = serializers.FloatField()
    distance_km = serializers.FloatField(help_text="great circle")
    moisture_frac = serializers.FloatField(help_text="of the wet mass")
    estimated = serializers.ListField(
        child=serializers.CharField(), help_text="no assay: usual of the material"
    )
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="nobody knows: counted as 0"
    )


class PartRow(serializers.Serializer):
    """What a candidate is of the mix."""

    candidate = CandidateRow()
    share_frac = serializers.FloatField(help_text="of the wet mix")
    dry_share_frac = serializers.FloatField(help_text="of the dry mix")
    least_frac = serializers.FloatField()
    most_frac = serializers.FloatField()
    least_price = serializers.FloatField(
        help_text="yuan a wet tonne of mix, per whole share more of the smallest"
    )
    most_price = serializers.FloatField(help_text="the same for the largest; below 0")


class LineRow(serializers.Serializer):
    """A limit, where the mix stands, and what one unit more of a bound is worth."""

    key = serializers.CharField()
    unit = serializers.CharField(source="parameter.unit", default=None)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    value = serializers.FloatField(allow_null=True)
    low_price = serializers.FloatField(
        help_text="rise of the cost, yuan a wet tonne of mix, if low were 1 more"
    )
    high_price = serializers.FloatField(help_text="the same for high; below 0 saves")
    is_estimated = serializers.BooleanField()
    is_unknown = serializers.BooleanField()


class ClashRow(serializers.Serializer):
    """A bound that can not be kept beside the others of the list."""

    side = serializers.CharField()
    bound = serializers.FloatField()
    limit = serializers.CharField(source="line.key", default=None)
    supply = serializers.UUIDField(source="candidate.supply.public_id", default=None)
    base = serializers.CharField(source="candidate.base.code", default=None)


class LeftOutRow(serializers.Serializer):
    """A supply in reach that did not enter the reckoning."""

    supply = serializers.UUIDField(source="supply.public_id")
    why = serializers.CharField(help_text="rules or unknown")
    keys = serializers.ListField(child=serializers.CharField())


class BlendAnswer(serializers.Serializer):
    """The cheapest mix, or the limits in conflict, of which none can be left out."""

    is_feasible = serializers.BooleanField()
    cost_yuan_per_t = serializers.FloatField(help_text="of a wet tonne of mix")
    cost_yuan_per_dry_t = serializers.FloatField(help_text="of a dry tonne of mix")
    moisture_frac = serializers.FloatField(help_text="of the wet mix")
    parts = PartRow(many=True)
    limits = LineRow(many=True, source="lines")
    conflict = ClashRow(many=True, source="clashes")
    left_out = LeftOutRow(many=True)
    in_reach = serializers.IntegerField()
    candidates = serializers.IntegerField()
    basis = serializers.CharField(help_text="send it as start when a limit has changed")


class BlendView(APIView):
    """The cheapest mix that keeps every limit."""

    permission_classes = (AllowAny,)

    @extend_schema(request=BlendEntry, responses=BlendAnswer)
    def post(self, request: Request) -> Response:
        """Reckon a mix; nothing is stored."""
        entry = BlendEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        day = timezone.localdate()
        asked = _asked(request.user, told, day)
        supplies = supplies_for(request.user, told.get("demand"))
        answer = blend_supplies(supplies, asked, day)
        found = [part.candidate.supply for part in answer.parts]
        reveal.mark(request.user, [row.facility for row in found if row])
        return Response(BlendAnswer(answer).data)


def _asked(user: policy.Viewer, told: dict[str, Any], day: Any) -> Asked:
    demand = told.get("demand")
    code = RECIPE_OF_ROUTE[demand.route.code] if demand else told["recipe"]
    chosen = recipe(code)
    return Asked(
        recipe=chosen,
        place=_place(user, told),
        limits=_limits(told, chosen),
        base=_base(told, chosen),
        shares=(
            tuple(Share(**row) for row in told["shares"])
            if "shares" in told
            else usual_shares(chosen, day)
        ),
        counts_unknown=told["counts_unknown"],
        start=told.get("start", ""),
    )


def _place(user: policy.Viewer, told: dict[str, Any]) -> Place:
    if told.get("demand"):
        return place_for(user, told["demand"], told["within_km"])
    near = told["near"]
    return Place(
        point=point_in_wgs84(near["lon"], near["lat"], near["datum"]),
        within_km=told["within_km"],
        mix_kg=told.get("mix_kg"),
    )


def _limits(told: dict[str, Any], chosen: Recipe) -> tuple[Limit, ...]:
    if "limits" in told:
        return tuple(Limit(**row) for row in told["limits"])
    return tuple(
        Limit(row.key, row.low, row.high) for row in chosen.windows if row.is_set
    )


def _base(told: dict[str, Any], chosen: Recipe) -> tuple[Base, ...]:
    if "base" not in told:
        return chosen.base
    rows = []
    for row in told["base"]:
        name = row.pop("name", row["code"])
        rows.append(Base(**row, name_zh=name, name_en=name))
    return tuple(rows)


def _once(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    if len({row[name] for row in rows}) < len(rows):
        raise serializers.ValidationError(_("Each may stand here once."))
    return rows
