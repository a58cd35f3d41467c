"""Webhooks of the user's organisations, and what was sent to them."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wastehub.accounts.models import User
from wastehub.notices import hooks
from wastehub.notices.addresses import LONGEST_URL
from wastehub.notices.deliveries import delivery_resend
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Delivery, Hook
from wastehub.web import policy
from wastehub.web.api import edge
from wastehub.web.api.fields import VisibleField


class HookRow(serializers.ModelSerializer):
    """A webhook, without its secret."""

    organisation: Any = serializers.SlugRelatedField(
        slug_field="public_id", read_only=True
    )

    class Meta:
        model = Hook
        fields: tuple[str, ...] = (
            "public_id",
            "organisation",
            "url",
            "kinds",
            "made_at",
        )


class HookWithSecret(HookRow):
    """A webhook as it is answered once, when its secret is new."""

    class Meta(HookRow.Meta):
        fields = (*HookRow.Meta.fields, "secret")


class HookEntry(serializers.Serializer):
    """A webhook as entered."""

    organisation = VisibleField(policy.own_organisations)
    url = serializers.CharField(max_length=LONGEST_URL)
    kinds = serializers.ListField(child=serializers.ChoiceField(Kind.choices))


class DeliveryRow(serializers.ModelSerializer):
    """One act on its way to a webhook."""

    subject = serializers.CharField(source="entry.subject")
    subject_id = serializers.UUIDField(source="entry.subject_id")
    at = serializers.DateTimeField(source="entry.at")

    class Meta:
        model = Delivery
        fields = (
            "public_id",
            "kind",
            "subject",
            "subject_id",
            "at",
            "status",
            "attempts",
            "next_at",
            "last_error",
            "delivered_at",
        )


class HookViewSet(edge.PolicyViewSet):
    """Addresses that are told of acts; each delivery is signed."""

    serializer_class = HookRow
    permission_classes = (IsAuthenticated,)
    filterset_class = None

    def visible(self, user: policy.Viewer) -> QuerySet[Hook]:
        """Those of the organisations that the user writes for."""
        return policy.hooks(user).select_related("organisation")

    @extend_schema(request=HookEntry, responses={201: HookWithSecret})
    def create(self, request: Request) -> Response:
        """Enter a webhook; this answer alone has its secret."""
        entry = HookEntry(data=request.data, context={"request": request})
        entry.is_valid(raise_exception=True)
        hook = hooks.hook_create(user=cast(User, request.user), **entry.validated_data)
        return edge.made(request, "webhook", HookWithSecret(hook).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, public_id: str) -> Response:
        """Remove a webhook with its deliveries."""
        hooks.hook_remove(hook=self.get_object(), user=cast(User, request.user))
        return Response(status=204)

    @extend_schema(request=None, responses=HookWithSecret)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, public_id: str) -> Response:
        """Give the webhook another secret; this answer alone has it."""
        hook = hooks.hook_renew_secret(
            hook=self.get_object(), user=cast(User, request.user)
        )
        return Response(HookWithSecret(hook).data)

    @extend_schema(responses=DeliveryRow(many=True))
    @action(detail=True)
    def deliveries(self, request: Request, public_id: str) -> Response:
        """What was sent to it, newest first."""
        rows = self.get_object().deliveries.select_related("entry")
        return self.paged(rows, DeliveryRow)


class ResendView(APIView):
    """Sending a delivery by hand."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses={202: DeliveryRow})
    def post(self, request: Request, public_id: Any) -> Response:
        """Send again what was given up or delivered; 409 while it is being tried."""
        rows = policy.deliveries(request.user)
        delivery = delivery_resend(
            delivery=get_object_or_404(rows, public_id=public_id)
        )
        return Response(DeliveryRow(delivery).data, status=202)
