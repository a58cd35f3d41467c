"""The chart of a monthly series, measured: every point where its number says."""

import re
from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from maps.series import Reason
from maps.trend import Expected, Outlook, mass_outlook
from wastehub.web.pages.trend_chart import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    trend_chart,
)

FIRST = date(2025, 11, 1)
NONE = Outlook(reason=Reason.TOO_SHORT)
FLOOR = HEIGHT - BOTTOM
MIDDLE = (LEFT + WIDTH - RIGHT) / 2


def ahead(*months):
    return Outlook(months=tuple(months))


def expect(month, value, near, far):
    return month, Expected(value, value - near, value + near, value - far, value + far)


def chart(told, outlook=NONE, estimated=None, **asked):
    marks = estimated or [False] * len(told)
    return trend_chart(told, marks, FIRST, outlook, "{:.0f} u".format, **asked)


def points(path):
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def heights(path):
    """How high each point is, the floor being 0 and the highest tick 1."""
    return [(FLOOR - y) / (FLOOR - TOP) for _, y in points(path)]


def test_the_line_begins_at_the_left_edge_and_ends_at_the_right():
    drawn = chart([1, 2, 4])
    xs = [x for x, _ in points(drawn.line)]
    assert xs == [LEFT, MIDDLE, WIDTH - RIGHT]


def test_heights_are_in_proportion_to_the_values():
    drawn = chart([0, 50, 100])
    assert heights(drawn.line) == pytest.approx([0, 0.5, 1], abs=1e-3)


def test_ticks_are_round_and_reach_above_everything():
    drawn = chart([0, 43, 91])
    assert [tick.words for tick in drawn.heights] == [
        "0 u",
        "20 u",
        "40 u",
        "60 u",
        "80 u",
        "100 u",
    ]
    assert (drawn.heights[0].at, drawn.heights[-1].at) == (FLOOR, TOP)


def test_januaries_are_told_by_their_year():
    drawn = chart([1] * 15)
    step = (WIDTH - LEFT - RIGHT) / 14
    assert [tick.words for tick in drawn.years] == ["2026", "2027"]
    assert drawn.years[0].at == pytest.approx(LEFT + 2 * step)


def test_a_gap_breaks_the_line_and_a_month_alone_is_a_dot():
    drawn = chart([1, 2, None, 3, None, 4, 5])
    assert drawn.line.count("M") == 2
    assert len(points(drawn.line)) == 4
    assert drawn.dots == ((MIDDLE, pytest.approx(heights_to_y(3 / 5))),)


def heights_to_y(share):
    return FLOOR - share * (FLOOR - TOP)


def test_a_month_of_nothing_is_drawn_on_the_floor_and_does_not_break_the_line():
    drawn = chart([5, 0, 5])
    assert (drawn.line.count("M"), points(drawn.line)[1][1]) == (1, FLOOR)


def test_the_fan_opens_at_the_last_month_told():
    outlook = ahead(
        expect(date(2026, 1, 1), 60, 10, 20), expect(date(2026, 2, 1), 70, 15, 30)
    )
    drawn = chart([40, 50], outlook)
    last = points(drawn.line)[-1]
    assert points(drawn.ahead)[0] == points(drawn.band_80)[0] == last
    assert heights(drawn.ahead) == pytest.approx([0.5, 0.6, 0.7], abs=1e-3)
    assert heights(drawn.band_80) == pytest.approx(
        [0.5, 0.7, 0.85, 0.55, 0.5], abs=1e-3
    )
    assert heights(drawn.band_95) == pytest.approx([0.5, 0.8, 1, 0.4, 0.4], abs=1e-3)
    assert drawn.band_80.endswith("Z")


def test_an_interval_that_runs_away_is_cut_off_and_does_not_flatten_the_rest():
    outlook = ahead(expect(date(2026, 1, 1), 60, 10, 9_000))
    drawn = chart([40, 50], outlook)
    assert drawn.heights[-1].words == "80 u"
    assert max(heights(drawn.band_95)) == 1


def test_months_not_told_at_the_end_are_bridged_by_the_fan():
    drawn = chart([1, 2, None], ahead(expect(date(2026, 1, 1), 3, 1, 2)))
    assert points(drawn.ahead)[-1][0] == WIDTH - RIGHT
    assert [row.is_expected for row in drawn.rows] == [False, False, True]


def test_the_target_is_a_line_at_its_height_and_within_the_canvas():
    drawn = chart([10, 20], target=80)
    assert drawn.target.words == "80 u"
    assert drawn.target.at == TOP
    assert chart([10, 20]).target is None


def test_what_rests_on_estimates_is_covered_up_to_its_value():
    drawn = chart([10, 20, 20], estimated=[True, False, True])
    first, last = drawn.hatched.split("Z")[:2]
    quarter = LEFT + (WIDTH - LEFT - RIGHT) / 4
    middle = heights_to_y(0.5)
    assert first == f"M{LEFT} {middle}H{quarter}V{FLOOR}H{LEFT}"
    assert last.startswith(f"M{WIDTH - RIGHT - (quarter - LEFT)} {TOP}H{WIDTH - RIGHT}")


def test_the_rows_tell_what_the_chart_draws():
    outlook = ahead(expect(date(2026, 2, 1), 3, 1, 2))
    drawn = chart([1, None, 2], outlook, estimated=[True, False, False])
    assert [(row.month, row.value, row.is_estimated) for row in drawn.rows] == [
        (date(2025, 11, 1), "1 u", True),
        (date(2025, 12, 1), "", False),
        (date(2026, 1, 1), "2 u", False),
        (date(2026, 2, 1), "3 u", False),
    ]
    assert drawn.rows[-1].range_95 == ("1 u", "5 u")


@pytest.mark.parametrize("told", [[], [5], [None, 5, None]])
def test_fewer_than_two_months_are_not_drawn(told):
    assert chart(told) is None


def test_nothing_but_nothing_is_drawn_on_the_floor():
    drawn = chart([0, 0, 0])
    assert {y for _, y in points(drawn.line)} == {FLOOR}


@pytest.mark.parametrize(
    ("language", "word"), [("en", "expected"), ("zh-hans", "预测")]
)
def test_the_page_names_the_chart_and_repeats_its_numbers(language, word):
    told = [1_000 + 10 * i for i in range(20)]
    outlook = mass_outlook(told, FIRST, date(2027, 12, 1))
    drawn = chart(told, outlook, [True] * 3 + [False] * 17, target=1_500, key="used")
    with translation.override(language):
        page = render_to_string(
            "web/_trend_chart.html", {"chart": drawn, "chart_title": "Ash <used>"}
        )
    assert 'aria-labelledby="used-title used-desc"' in page
    assert '<title id="used-title">Ash &lt;used&gt;</title>' in page
    assert page.count("<tr>") == 1 + 20 + 6
    assert word in page
    assert "style=" not in page
