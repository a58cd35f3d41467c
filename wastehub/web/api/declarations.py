"""Monthly declarations: drawn up, submitted, decided upon; and who is missing."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from wastehub.catalogue.models import Material
from wastehub.reporting import declarations as services
from wastehub.reporting.figures import COLUMNS, Figures
from wastehub.reporting.gaps import causes
from wastehub.reporting.models import Declaration
from wastehub.reporting.standing import Standing, due_on, owed
from wastehub.web import policy
from wastehub.web.acting import actor_of
from wastehub.web.api import edge
from wastehub.web.api.fields import CodeField, NumberField, TonnesField, VisibleField
from wastehub.web.declaration_forms import in_tonnes
from wastehub.web.ledger_filters import DeclarationFilterSet

_NAMES = {name: in_tonnes(name) for name in COLUMNS}


class FiguresRow(serializers.Serializer):
    """The figures of the statutory form, in tonnes."""

    generated_t = TonnesField(source="generated_kg")
    used_on_site_t = TonnesField(source="used_on_site_kg")
    received_t = TonnesField(source="received_kg")
    shipped_t = TonnesField(source="shipped_kg")
    used_t = TonnesField(source="used_kg", help_text="on the site and by others")
    used_old_t = TonnesField(
        source="used_old_kg", help_text="of it from former years' stock"
    )
    stored_t = TonnesField(source="stored_kg", help_text="flow of the month")
    disposed_t = TonnesField(source="disposed_kg")
    disposed_old_t = TonnesField(
        source="disposed_old_kg", help_text="of it from former years' stock"
    )
    dumped_t = TonnesField(source="dumped_kg")
    carried_t = TonnesField(source="carried_kg", help_text="stock at the month's end")


class DeclarationRow(FiguresRow):
    """A month as declared; ``gap_t`` is by how much it does not close."""

    public_id = serializers.UUIDField()
    facility = serializers.UUIDField(source="facility.public_id")
    material = serializers.CharField(source="material.code")
    month = serializers.DateField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    is_zero = serializers.BooleanField()
    explanation = serializers.CharField()
    returned_because = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    gap_t = TonnesField(source="figures.gap_kg")
    use_ratio = NumberField(source="figures.use_ratio", allow_null=True)


class DeclarationPage(DeclarationRow):
    """A declaration by itself, with what its gap may come from."""

    causes = serializers.SerializerMethodField()

    def get_causes(self, declaration: Declaration) -> list[str]:
        """Likely causes of the gap, in words; none where the month closes."""
        return causes(declaration.figures, services.books_of(declaration))


class DeclarationEntry(serializers.Serializer):
    """Which month to draw up, by any day of it; its figures come from the ledger."""

    facility = VisibleField(policy.ledgers)
    material = CodeField(queryset=Material.objects.all())
    month = serializers.DateField()


class DeclarationChange(FiguresRow):
    """All figures of a month, and whether it is said to be zero."""

    is_zero = serializers.BooleanField(default=False)
    explanation = serializers.CharField(max_length=1000, default="", allow_blank=True)


class DeclarationReturn(serializers.Serializer):
    """Why it goes back."""

    reason = serializers.CharField(max_length=1000)


class StandingQuestion(serializers.Serializer):
    """Which month, by any day of it."""

    month = serializers.DateField()


class StandingRow(serializers.Serializer):
    """What a site owes for a month, and whether it has told it."""

    facility = serializers.UUIDField(source="facility.public_id")
    name_zh = serializers.CharField(source="facility.name_zh")
    material = serializers.CharField(source="material.code")
    month = serializers.DateField()
    due_on = serializers.SerializerMethodField()
    standing = serializers.ChoiceField(Standing.choices)
    is_zero = serializers.BooleanField(help_text="told, not inferred")
    declaration = serializers.SerializerMethodField()

    def get_due_on(self, row: Any) -> str:
        """The last day in time; this product's default."""
        return due_on(row.month).isoformat()

    def get_declaration(self, row: Any) -> str | None:
        """The newest version that was handed in, where there is one."""
        newest = row.declaration
        is_out = newest is not None and newest.status != "draft"
        return str(newest.public_id) if is_out else None


class DeclarationViewSet(edge.PolicyViewSet):
    """Declarations of the user's own sites, and those handed in at watched ones."""

    permission_classes = (IsAuthenticated,)
    serializer_class = DeclarationRow
    filterset_class = DeclarationFilterSet
    queryset = Declaration.objects.none()

    def visible(self, user: policy.Viewer) -> QuerySet[Declaration]:
        """What the policy shows."""
        rows = policy.declarations(user).select_related("facility", "material")
        return rows.order_by(
            "-month", "facility__name_zh", "material__code", "-version"
        )

    @extend_schema(responses=DeclarationPage)
    def retrieve(self, request: Request, public_id: str) -> Response:
        """One declaration, with what its gap may come from."""
        return Response(DeclarationPage(self.get_object()).data)

    @extend_schema(request=DeclarationEntry, responses={201: DeclarationPage})
    def create(self, request: Request) -> Response:
        """Draw up a month from the ledger."""
        entry = DeclarationEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        drawn_up = services.declaration_draft(
            actor=actor_of(request), **entry.validated_data
        )
        return edge.made(request, "declaration", DeclarationPage(drawn_up).data)

    @extend_schema(request=DeclarationChange, responses=DeclarationPage)
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Say all figures of a draft or a returned declaration anew."""
        found = self.get_object()
        entry = DeclarationChange(data=request.data)
        entry.is_valid(raise_exception=True)
        told = entry.validated_data
        with edge.fields_named(_NAMES):
            filled = services.declaration_fill(
                declaration=found,
                figures=Figures(**{name: told[name] for name in COLUMNS}),
                is_zero=told["is_zero"],
                explanation=told["explanation"],
                actor=actor_of(request),
            )
        return Response(DeclarationPage(filled).data)

    @extend_schema(request=None, responses=DeclarationPage)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, public_id: str) -> Response:
        """Hand it in."""
        return self._acted(services.declaration_submit)

    @extend_schema(request=None, responses=DeclarationPage)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, public_id: str) -> Response:
        """Accept it, as a regulator of its place."""
        return self._acted(services.declaration_accept)

    @extend_schema(request=DeclarationReturn, responses=DeclarationPage)
    @action(detail=True, methods=["post"], url_path="return")
    def give_back(self, request: Request, public_id: str) -> Response:
        """Give it back with a reason, as a regulator of its place."""
        entry = DeclarationReturn(data=request.data)
        entry.is_valid(raise_exception=True)
        return self._acted(services.declaration_return, **entry.validated_data)

    @extend_schema(
        parameters=[StandingQuestion],
        responses=StandingRow(many=True),
        filters=False,
    )
    @action(detail=False, filterset_class=None)
    def standing(self, request: Request) -> Response:
        """Who has declared a month, who is late, who is missing."""
        asked = StandingQuestion(data=request.query_params)
        asked.is_valid(raise_exception=True)
        month = asked.validated_data["month"].replace(day=1)
        rows = owed(policy.ledgers(request.user), month, timezone.localdate())
        return self.paged(rows, StandingRow)

    def _acted(self, service: Callable[..., Declaration], **told: Any) -> Response:
        found = self.get_object()
        done = service(declaration=found, actor=actor_of(self.request), **told)
        return Response(DeclarationPage(done).data)
