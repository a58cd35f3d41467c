"""The real Sichuan, from the open trackers' files to a proven plan."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from matching.gather import over
from matching.models import Match, MatchRun
from seeds.load import load_catalogue
from seeds.trackers.importing import import_tracker
from tests.places_world import sichuan, sichuan_rows  # noqa: F401
from wastehub.registry.models import Supply

FILES = {
    "gem-cement": "sichuan_gem_cement.csv",
    "gem-coal": "sichuan_gem_coal_units.csv",
    "gem-steel": "sichuan_gem_steel_plants.csv",
    "gem-iron-ore": "sichuan_gem_iron_ore_mines.csv",
}
FOLDER = os.environ.get("WASTEHUB_SHARED_DATA", "")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared_data,
    pytest.mark.skipif(not FOLDER, reason="WASTEHUB_SHARED_DATA is not set"),
]


@pytest.fixture
def _imported(sichuan: object) -> None:  # noqa: F811
    load_catalogue()
    for source, file in FILES.items():
        path = Path(FOLDER) / "facilities" / file
        import_tracker(source=source, path=path, region="510000")


def printed_plan() -> str:
    out = StringIO()
    call_command("plan", accept="likely", json=True, without_seconds=True, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("_imported")
def test_the_plan_is_proven_conserves_mass_and_comes_out_the_same() -> None:
    first, second = printed_plan(), printed_plan()
    assert first == second
    report = json.loads(first)
    assert report["certificate"]["ok"]
    assert report["placed_kg"] > 10**10
    assert report["mass_by_verdict_kg"]["yes"] == 0

    plan = MatchRun.objects.plans().first()
    placed = dict(
        Match.objects.filter(run=plan).values_list("supply").annotate(Sum("mass_kg"))
    )
    on_offer = {
        row.pk: row.stock_kg + over(12, row.rate_kg_per_year)
        for row in Supply.objects.open()
    }
    left = {pk: mass - placed.get(pk, 0) for pk, mass in on_offer.items()}
    assert min(left.values()) >= 0
    assert sum(left.values()) == report["left_kg"]
    assert sum(placed.values()) == report["placed_kg"]
    for row in report["by_material"]:
        assert row["offered_kg"] == row["placed_kg"] + row["left_kg"]
