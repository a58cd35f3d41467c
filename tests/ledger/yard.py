"""A gypsum works and a cement works, and lines of their ledgers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection

from tests import worlds
from wastehub.catalogue.models import Material, UseRoute
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add
from wastehub.registry.models import Facility

DAY = date(2026, 10, 1)


def gypsum() -> Material:
    """Phosphogypsum, the one material of this world."""
    return Material.objects.get_or_create(
        code="phosphogypsum",
        defaults={
            "name_zh": "磷石膏",
            "reach_km": 200,
            "colour": "#C0C0C0",
            "source": "a test",
            "confidence": "L",
        },
    )[0]


def retarder() -> UseRoute:
    """The one use."""
    return UseRoute.objects.get_or_create(
        code="cement_retarder",
        defaults={"name_zh": "水泥缓凝剂", "source": "a test", "confidence": "L"},
    )[0]


def works(lon: float = 104.5) -> Facility:
    """A site with an owner of its own, in a world of two counties."""
    return worlds.facility(lon)


def line(at: Facility, kind: Kind, mass_kg: int, **values: Any) -> Line:
    """So much, gypsum unless said, on the first of October, declared."""
    told: dict[str, Any] = {
        "occurred_on": DAY,
        "evidence": Evidence.DECLARED,
        "material": gypsum(),
    }
    if kind == Kind.USED:
        told["route"] = retarder()
    if kind in (Kind.SHIPPED, Kind.RECEIVED):
        told["counterparty_name"] = "邻厂"
    return Line(facility=at, kind=kind, mass_kg=mass_kg, **told | values)


def add(at: Facility, kind: Kind, mass_kg: int, **values: Any) -> Entry:
    """One entry."""
    return entries_add(lines=[line(at, kind, mass_kg, **values)])[0]


@contextmanager
def unguarded() -> Iterator[None]:
    """A superuser's session, in which no trigger watches."""
    with connection.cursor() as sql:
        sql.execute("SET LOCAL session_replication_role = replica")
        yield
        sql.execute("SET LOCAL session_replication_role = origin")
