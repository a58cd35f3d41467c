"""The ledger: entries, corrections, stocks, outlook, and past ledgers."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.catalogue.models import Material, UseRoute
from wastehub.exchange.availability import pile
from wastehub.exchange.parties import require_speaker
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.reporting.by_hand import entry_mend, line_add
from wastehub.reporting.past import past_try, past_write
from wastehub.reporting.sheets import LARGEST_BYTES
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.api import edge
from wastehub.web.api.fields import CodeField, NumberField, TonnesField, VisibleField
from wastehub.web.api.rows import MaterialRow, RouteRow
from wastehub.web.ledger_filters import EntryFilterSet
from wastehub.web.ledger_forms import WhatIfForm
from wastehub.web.outlook import Outlook, outlook_of

_NAMES = {"mass_kg": "mass_t"}


class EntryRow(serializers.ModelSerializer):
    """One entry; the balance is the stock of the material after it."""

    facility = serializers.UUIDField(source="facility.public_id")
    material = MaterialRow()
    route = RouteRow(allow_null=True)
    mass_t = TonnesField(source="mass_kg", help_text="below 0 in a correction")
    balance_t = TonnesField(source="balance_kg")
    corrects = serializers.IntegerField(
        source="corrects_id", allow_null=True, help_text="the id of another entry"
    )

    class Meta:
        model = Entry
        fields = (
            "id",
            "facility",
            "sequence",
            "material",
            "kind",
            "mass_t",
            "balance_t",
            "occurred_on",
            "recorded_at",
            "evidence",
            "is_old_stock",
            "route",
            "counterparty_name",
            "corrects",
            "reference",
            "note",
            "hash",
        )


class EntryEntry(serializers.Serializer):
    """A line as a site enters it; what a transfer note moves enters itself."""

    facility = VisibleField(policy.ledgers)
    material = CodeField(queryset=Material.objects.all())
    kind = serializers.ChoiceField(Kind.choices)
    mass_t = TonnesField(source="mass_kg")
    occurred_on = serializers.DateField()
    evidence = serializers.ChoiceField(Evidence.choices, default=Evidence.DECLARED)
    is_old_stock = serializers.BooleanField(default=False)
    route = CodeField(queryset=UseRoute.objects.all(), required=False)
    counterparty_name = serializers.CharField(max_length=200, required=False)
    reference = serializers.CharField(max_length=60, required=False)
    note = serializers.CharField(max_length=500, required=False)


class EntryCorrection(serializers.Serializer):
    """What the mass really was."""

    mass_t = TonnesField(source="mass_kg")
    reason = serializers.CharField(max_length=500)


class PileQuestion(serializers.Serializer):
    """Which site's, and of the outlook which material's."""

    facility = VisibleField(policy.ledgers)
    material = CodeField(queryset=Material.objects.all(), required=False)


class PileRow(serializers.Serializer):
    """A material at a site: there, promised, left."""

    material = serializers.CharField()
    on_hand_t = TonnesField()
    reserved_t = TonnesField()
    available_t = TonnesField()


class ClockRow(serializers.Serializer):
    """How long the yard lasts at the net rate of the days counted."""

    stock_t = TonnesField(source="stock_kg")
    capacity_t = TonnesField(source="capacity_kg")
    net_t = TonnesField(source="net_kg", help_text="what the stock grew by")
    days = serializers.IntegerField(help_text="counted, 90 at most")
    days_left = NumberField(allow_null=True, help_text="null: it does not fill")


class HeadroomRow(serializers.Serializer):
    """This product's model of 以用定产; confidence L, not official."""

    used_t = TonnesField(source="used_kg", help_text="verified, last quarter")
    carry_t = TonnesField(source="carry_kg")
    stock_t = TonnesField(source="stock_kg", help_text="when the quarter began")
    stock_plan_t = TonnesField(source="stock_plan_kg", allow_null=True)
    weight = NumberField()
    made_t = TonnesField(source="made_kg", help_text="since the quarter began")
    quota_t = TonnesField(source="quota_kg")
    left_t = TonnesField(source="left_kg")


class OutlookAnswer(serializers.Serializer):
    """Both models, with the numbers that went in."""

    clock = ClockRow(allow_null=True)
    headroom = HeadroomRow()
    is_supposed = serializers.BooleanField()


class OutlookQuestion(PileQuestion):
    """Numbers in the query take the place of the ledger's."""

    material = CodeField(queryset=Material.objects.all())
    capacity_t = NumberField(required=False)
    net_t = NumberField(required=False)
    used_t = NumberField(required=False)
    carry_t = NumberField(required=False)
    stock_t = NumberField(required=False)
    stock_plan_t = NumberField(required=False)
    made_t = NumberField(required=False)
    weight = NumberField(required=False)


