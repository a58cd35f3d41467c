"""The real files over the real map, where the shared data folder is at hand."""

import csv
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import F, Sum
from django.test import TestCase

from seeds.places.load import load_places
from seeds.trackers.importing import import_tracker
from seeds.trackers.report import Kind, Report
from tests.seeds import smallcatalogue
from wastehub.registry.models import Demand, Facility, Supply

SHARED = os.environ.get("WASTEHUB_SHARED_DATA")
FILES = {
    "gem-cement": "sichuan_gem_cement.csv",
    "gem-coal": "sichuan_gem_coal_units.csv",
    "gem-steel": "sichuan_gem_steel_plants.csv",
    "gem-iron-ore": "sichuan_gem_iron_ore_mines.csv",
}
NATIONWIDE = {
    "gem-cement": "gem_cement_china_2025-07.csv",
    "gem-coal": "gem_coal_units_china_2024-07.csv",
    "gem-steel": "gem_steel_plants_china_2026-03.csv",
    "gem-iron-ore": "gem_iron_ore_mines_china_2025-08.csv",
}
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not SHARED, reason="WASTEHUB_SHARED_DATA is not set"),
]


def _path(name: str) -> Path:
    return Path(SHARED or "") / "facilities" / name


def _rows(name: str) -> list[dict[str, str]]:
    with _path(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _import(files: dict[str, str]) -> dict[str, Report]:
    return {
        source: import_tracker(source=source, path=_path(name), region="510000")
        for source, name in files.items()
    }


class SichuanImported(TestCase):
    """All four Sichuan files, imported once over the real map."""

    reports: dict[str, Report]

    @classmethod
    def setUpTestData(cls) -> None:
        load_places()
        smallcatalogue.load()
        cls.reports = _import(FILES)

    def test_sichuan_is_what_its_files_say(self) -> None:
        plants = {
            source: report.facilities.total for source, report in self.reports.items()
        }
        coal_plants = {
            row["GEM location ID"]
            for row in _rows(FILES["gem-coal"])
            if row["Status"] == "operating"
        }
        assert plants["gem-cement"] == 57
        assert plants["gem-coal"] == len(coal_plants) == 13
        assert plants["gem-steel"] == 12
        assert plants["gem-iron-ore"] == 13
        assert not [note for r in self.reports.values() for note in r.of(Kind.FAULT)]
        assert Facility.objects.within("510000").count() == sum(plants.values())

    def test_every_county_is_the_one_the_file_was_cut_by(self) -> None:
        """The files carry an adcode found by others on the unconverted map.

        Conversion moves the border by 400 m, so that a plant near one may differ.
        """
        cut = {row["gem_id"]: row["adcode_gcj"] for row in _rows(FILES["gem-cement"])}
        found = Facility.objects.filter(source_key__startswith="gem-cement:")
        same = [
            site.county.adcode == cut[str(site.source_key).split(":")[1]]
            for site in found.select_related("county")
        ]
        assert sum(same) >= 55

    def test_tonnes_are_conserved_from_file_to_registry(self) -> None:
        """Known cement times the factor, summed with decimals from the file."""
        known = [
            Decimal(row["cement_mtpa"])
            for row in _rows(FILES["gem-cement"])
            if row["status"] == "operating"
            and row["cement_mtpa"] not in {">0", "unknown"}
        ]
        factor = Decimal("0.047")
        retarder = Demand.objects.by("set_retarder")
        total_kg = retarder.aggregate(total=Sum("capacity_kg_per_year"))["total"]
        assert total_kg == int(sum(known) * factor * 10**9)
        assert total_kg == self.reports["gem-cement"].mass_kg["demand", "set_retarder"]
        assert retarder.count() == len(known)

    def test_fly_ash_agrees_with_the_trackers_carbon_dioxide(self) -> None:
        """The tracker reckons CO2 apart; coal of 20.9 MJ/kg gives 1.8-2.2 t a tonne."""
        carbon_mt = sum(
            float(row["Annual CO2 (million tonnes / annum)"])
            for row in _rows(FILES["gem-coal"])
            if row["Status"] == "operating"
        )
        ash = self.reports["gem-coal"].mass_kg
        burnt_mt = ash["supply", "fly_ash"] / (0.27 * 0.85) / 1e9
        burnt_mt += ash["supply", "fly_ash_cfb"] / (0.27 * 0.5) / 1e9
        assert 1.8 < carbon_mt / burnt_mt < 2.2

    def test_baimas_fluidised_beds_and_panxis_slag_are_told_apart(self) -> None:
        beds = Supply.objects.of("fly_ash_cfb").select_related("facility")
        assert [supply.facility.name_en for supply in beds] == [
            "Neijiang Baima power station"
        ]
        ordinary = Supply.objects.of("bf_slag").select_related("facility__county")
        assert [s.facility.county.adcode[:4] for s in ordinary] == ["5117"]
        assert Supply.objects.of("bf_slag_v_ti").count() == 4

    def test_every_listing_is_estimated_open_and_says_how(self) -> None:
        for model in (Supply, Demand):
            assert not model.objects.filter(is_estimated=False).exists()
            assert not model.objects.filter(estimate_formula="").exists()
            assert model.objects.open().count() == model.objects.count()
        below = Demand.objects.filter(base_kg_per_year__lt=F("capacity_kg_per_year"))
        assert not below.exists()

    def test_the_second_run_changes_nothing(self) -> None:
        again = _import(FILES)
        assert {
            source: report.changes for source, report in again.items()
        } == dict.fromkeys(FILES, 0)

    def test_the_nationwide_files_say_the_same_of_sichuan(self) -> None:
        again = _import(NATIONWIDE)
        assert Counter({s: r.changes for s, r in again.items()}) == Counter(
            dict.fromkeys(NATIONWIDE, 0)
        )
        assert not [note for r in again.values() for note in r.of(Kind.FAULT)]
