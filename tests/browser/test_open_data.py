"""The open data, without a log-in: dotted regions are those that the table hides."""

import pytest

from tests.browser import looking

pytestmark = pytest.mark.browser


def test_a_stranger_reads_the_map_and_takes_the_table_away(page):
    page.goto("/open/?material=phosphogypsum&period=2025")
    looking.wait_for_map(page)
    hidden = page.locator("#open-table tr:has(td[colspan])")
    codes = hidden.evaluate_all("rows => rows.map((row) => row.dataset.adcode)")
    assert codes
    dotted = page.evaluate("document.querySelector('wh-map').map.getFilter('hidden')")
    assert sorted(dotted[2][1]) == sorted(codes)
    with page.expect_download() as saving:
        page.get_by_role("link", name="CSV").click()
    told = saving.value.path().read_text(encoding="utf-8-sig")
    assert "CC BY" in told
    lines = [line for line in told.splitlines() if not line.startswith("#")]
    assert {line[:6] for line in lines if line.endswith("confidential")} == set(codes)
