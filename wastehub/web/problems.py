"""Every error of the API in one shape: ``{code, message, fields}``."""

from collections.abc import Iterator
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelFault
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from wastehub.errors import Conflict, NotYours, Refused


def handle(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; ``None`` lets an unknown one surface as a fault.

    ``fields`` maps each field at fault, ``assay.sampled_on`` for a nested one, to a
    sentence. What concerns no field stands under ``request``.
    """
    if isinstance(problem, Refused):
        body = _body(problem.code, problem.message, problem.fields)
        return Response(body, status_of(problem))
    known = _known(problem)
    response = exception_handler(known, context)
    if response is None:
        return None
    if isinstance(known, exceptions.ValidationError):
        fields = dict(_flat(response.data))
        response.data = _body("invalid", _("The request has faults."), fields)
    else:
        response.data = _body(known.default_code, str(known.detail), {})
    return response


def as_json(problem: exceptions.APIException | Refused) -> JsonResponse:
    """The same answer, of a view that is none of the API's."""
    response = cast(Response, handle(problem, {}))
    return JsonResponse(response.data, status=response.status_code)


def status_of(refused: Refused) -> int:
    """How HTTP calls a refusal."""
    if isinstance(refused, Conflict):
        return 409
    return 403 if isinstance(refused, NotYours) else 400


def _known(problem: Exception) -> Any:
    if isinstance(problem, Http404):
        return exceptions.NotFound()
    if isinstance(problem, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(problem, ModelFault):
        by_field = hasattr(problem, "error_dict")
        return exceptions.ValidationError(
            problem.message_dict if by_field else problem.messages
        )
    return problem


def _flat(faults: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(faults, dict):
        for name, inner in faults.items():
            own = name in ("request", "__all__")
            yield from _flat(inner, path if own else f"{path}.{name}".lstrip("."))
    elif isinstance(faults, list) and any(isinstance(f, dict) for f in faults):
        for place, inner in enumerate(faults):
            yield from _flat(inner, f"{path}.{place}".lstrip("."))
    else:
        said = faults if isinstance(faults, list) else [faults]
        yield path or "request", _writable(" ".join(map(str, said)))


def _writable(text: str) -> str:
    """Text that quotes half of a surrogate pair, which JSON can escape, as UTF-8."""
    return text.encode(errors="backslashreplace").decode()


def _body(code: str, message: str, fields: dict[str, str]) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": fields}
