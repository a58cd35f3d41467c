"""Every error of the API in one shape: ``{code, message, fields}``."""

from typing import Any

from django.core.exceptions import ValidationError as ModelFault
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from wastehub.errors import Refused


def handle(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; ``None`` lets an unknown one surface as a fault."""
    if isinstance(problem, Refused):
        return _answer(400, problem.code, problem.message, problem.fields)
    if isinstance(problem, ModelFault):
        problem = exceptions.ValidationError(problem.messages)
    response = exception_handler(problem, context)
    if response is None:
        return None
    if isinstance(problem, exceptions.ValidationError):
        response.data = _body("invalid", _("The request has faults."), response.data)
    else:
        code = getattr(problem, "default_code", "not_found")
        response.data = _body(code, str(response.data.get("detail", problem)), {})
    return response


def _answer(code: int, name: str, message: str, fields: Any) -> Response:
    return Response(_body(name, message, fields), status=code)


def _body(code: str, message: str, fields: Any) -> dict[str, Any]:
    if not isinstance(fields, dict):
        fields = {"request": fields}
    return {"code": code, "message": message, "fields": fields}
