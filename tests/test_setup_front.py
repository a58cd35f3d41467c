"""What third parties wrote for the browser: pinned, whole, and served by ourselves."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from tests.clones import ROOT

SERVED = [
    "vendor/maplibre-gl/maplibre-gl.mjs",
    "vendor/maplibre-gl/maplibre-gl-worker.mjs",
    "vendor/maplibre-gl/maplibre-gl.css",
    "vendor/noto-sans-sc/noto-sans-sc.css",
]
FONT = ROOT / "wastehub" / "web" / "vendor" / "noto-sans-sc" / "noto-sans-sc.ttf"

VENDOR = ROOT / "wastehub" / "web" / "vendor"


@pytest.mark.parametrize("path", SERVED)
def test_pages_find_their_libraries(path: str) -> None:
    assert finders.find(path) is not None


@pytest.mark.parametrize("path", [path for path in SERVED if path.endswith(".css")])
def test_a_style_sheet_asks_only_for_files_beside_it(path: str) -> None:
    sheet = VENDOR.parent / path
    asked = re.findall(r"url\([\"']?(?!data:)([^\"')]+)", sheet.read_text())
    assert [name for name in asked if not (sheet.parent / name).is_file()] == []


@pytest.mark.parametrize("path", SERVED)
def test_no_map_is_named_that_is_not_served(path: str) -> None:
    assert "sourceMappingURL" not in (VENDOR.parent / path).read_text()


def test_every_choice_is_pinned_to_one_version() -> None:
    chosen = json.loads((ROOT / "package.json").read_text())["dependencies"]
    for version in chosen.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_the_lock_holds_checksums_but_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: about for name, about in packages.items() if name}
    assert [name for name, about in fetched.items() if "resolved" in about] == []
    assert [name for name, about in fetched.items() if "integrity" not in about] == []


def test_the_font_of_the_documents_writes_plates_names_and_units() -> None:
    """Every province's sign, both scripts, and what stands beside numbers."""
    provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼挂"
    text = f"{provinces}磷石膏Aa9≤±·—“”"
    assert set(map(ord, text)) <= set(TTFont(FONT).getBestCmap())
