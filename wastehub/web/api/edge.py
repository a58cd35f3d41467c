"""Where the API meets the services: names of fields, and who may write."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from wastehub.accounts.models import Organisation
from wastehub.errors import Refused
from wastehub.web import policy


@contextmanager
def fields_named(names: Mapping[str, str], prefix: str = "") -> Iterator[None]:
    """Say a service's refusal in the names that the API's user wrote."""
    try:
        yield
    except Refused as refused:
        said = {
            prefix + names.get(field, field): text
            for field, text in refused.fields.items()
        }
        raise type(refused)(refused.code, refused.message, said) from refused


def refuse_unless_editor(user: policy.Viewer, organisation: Organisation) -> None:
    """403 for whoever may not write for an organisation."""
    if not policy.may_edit(user, organisation):
        raise PermissionDenied(_("You may not write for this organisation."))


def made(
    request: Request, kind: str, row: Mapping[str, Any], status: int = 201
) -> Response:
    """The answer to a creation: the row, and its address in ``Location``."""
    where = reverse(f"api:{kind}-detail", [row["public_id"]], request=request)
    return Response(row, status=status, headers={"Location": where})


class PolicyViewSet(viewsets.ReadOnlyModelViewSet):
    """A list and its rows, as the policy shows them to the user."""

    lookup_field = "public_id"

    def visible(self, user: policy.Viewer) -> QuerySet[Any]:
        """What the policy shows; each subject says."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """The rows of this request's user."""
        return self.visible(self.request.user)

    def paged(
        self,
        rows: QuerySet[Any] | list[Any],
        row: type[serializers.Serializer],
        blur: Callable[[policy.Viewer, Any], Sequence[Any]] | None = None,
    ) -> Response:
        """One page of other rows that belong to this one, blurred for the user."""
        page: Any = self.paginate_queryset(rows)
        if blur is not None:
            page = blur(self.request.user, page)
        return self.get_paginated_response(row(page, many=True).data)
