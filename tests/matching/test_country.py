"""A plan of the whole country crosses the borders of its provinces."""

import csv
import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Q, Sum

from maps.market import market
from matching import services
from matching.models import Match, MatchRun
from seeds.load import load_catalogue
from seeds.trackers.importing import import_tracker
from tests import worlds
from tests.places_world import sichuan, sichuan_rows  # noqa: F401
from wastehub.places.models import Region
from wastehub.registry.models import Facility

CHONGQING = "500000"
FILES = {
    "gem-cement": "gem_cement_china_2025-07.csv",
    "gem-coal": "gem_coal_units_china_2024-07.csv",
}
FOLDER = os.environ.get("WASTEHUB_SHARED_DATA", "")

pytestmark = pytest.mark.django_db


def a_plan(adcode: str) -> MatchRun:
    run = services.plan_start(adcode=adcode, accept="likely")
    return services.run_execute(run_id=run.pk)


class TestSmallCountry:
    @pytest.fixture(autouse=True)
    def _ash_in_sichuan_and_a_kiln_in_beijing(self) -> None:
        worlds.a_country()
        load_catalogue()
        worlds.supply("fly_ash", at=worlds.facility(105.9), stock_kg=200_000)
        worlds.demand("cement_blending", at=worlds.facility(106.1))

    def test_what_a_province_must_keep_the_country_places(self) -> None:
        assert a_plan("510000").summary["placed_kg"] == 0
        run = a_plan("100000")
        assert run.summary["placed_kg"] == 200_000
        assert run.summary["certificate"]["ok"]

    @pytest.mark.parametrize("level", ["province", "prefecture", "county"])
    def test_no_level_of_the_market_loses_a_tonne(self, level: str) -> None:
        cells = market("fly_ash", level, a_plan("100000"))
        assert sum(cell.offered_kg for cell in cells) == 200_000
        assert sum(cell.capacity_kg for cell in cells) == 1_000_000
        assert {c.adcode: c.received_kg for c in cells if c.received_kg} == {
            "110000" if level == "province" else "110101": 200_000
        }


def near_their_border(file: str, folder: Path) -> Path:
    """The rows of a national file within 1.5 degrees of 106 E, 30 N."""
    with (Path(FOLDER) / "facilities" / file).open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    near = [
        row
        for row in rows
        if max(abs(float(row["lon"]) - 106), abs(float(row["lat"]) - 30)) < 1.5
    ]
    path = folder / file
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(near)
    return path


@pytest.fixture
def _two_real_provinces(sichuan: object, tmp_path: Path) -> None:  # noqa: F811
    """Chongqing beside Sichuan, its outline the real one, as a county of its own."""
    provinces = Region.objects.current().filter(adcode__in=["510000", CHONGQING])
    shape = provinces.get(adcode=CHONGQING).shape
    country = Region.objects.create(
        boundary_set=sichuan,
        adcode="100000",
        level="country",
        name_zh="中国",
        shape=shape,
        drawn_shape=shape,
    )
    provinces.update(parent=country)
    Region.objects.create(
        boundary_set=sichuan,
        adcode="500101",
        level="county",
        parent=provinces.get(adcode=CHONGQING),
        name_zh="重庆市",
        shape=shape,
        drawn_shape=shape,
    )
    load_catalogue()
    for source, file in FILES.items():
        import_tracker(source=source, path=near_their_border(file, tmp_path))


@pytest.mark.shared_data
@pytest.mark.skipif(not FOLDER, reason="WASTEHUB_SHARED_DATA is not set")
@pytest.mark.usefixtures("_two_real_provinces")
def test_real_works_of_two_provinces_are_planned_in_one_run() -> None:
    out = StringIO()
    call_command("plan", region="100000", accept="likely", json=True, stdout=out)
    report = json.loads(out.getvalue())
    assert report["certificate"]["ok"]
    assert report["offered_kg"] == report["placed_kg"] + report["left_kg"]

    plan = Match.objects.filter(run=MatchRun.objects.plans().get())
    assert plan.aggregate(kg=Sum("mass_kg"))["kg"] == report["placed_kg"]
    one, other = (Facility.objects.within(code) for code in ("510000", CHONGQING))
    over_the_border = plan.filter(
        Q(supply__facility__in=one, demand__facility__in=other)
        | Q(supply__facility__in=other, demand__facility__in=one)
    )
    assert over_the_border.exists()
