"""COPY makes the rows that Django's own way makes, and minds the same checks."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching.copying import copy_in
from matching.models import Match, MatchRun
from seeds.load import load_catalogue
from tests import worlds
from wastehub.catalogue.models import Limit

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> MatchRun:
    worlds.two_counties()
    load_catalogue()
    return MatchRun.objects.create(
        kind="region", adcode="510000", as_of=timezone.localdate()
    )


def matches(run: MatchRun) -> list[Match]:
    """Two matches of a supply, the second with all that may be empty, and odd text."""
    supply = worlds.supply()
    common = {
        "run": run,
        "supply": supply,
        "verdict": "treated",
        "distance_km": 0.1 + 0.2,
        "asked_yuan_per_t": Decimal("-12.30"),
        "offered_yuan_per_t": Decimal("9999999999.99"),
        "treatment_yuan_per_t": Decimal(0),
        "haul_yuan_per_t": Decimal("0.01"),
        "net_cost_yuan_per_t": Decimal("1.10"),
    }
    limit = Limit.objects.earliest("pk")
    return [
        Match(
            **common,
            demand=worlds.demand(),
            mass_kg=2**62,
            haul_km=1e-300,
            treatments=["dry", 'tab\t, "quote", back\\slash, 磨细'],
            deciding_limit=limit,
            margin_frac=-0.25,
        ),
        Match(**common, demand=worlds.demand(), mass_kg=0, haul_km=4e9),
    ]


NAMES = [field.attname for field in Match._meta.concrete_fields if field.name != "id"]


def columns(rows: list[Match]) -> dict[str, list[object]]:
    return {name: [getattr(row, name) for row in rows] for name in NAMES}


def stored(run: MatchRun) -> list[dict[str, object]]:
    return list(run.matches.order_by("-mass_kg").values(*NAMES))


def test_the_rows_are_those_of_bulk_create(run: MatchRun) -> None:
    rows = matches(run)
    Match.objects.bulk_create(rows)
    usual = stored(run)
    run.matches.all().delete()
    assert copy_in(Match, columns(rows)) == 2
    assert stored(run) == usual


def test_a_row_that_breaks_a_check_lets_none_in(run: MatchRun) -> None:
    rows = matches(run)
    rows[1].mass_kg = -1
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_in(Match, columns(rows))
    assert not run.matches.exists()


def test_nothing_is_nothing(run: MatchRun) -> None:
    assert copy_in(Match, columns([])) == 0


def test_columns_of_different_lengths_are_refused(run: MatchRun) -> None:
    short = columns(matches(run)) | {"mass_kg": [1]}
    with pytest.raises(ValueError, match="shorter"), transaction.atomic():
        copy_in(Match, short)
    assert not run.matches.exists()
