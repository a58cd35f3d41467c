"""Notices of the user, and how the user wants to be told."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from wastehub.accounts.models import User
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Notice
from wastehub.notices.preferences import Ways, ways_choose, ways_of
from wastehub.web import policy
from wastehub.web.api import edge
from wastehub.web.filters import NoticeFilterSet


class NoticeRow(serializers.ModelSerializer):
    """What the user is told of one act; ``subject_id`` leads to the thing."""

    subject = serializers.CharField(source="entry.subject")
    subject_id = serializers.UUIDField(source="entry.subject_id")
    at = serializers.DateTimeField(source="entry.at")

    class Meta:
        model = Notice
        fields = ("id", "kind", "subject", "subject_id", "at", "read_at")


class WaysRow(serializers.Serializer):
    """How one is told of one kind of act."""

    kind = serializers.ChoiceField(Kind.choices)
    in_app = serializers.BooleanField()
    by_mail = serializers.BooleanField()


class NoticeViewSet(edge.PolicyViewSet):
    """Notices, newest first."""

    serializer_class = NoticeRow
    filterset_class = NoticeFilterSet
    permission_classes = (IsAuthenticated,)
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"

    def visible(self, user: policy.Viewer) -> QuerySet[Notice]:
        """The user's own."""
        return policy.notices(user).select_related("entry")

    @extend_schema(request=None, responses=NoticeRow)
    @action(detail=True, methods=["post"], filterset_class=None)
    def read(self, request: Request, pk: str) -> Response:
        """Mark one as read."""
        policy.notices(request.user).unread().filter(pk=pk).update(
            read_at=timezone.now()
        )
        return Response(NoticeRow(self.get_object()).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], filterset_class=None, url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        policy.notices(request.user).unread().update(read_at=timezone.now())
        return Response(status=204)


class NoticeSettingsView(APIView):
    """Of which acts the user is told, and how."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=WaysRow(many=True))
    def get(self, request: Request) -> Response:
        """The ways of every kind of act."""
        return Response(_told(request))

    @extend_schema(request=WaysRow(many=True), responses=WaysRow(many=True))
    def patch(self, request: Request) -> Response:
        """Choose the ways of some kinds; the others stay as they are."""
        entry = WaysRow(data=request.data, many=True)
        entry.is_valid(raise_exception=True)
        chosen = {row.pop("kind"): Ways(**row) for row in entry.validated_data}
        ways_choose(user=cast(User, request.user), chosen=chosen)
        return Response(_told(request))


def _told(request: Request) -> list[dict[str, Any]]:
    ways = ways_of(cast(User, request.user))
    return [{"kind": kind, **chosen._asdict()} for kind, chosen in ways.items()]
