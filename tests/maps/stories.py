"""Random stories of three sites and two materials, told by the real services."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from tests.ledger.yard import line
from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.ledger.kinds import TAKES_OLD_STOCK, Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add, entry_correct
from wastehub.registry.models import Facility

FIRST = date(2025, 1, 1)
DAYS = 150
KINDS = [Kind.GENERATED, Kind.USED, Kind.SHIPPED, Kind.DISPOSED, Kind.LOSS]


@dataclass(frozen=True)
class Act:
    """Something that is told of a site; what is shipped is received by another one.

    ``corrected_kg`` is what is said later to have been true, for both ends of a move.
    """

    site: int
    other: int
    is_gypsum: bool
    kind: Kind
    mass_kg: int
    days: int
    evidence: Evidence
    is_old: bool
    corrected_kg: int | None


acts = st.builds(
    Act,
    site=st.integers(0, 2),
    other=st.integers(1, 2),
    is_gypsum=st.booleans(),
    kind=st.sampled_from(KINDS),
    mass_kg=st.integers(1, 10**6),
    days=st.integers(0, DAYS),
    evidence=st.sampled_from(Evidence),
    is_old=st.booleans(),
    corrected_kg=st.none() | st.integers(0, 10**6),
)


def slag() -> Material:
    """A second material, which must never be counted with the first."""
    return Material.objects.get_or_create(
        code="steel_slag",
        defaults={
            "name_zh": "钢渣",
            "reach_km": 200,
            "colour": "#808080",
            "source": "a test",
            "confidence": "L",
        },
    )[0]


def tell(sites: list[Facility], act: Act, first: date = FIRST) -> None:
    """Enter it, and its correction; what the ledger refuses did not happen."""
    try:
        with transaction.atomic():
            told = entries_add(lines=list(_lines(sites, act, first)))
        if act.corrected_kg not in (None, act.mass_kg):
            with transaction.atomic():
                _correct(told, act.corrected_kg)
    except Refused:
        return


def _lines(sites: list[Facility], act: Act, first: date) -> Iterator[Line]:
    at = sites[act.site]
    old = {"is_old_stock": act.is_old and act.kind in TAKES_OLD_STOCK}
    if act.kind != Kind.SHIPPED:
        yield _line(at, act.kind, act, first, **old)
        return
    other = sites[(act.site + act.other) % len(sites)]
    yield _line(at, Kind.SHIPPED, act, first, counterparty=other, **old)
    yield _line(other, Kind.RECEIVED, act, first, counterparty=at)


def _line(at: Facility, kind: Kind, act: Act, first: date, **values: Any) -> Line:
    day = first + timedelta(days=act.days)
    told = line(at, kind, act.mass_kg, occurred_on=day, evidence=act.evidence, **values)
    return told if act.is_gypsum else replace(told, material=slag())


def _correct(told: list[Entry], mass_kg: int) -> None:
    for entry in told:
        entry_correct(entry=entry, mass_kg=mass_kg, reason="so it is")
