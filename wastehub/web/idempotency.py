"""A request that carries a key is done once, however often it is sent.

Programs give the key in the header ``Idempotency-Key``, pages in the hidden field that
``{% once %}`` writes. The first answer is kept in the transaction of the act; a
repetition gets it again and does nothing. What was refused did nothing and is not kept,
so that it may be mended and sent again under its key; so it is with what only tried
something. Without a key, and for those who
are not logged in, all is as before.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from wastehub.accounts.models import User
from wastehub.trail.answers import answer_to
from wastehub.trail.models import KeptAnswer

HEADER: Final = "Idempotency-Key"
FIELD: Final = "idempotency_key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Of a form, what says nothing about the act.
_ASIDE = {FIELD, "csrfmiddlewaretoken"}
_TRIED = "wastehub.tried_only"


class OnceMiddleware:
    """Answer a repeated POST with the first answer; stands behind authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, given for the first time or again."""
        key = _key_of(request)
        user = None if key is None else _user_of(request)
        if key is None or user is None:
            return self.get_response(request)
        if not _KEY.fullmatch(key):
            told = _("A key is 1 to 200 printable ASCII characters.")
            return _refused(request, 400, "invalid", told)
        try:
            digest = _digest(request)
        except RequestDataTooBig:
            told = _("A request with a key can not be so large.")
            return _refused(request, 413, "too_large", told)
        return self._once(request, user, key, digest)

    @transaction.atomic
    def _once(
        self, request: HttpRequest, user: User, key: str, digest: str
    ) -> HttpResponseBase:
        kept = answer_to(user, key)
        asked = {"method": request.method, "path": request.path, "digest": digest}
        if kept is not None:
            if all(getattr(kept, name) == value for name, value in asked.items()):
                return _again(kept)
            told = _("This has been sent already, with other content, and was done.")
            return _refused(request, 422, "key_reused", told)
        response = self.get_response(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        elif not response.streaming and _TRIED not in request.META:
            _keep(response, user=user, key=key, **asked)
        return response


def tried_only(request: HttpRequest) -> None:
    """Say that a POST did nothing yet: its answer is not kept, its key stays free."""
    request.META[_TRIED] = True


def _key_of(request: HttpRequest) -> str | None:
    if request.method != "POST":
        return None
    if HEADER in request.headers:
        return request.headers[HEADER]
    if request.content_type in _FORMS and not _is_api(request):
        return request.POST.get(FIELD)
    return None


def _user_of(request: HttpRequest) -> User | None:
    """Who asks, by session or token; the view itself refuses a token that is wrong."""
    if not isinstance(request.user, AnonymousUser):
        return request.user
    try:
        found = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]
    except AuthenticationFailed:
        return None
    return found[0] if found else None


def _digest(request: HttpRequest) -> str:
    """The SHA-256 of what is asked, the query and attachments included."""
    digest = hashlib.sha256(request.META.get("QUERY_STRING", "").encode())
    for part in _parts(request):
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    if request.content_type not in _FORMS:
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        if name not in _ASIDE:
            yield from (part.encode() for part in [name, *values])
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield from (name.encode(), str(file.name).encode(), *file.chunks())
            file.seek(0)


def _keep(response: HttpResponse, **asked: Any) -> None:
    KeptAnswer.objects.create(
        status=response.status_code,
        content_type=response.headers.get("Content-Type", ""),
        location=response.headers.get("Location", ""),
        body=response.content,
        **asked,
    )


def _again(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(
        bytes(kept.body), status=kept.status, content_type=kept.content_type
    )
    if kept.location:
        response.headers["Location"] = kept.location
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _refused(
    request: HttpRequest, status: int, code: str, message: str
) -> HttpResponse:
    if _is_api(request):
        body = {"code": code, "message": message, "fields": {HEADER: message}}
        return JsonResponse(body, status=status)
    return render(request, "web/sent_before.html", {"message": message}, status=status)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
