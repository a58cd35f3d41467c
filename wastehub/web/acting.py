"""Who acts through a door of the site: the user, and the address he comes from."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address

from wastehub.trail.models import Actor


def actor_of(request: Any) -> Actor:
    """The actor of a request, of Django or of the REST framework.

    The address is the connection's own. Only where the settings say that a proxy stands
    in front is the last one in ``X-Forwarded-For`` believed: the proxy wrote that.
    """
    user = request.user if request.user.is_authenticated else None
    return Actor(user, _address(request.META))


def _address(meta: dict[str, Any]) -> str | None:
    told = meta.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        told = meta.get("HTTP_X_FORWARDED_FOR", told).rpartition(",")[2].strip()
    try:
        validate_ipv46_address(told)
    except ValidationError:
        # A unix socket has no address.
        return None
    return told
