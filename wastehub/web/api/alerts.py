"""The work list: what was found, with its records, and what became of it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from maps.alerts import services
from maps.models import Alert
from wastehub.units import tonnes_from_kg
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.alert_filters import AlertFilterSet
from wastehub.web.alert_words import sentence
from wastehub.web.api import edge


class RecordRow(serializers.Serializer):
    """What stands behind an alert: a site's ``ledger`` or its ``entries`` of the month,
    a ``declaration`` or a ``note``."""

    kind = serializers.ChoiceField(["ledger", "entries", "declaration", "note"])
    public_id = serializers.UUIDField()


class AlertRow(serializers.ModelSerializer):
    """One thing to look at; ``facility`` is none where it is about a whole region."""

    facility = serializers.UUIDField(source="facility.public_id", default=None)
    material = serializers.CharField(source="material.code")
    sentence = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()
    records = serializers.SerializerMethodField()

    class Meta:
        model = Alert
        fields = (
            "public_id",
            "kind",
            "severity",
            "is_invented",
            "adcode",
            "facility",
            "material",
            "month",
            "sentence",
            "figures",
            "records",
            "first_seen",
            "last_seen",
            "cleared_at",
            "state",
            "acted_at",
            "note",
        )
        read_only_fields = fields

    def get_sentence(self, alert: Alert) -> str:
        """What is wrong, in the caller's language."""
        return sentence(alert)

    def get_figures(self, alert: Alert) -> dict[str, float]:
        """Numbers with their units in their names, masses in tonnes."""
        return dict(_at_the_edge(name, told) for name, told in alert.figures.items())

    @extend_schema_field(RecordRow(many=True))
    def get_records(self, alert: Alert) -> list[dict[str, str]]:
        """What stands behind it."""
        return [{"kind": kind, "public_id": key} for kind, key in alert.records]


class AlertNote(serializers.Serializer):
    """What was done about it."""

    note = serializers.CharField(max_length=1000)


class AlertViewSet(edge.PolicyViewSet):
    """Alerts of watched places and own sites, the gravest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = AlertRow
    filterset_class = AlertFilterSet
    queryset = Alert.objects.none()

    def visible(self, user: policy.Viewer) -> QuerySet[Alert]:
        """What the policy shows."""
        rows = policy.alerts(user).select_related("material", "facility")
        return rows.gravest_first()

    def filter_queryset(self, queryset: Any) -> Any:
        """A list leaves out what is settled unless asked; one alert is always found."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @extend_schema(request=None, responses=AlertRow)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, public_id: str) -> Response:
        """Say that somebody is at it, as a regulator of its place."""
        return self._acted(services.alert_acknowledge)

    @extend_schema(request=AlertNote, responses=AlertRow)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, public_id: str) -> Response:
        """Say that it is dealt with, and how, as a regulator of its place."""
        entry = AlertNote(data=request.data)
        entry.is_valid(raise_exception=True)
        return self._acted(services.alert_settle, **entry.validated_data)

    def _acted(self, service: Callable[..., Alert], **told: Any) -> Response:
        found = self.get_object()
        service(alert=found, actor=actor_of(self.request), **told)
        return Response(AlertRow(self.get_object()).data)


def _at_the_edge(name: str, told: float) -> tuple[str, float]:
    if not name.endswith("_kg"):
        return name, told
    return f"{name.removesuffix('_kg')}_t", float(tonnes_from_kg(int(told)))
