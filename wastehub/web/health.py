"""Whether the site can work: database, queue and a worker that answers."""

from collections.abc import Callable
from typing import Any

from celery import Celery
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wastehub.celery import app

OK, DOWN, SILENT = "ok", "down", "silent"
WAIT_SECONDS = 1.5
# Whoever asks wants an answer now, also when it is a bad one.
_IMPATIENT = {
    "socket_connect_timeout": WAIT_SECONDS,
    "socket_timeout": WAIT_SECONDS,
    "max_retries": 0,
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with every part ``ok``, or 503 with a reason word at the broken part."""
    parts = {
        "database": state_of(database_state, connection),
        "redis": state_of(redis_state, app),
        "worker": state_of(worker_state, app),
    }
    healthy = all(state == OK for state in parts.values())
    answer = {"status": OK if healthy else "broken", "version": settings.VERSION}
    return JsonResponse(answer | parts, status=200 if healthy else 503)


def database_state(database: BaseDatabaseWrapper) -> str:
    """Ask the database for a row."""
    with database.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def redis_state(queue: Celery) -> str:
    """Ask Redis for a PONG."""
    with queue.connection_for_write(transport_options=_IMPATIENT) as link:
        link.default_channel.client.ping()
    return OK


def worker_state(queue: Celery) -> str:
    """Ask the workers; the first that answers will do."""
    with queue.connection_for_write(transport_options=_IMPATIENT) as link:
        answers = queue.control.ping(timeout=WAIT_SECONDS, limit=1, connection=link)
    return OK if answers else SILENT


def state_of(check: Callable[[Any], str], part: Any) -> str:
    """What a check finds; ``down`` where it can not even ask."""
    # A health check reports whatever is wrong; which exception says so is the
    # driver's affair and differs between drivers and their versions.
    try:
        return check(part)
    except Exception:
        return DOWN
