"""A folder tried against the published rows: its verdicts told, none of it kept."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from seeds.load import load_catalogue
from tests import worlds
from tests.seeds.catalogue_folders import Folder, shipped
from wastehub.catalogue.models import Limit, Rulebook, UseRoute
from wastehub.registry.models import Supply
from wastehub.registry.services import assay_create

SOURCED = {"source": "a test", "confidence": "M"}
LIME = {"route": "bricks", "material": "sand", "parameter": "lime"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The shipped files, and bricks that take sand with at most 8 % lime."""
    made = shipped(tmp_path)
    named = {"name_zh": "某", "name_en": "Some"}
    made.add(
        "parameters",
        code="lime",
        **named,
        unit="%",
        basis="dry",
        plausible_low=0,
        plausible_high=100,
    )
    sand = {"code": "sand", "reach_km": 50, "colour": "#44AA99"}
    made.add("materials", **sand, **named, **SOURCED)
    made.add("routes", code="bricks", **named, **SOURCED)
    pair = {"route": "bricks", "material": "sand"}
    made.add("admissions", **pair, admitted="true", max_share_frac=1, **SOURCED)
    made.add("limits", **LIME, operator="<=", value=8, unit="%", basis="dry", **SOURCED)
    load_catalogue(made.path)
    return made


@pytest.fixture
def sand(folder: Folder) -> Supply:
    worlds.two_counties()
    supply = worlds.supply("sand")
    today = timezone.localdate()
    assay_create(supply=supply, sampled_on=today, values={"lime": 5})
    return supply


def replayed(*options: str) -> str:
    out = StringIO()
    call_command("replay_rulebook", "--as-of", _today(), *options, stdout=out)
    return out.getvalue()


def report(folder: Folder) -> dict[str, Any]:
    return json.loads(replayed("--catalogue", str(folder.path), "--json"))


def _today() -> str:
    return timezone.localdate().isoformat()


def test_a_stricter_limit_turns_a_yes_into_a_no(folder: Folder, sand: Supply) -> None:
    folder.change("limits", LIME, value="4")
    (change,) = report(folder)["changes"]
    assert (change["supply"], change["route"]) == (str(sand.public_id), "bricks")
    for side, verdict, bound in (("before", "yes", 8), ("after", "no", 4)):
        assert change[side]["verdict"] == verdict
        assert change[side]["ground"]["parameter"] == "lime"
        assert change[side]["ground"]["value"] == bound


def test_the_published_rows_stay_as_they_were(folder: Folder, sand: Supply) -> None:
    version = Rulebook.current_version()
    folder.change("limits", LIME, value="4")
    told = report(folder)
    assert told["before"]["rulebook_version"] == version
    assert told["after"]["rulebook_version"] != version
    assert Rulebook.current_version() == version
    assert Limit.objects.get(route__code="bricks").value == 8


def test_a_route_that_is_only_in_the_folder_may_open(
    folder: Folder, sand: Supply
) -> None:
    folder.add("routes", code="tiles", name_zh="瓦", name_en="Tiles", **SOURCED)
    tiles = LIME | {"route": "tiles"}
    pair = {"route": "tiles", "material": "sand"}
    folder.add("admissions", **pair, admitted="true", max_share_frac=1, **SOURCED)
    folder.add(
        "limits", **tiles, operator="<=", value=9, unit="%", basis="dry", **SOURCED
    )
    (change,) = report(folder)["changes"]
    assert (change["route"], change["after"]["verdict"]) == ("tiles", "yes")
    assert change["before"]["ground"]["kind"] == "not_a_use"
    assert not UseRoute.objects.filter(code="tiles").exists()


def test_the_same_folder_changes_nothing(folder: Folder, sand: Supply) -> None:
    assert report(folder)["changes"] == []


def test_a_folder_with_a_fault_is_refused(folder: Folder, sand: Supply) -> None:
    line = folder.change("limits", LIME, value="four")
    with pytest.raises(CommandError, match=rf"limits\.csv:{line}: value: "):
        report(folder)


def test_the_text_tells_both_sides_and_the_site(folder: Folder, sand: Supply) -> None:
    folder.change("limits", LIME, value="4")
    told = replayed("--catalogue", str(folder.path)).splitlines()
    assert told[3:] == [
        "Verdicts that change: 1",
        "sand -> bricks",
        "  before: yes, lime <= 8 % · M",
        "  after:  no, lime <= 4 % · M",
        f"    {sand.public_id} {sand.facility.name_zh}",
        "Verdicts that stay, on something else: 0",
    ]


def test_two_days_are_compared_by_the_published_rows(
    folder: Folder, sand: Supply
) -> None:
    folder.change("limits", LIME, valid_from="2026-01-01")
    load_catalogue(folder.path)
    told = json.loads(replayed("--against", "2025-12-31", "--json"))
    assert told["before"]["as_of"] == "2025-12-31"
    (change,) = told["changes"]
    assert change["before"]["ground"]["kind"] == "no_limit"
    assert (change["before"]["verdict"], change["after"]["verdict"]) == (
        "likely",
        "yes",
    )


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="--as-of"):
        call_command("replay_rulebook", "--as-of", "2026-02-30")