class PastEntry(serializers.Serializer):
    """A table of a past ledger; it is tried only, unless ``write`` is true."""

    facility = VisibleField(policy.ledgers)
    file = serializers.FileField()
    write = serializers.BooleanField(default=False)


class PastFault(serializers.Serializer):
    """A row that can not be written: its number in the sheet, and why, by column."""

    row = serializers.IntegerField(source="number")
    faults = serializers.DictField(child=serializers.CharField())


class PastAnswer(serializers.Serializer):
    """How many rows were or would be written, and those at fault."""

    rows = serializers.IntegerField()
    is_written = serializers.BooleanField()
    faulty = PastFault(many=True)


class LedgerViewSet(viewsets.ReadOnlyModelViewSet):
    """Entries of the user's own and watched sites, the newest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = EntryRow
    filterset_class = EntryFilterSet
    lookup_value_regex = r"\d{1,18}"
    queryset = Entry.objects.none()

    def get_queryset(self) -> QuerySet[Entry]:
        """What the policy shows."""
        rows = policy.entries(self.request.user)
        return rows.select_related("facility", "material", "route").order_by("-pk")

    @extend_schema(request=EntryEntry, responses={201: EntryRow})
    def create(self, request: Request) -> Response:
        """Write a line for a site of one's own."""
        entry = EntryEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        line = Line(
            **told
            | {"kind": Kind(told["kind"]), "evidence": Evidence(told["evidence"])}
        )
        with edge.fields_named(_NAMES):
            written = line_add(line=line, actor=actor_of(request))
        return Response(EntryRow(written).data, status=201)

    @extend_schema(request=EntryCorrection, responses={201: EntryRow})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Say that a mass was otherwise; the entry itself stays."""
        entry = self.get_object()
        told = EntryCorrection(data=request.data)
        told.is_valid(raise_exception=True)
        with edge.fields_named(_NAMES):
            written = entry_mend(
                entry=entry, actor=actor_of(request), **told.validated_data
            )
        return Response(EntryRow(written).data, status=201)

    @extend_schema(
        parameters=[PileQuestion], responses=PileRow(many=True), filters=False
    )
    @action(detail=False, pagination_class=None)
    def stocks(self, request: Request) -> Response:
        """What lies at a site of each material, what is promised, what is left."""
        site = _asked(PileQuestion, request)["facility"]
        entries = Entry.objects.filter(facility=site)
        materials = Material.objects.filter(pk__in=entries.values("material"))
        rows = []
        for material in materials.order_by("code"):
            there = pile(facility=site, material=material)
            rows.append(
                {
                    "material": material.code,
                    "on_hand_t": there.on_hand_kg,
                    "reserved_t": there.reserved_kg,
                    "available_t": there.available_kg,
                }
            )
        return Response(PileRow(rows, many=True).data)

    @extend_schema(parameters=[OutlookQuestion], responses=OutlookAnswer, filters=False)
    @action(detail=False, pagination_class=None)
    def outlook(self, request: Request) -> Response:
        """The yard's clock and the headroom; the query may suppose other numbers."""
        told = _asked(OutlookQuestion, request)
        asked = WhatIfForm(request.query_params)
        if not asked.is_valid():
            faults = {
                field: " ".join(map(str, said)) for field, said in asked.errors.items()
            }
            raise ValidationError(faults)
        found: Outlook = outlook_of(told["facility"], told["material"], asked)
        return Response(OutlookAnswer(found).data)

    @extend_schema(request=PastEntry, responses=PastAnswer)
    @action(detail=False, methods=["post"])
    def past(self, request: Request) -> Response:
        """Try a table of a past ledger, or write it whole; a file counts once."""
        entry = PastEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        site, content = told["facility"], told["file"].read(LARGEST_BYTES + 1)
        require_speaker(actor_of(request), site)
        trial = past_try(facility=site, content=content)
        count = len(trial.fresh)
        if told["write"]:
            count = past_write(facility=site, content=content, actor=actor_of(request))
        answer = {"rows": count, "is_written": told["write"], "faulty": trial.faulty}
        return Response(PastAnswer(answer).data)


def _asked(question: type[PileQuestion], request: Request) -> dict[str, Any]:
    asked = question(data=request.query_params, context={"request": request})
    asked.is_valid(raise_exception=True)
    return asked.validated_data
