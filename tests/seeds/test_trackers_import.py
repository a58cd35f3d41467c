"""Trackers into the registry: the tiny world of two square counties."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from seeds.trackers.importing import import_tracker
from seeds.trackers.report import Kind, Report
from tests import worlds
from tests.seeds import smallcatalogue, trackerfiles
from wastehub.accounts.models import Organisation
from wastehub.catalogue.models import Factor
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.registry.models import Demand, Facility, Supply

pytestmark = pytest.mark.django_db

Import = Callable[..., Report]


@pytest.fixture(autouse=True)
def _two_counties_with_a_catalogue() -> None:
    worlds.two_counties()
    smallcatalogue.load()


@pytest.fixture
def cement(tmp_path: Path) -> Import:
    """Imports a cement file of rows like one, each with its changes."""

    def run(*changes: dict[str, str], **options: object) -> Report:
        path = trackerfiles.write(tmp_path, "gem-cement", *changes)
        return import_tracker(source="gem-cement", path=path, **options)

    return run


def _open_demands() -> set[str]:
    keys = Demand.objects.open().values_list("source_key", flat=True)
    return {str(key) for key in keys}


def _reasons(report: Report, kind: Kind) -> list[tuple[int, str]]:
    return [(note.line, note.reason) for note in report.of(kind)]


RETARDER, BLENDING, RAW_MEAL = (
    f"gem-cement:P1:{route}"
    for route in ("set_retarder", "cement_blending", "raw_meal")
)


def test_a_plant_comes_in_with_its_owner_and_listings(cement: Import) -> None:
    report = cement({"coord_accuracy": "approximate"})
    site = Facility.objects.get(source_key="gem-cement:P1")
    assert (site.name_zh, site.organisation.name_zh) == ("西水泥厂", "西水泥")
    assert (site.county.adcode, site.datum, site.origin) == (
        worlds.WEST,
        "WGS84",
        "tracker",
    )
    assert site.is_approximate
    assert "July 2025, CC BY 4.0" in site.source
    assert _open_demands() == {RETARDER, BLENDING, RAW_MEAL}
    assert (report.facilities.changed, report.listings.changed) == (1, 3)


def test_every_listing_is_an_estimate_with_its_formula(cement: Import) -> None:
    cement({})
    retarder = Demand.objects.get(source_key=RETARDER)
    assert retarder.is_estimated
    assert retarder.capacity_kg_per_year == 206_800_000
    assert retarder.base_kg_per_year == 4_400_000_000
    assert retarder.estimate_formula.startswith(
        "4.4 Mt/y 水泥 cement x 0.047 (retarder_share_of_cement, M) = 206,800 t/y."
    )


def test_the_second_run_changes_nothing_and_says_so(cement: Import) -> None:
    cement({})
    before = list(Demand.objects.order_by("pk").values())
    report = cement({})
    assert report.changes == 0
    assert "Nothing changed." in list(report.lines())
    assert list(Demand.objects.order_by("pk").values()) == before


def test_a_dry_run_reports_the_same_and_writes_nothing(cement: Import) -> None:
    rehearsal = cement({}, {"gem_id": "P2", "lat": ""}, dry_run=True)
    assert not Facility.objects.exists()
    assert not Organisation.objects.exists()
    earnest = cement({}, {"gem_id": "P2", "lat": ""})
    assert rehearsal.notes == earnest.notes
    assert rehearsal.mass_kg == earnest.mass_kg
    assert rehearsal.changes == earnest.changes == 5


def test_a_new_capacity_changes_its_listings_alone(cement: Import) -> None:
    cement({})
    report = cement({"clinker_mtpa": "3"})
    assert (report.facilities.changed, report.listings.changed) == (0, 1)


def test_a_plant_that_closed_is_withdrawn_with_the_reason(cement: Import) -> None:
    cement({}, {"gem_id": "P2"})
    report = cement({"status": "retired"}, {"gem_id": "P2"})
    assert report.withdrawn == 3
    assert (0, f"{RETARDER}: the plant is retired") in _reasons(report, Kind.WITHDRAWN)
    assert not any(key.startswith("gem-cement:P1:") for key in _open_demands())
    assert cement({"status": "retired"}, {"gem_id": "P2"}).changes == 0


def test_a_plant_that_vanished_is_withdrawn_and_may_come_back(cement: Import) -> None:
    cement({}, {"gem_id": "P2"})
    assert cement({"gem_id": "P2"}).withdrawn == 3
    cement({}, {"gem_id": "P2"})
    assert _open_demands() >= {RETARDER, BLENDING, RAW_MEAL}


def test_a_listing_whose_tonnage_is_lost_is_withdrawn(cement: Import) -> None:
    cement({})
    report = cement({"clinker_mtpa": ">0"})
    assert _reasons(report, Kind.WITHDRAWN) == [
        (0, f"{RAW_MEAL}: its tonnage is no longer known")
    ]
    assert _open_demands() == {RETARDER, BLENDING}


def test_a_slip_in_a_row_closes_no_plant(cement: Import) -> None:
    cement({}, {"gem_id": "P2"})
    report = cement({"lat": "north"}, {"gem_id": "P2"})
    assert report.withdrawn == 0
    assert RETARDER in _open_demands()


def test_another_source_is_not_withdrawn(cement: Import, tmp_path: Path) -> None:
    mine = trackerfiles.write(tmp_path, "gem-iron-ore", {})
    import_tracker(source="gem-iron-ore", path=mine)
    cement({})
    assert Supply.objects.open().count() == 1


def test_only_the_region_is_put_and_only_the_region_withdrawn(cement: Import) -> None:
    east = {"gem_id": "P2", "lon": "105.5"}
    cement({}, east)
    report = cement(
        {"status": "retired"}, east | {"status": "retired"}, region="510104"
    )
    assert report.withdrawn == 3
    assert {key.split(":")[1] for key in _open_demands()} == {"P2"}


def test_the_county_found_decides_and_not_the_files_province(cement: Import) -> None:
    report = cement({}, {"gem_id": "P2", "lon": "105.5"}, region="510105")
    assert _reasons(report, Kind.SKIPPED) == [(2, "outside region 510105")]
    assert [site.source_key for site in Facility.objects.all()] == ["gem-cement:P2"]


def test_another_province_is_passed_over_and_the_sea_is_a_fault(cement: Import) -> None:
    elsewhere, at_sea = {"lon": "110"}, {"gem_id": "P2", "lon": "160"}
    report = cement(elsewhere, at_sea, region="510000")
    assert _reasons(report, Kind.SKIPPED) == [(2, "outside region 510000")]
    assert [line for line, _ in _reasons(report, Kind.FAULT)] == [3]


def test_without_a_region_a_point_in_no_county_is_a_fault(cement: Import) -> None:
    report = cement({"lon": "110"}, {"gem_id": "P2"})
    assert [line for line, _ in _reasons(report, Kind.FAULT)] == [2]
    assert Facility.objects.count() == 1


def test_unknown_tonnage_leaves_the_facility_and_is_told(cement: Import) -> None:
    report = cement({"cement_mtpa": ">0", "clinker_mtpa": "unknown"})
    assert Facility.objects.count() == 1
    assert not Demand.objects.exists()
    assert [line for line, _ in _reasons(report, Kind.NO_TONNAGE)] == [2, 2, 2]


def test_an_absurd_capacity_is_a_fault_and_leaves_nothing_behind(
    cement: Import,
) -> None:
    report = cement({"cement_mtpa": "5e5", "owner_zh": "大"}, {"gem_id": "P2"})
    ((line, reason),) = _reasons(report, Kind.FAULT)
    assert line == 2
    assert reason.startswith("set_retarder: ")
    assert not Organisation.objects.filter(name_zh="大").exists()
    assert [site.source_key for site in Facility.objects.all()] == ["gem-cement:P2"]


def test_plants_of_one_owner_share_it(cement: Import) -> None:
    cement({}, {"gem_id": "P2", "owner_en": "West Cement Co [100%]"})
    assert Organisation.objects.count() == 1
    assert cement({}, {"gem_id": "P2", "owner_en": "West Cement Co"}).changes == 0


def test_a_plant_without_a_chinese_name_or_owner_keeps_the_english(
    cement: Import,
) -> None:
    cement({"name_zh": "", "owner_zh": "", "owner_en": "unknown"})
    site = Facility.objects.get()
    assert site.name_zh == "West Cement Plant"
    assert site.organisation.name_zh == "West Cement Plant"


def test_iron_slag_is_vanadium_titanium_in_panzhihua(tmp_path: Path) -> None:
    Region.objects.filter(adcode=worlds.WEST).update(adcode="510402")
    trackerfiles.write_capacities(tmp_path, {})
    path = trackerfiles.write(tmp_path, "gem-steel", {})
    report = import_tracker(source="gem-steel", path=path)
    # 2,300 kt of steel x 0.125 and 2,428 kt of iron x 0.325
    assert report.mass_kg == {
        ("supply", "steel_slag"): 287_500_000,
        ("supply", "bf_slag_v_ti"): 789_100_000,
    }


def test_gb18030_gives_the_same_as_utf8(cement: Import, tmp_path: Path) -> None:
    cement({})
    path = tmp_path / "gbk.csv"
    text = trackerfiles.table(trackerfiles.CEMENT, {})
    path.write_bytes(text.encode("gb18030"))
    assert import_tracker(source="gem-cement", path=path).changes == 0


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"source": "gem-moon"}, "source_unknown", "source"),
        ({"region": "440000"}, "region_unknown", "region"),
        ({"region": "Sichuan"}, "region_unknown", "region"),
        ({"path": Path("nowhere.csv")}, "file_missing", "file"),
    ],
)
def test_what_can_not_be_done_is_refused_with_its_field(
    tmp_path: Path, options: dict[str, object], code: str, field: str
) -> None:
    path = trackerfiles.write(tmp_path, "gem-cement", {})
    with pytest.raises(Refused) as refusal:
        import_tracker(**({"source": "gem-cement", "path": path} | options))
    assert refusal.value.code == code
    assert field in refusal.value.fields


def test_an_empty_catalogue_is_refused(cement: Import) -> None:
    Factor.objects.all().delete()
    with pytest.raises(Refused, match="load_catalogue"):
        cement({})


def test_the_command_tells_line_and_reason(tmp_path: Path) -> None:
    path = trackerfiles.write(
        tmp_path, "gem-cement", {}, {"gem_id": "P2", "lat": ""}, {"status": "retired"}
    )
    said = StringIO()
    call_command("import_tracker", str(path), source="gem-cement", stdout=said)
    assert "gem-cement.csv:3: fault: lat is missing" in said.getvalue()
    assert "skipped: 1 retired" in said.getvalue()
    assert "demand set_retarder: 1, 206,800 t/y, estimated" in said.getvalue()


def test_the_command_ends_with_a_sentence_where_nothing_can_be_done(
    tmp_path: Path,
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(CommandError, match=r"empty\.csv"):
        call_command("import_tracker", str(empty), source="gem-cement")


def test_a_key_too_long_is_reported_with_its_field(cement: Import) -> None:
    [(line, reason)] = _reasons(cement({"gem_id": "L" * 300}), Kind.FAULT)
    assert line == 2
    assert reason.startswith("source_key: ")
