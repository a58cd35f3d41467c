"""The read-me of a download, in two languages."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from maps.download_notes import Both, Download, read_me

ASH = Download(
    title=Both("粉煤灰产消平衡", "Balance of fly ash"),
    period="2025",
    made_at=datetime(2026, 1, 15, 8, 30, tzinfo=UTC),
    licence="CC BY 4.0",
    min_firms=3,
    definitions=[Both("产生量:……", "Generated: ...")],
    is_invented=False,
)


def test_it_tells_what_when_under_which_licence_and_what_is_left_out():
    lines = read_me(ASH).splitlines()
    assert lines[:2] == ["粉煤灰产消平衡", "Balance of fly ash"]
    assert "时期 Period: 2025" in lines
    assert "制作时间 Made at: 2026-01-15T08:30+00:00" in lines
    assert "许可 Licence: CC BY 4.0" in lines
    assert lines[-2:] == ["产生量:……", "Generated: ..."]
    assert any("少于3家" in line for line in lines)
    assert any("fewer than 3 firms" in line for line in lines)


def test_only_invented_data_says_that_it_is():
    assert "invented" not in read_me(ASH)
    told = read_me(replace(ASH, is_invented=True)).splitlines()
    assert ("虚构" in told[2], "invented" in told[3]) == (True, True)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        read_me(replace(ASH, made_at=datetime(2026, 1, 15)))
