"""The Sankey diagram, measured: in proportion, nothing lost, nothing overlaps."""

import re
from itertools import pairwise
from types import SimpleNamespace

import pytest

from wastehub.web.pages.flows import MaterialFlow
from wastehub.web.pages.sankey import ALL_HEIGHT, LEAST_ROOM, sankey_of


def _row(code):
    return SimpleNamespace(code=code, name_zh=code, name_en=code, colour="#336699")


ASH, GYPSUM = _row("fly_ash"), _row("phosphogypsum")
KILN, ROAD, BOARD = _row("raw_meal"), _row("road_base"), _row("board")


def _flow(material, *parts):
    told = [
        {"route": route, "verdict": "yes", "mass_kg": mass_kg}
        for route, mass_kg in parts
    ]
    placed_kg = sum(mass_kg for _, mass_kg in parts)
    return MaterialFlow(material, placed_kg * 2, placed_kg, placed_kg, told)


@pytest.fixture
def two_materials_three_uses():
    return [
        _flow(GYPSUM, (ROAD, 600_000), (KILN, 90_000), (ROAD, 200_000)),
        _flow(ASH, (ROAD, 100_000), (BOARD, 10_000)),
    ]


def _ends(ribbon):
    """Top and bottom of a ribbon at its left and at its right end."""
    numbers = [float(text) for text in re.findall(r"-?[\d.]+", ribbon.path)]
    left_top, right_top = numbers[1], numbers[7]
    right_bottom, left_bottom = numbers[8], numbers[-1]
    return (left_top, left_bottom), (right_top, right_bottom)


def test_what_one_material_sends_by_one_use_is_one_ribbon(two_materials_three_uses):
    drawn = sankey_of(two_materials_three_uses)
    assert [(r.material.code, r.route.code, r.mass_kg) for r in drawn.ribbons] == [
        ("phosphogypsum", "raw_meal", 90_000),
        ("phosphogypsum", "road_base", 800_000),
        ("fly_ash", "road_base", 100_000),
        ("fly_ash", "board", 10_000),
    ]
    assert drawn.placed_kg == 1_000_000


def test_heights_are_in_proportion_to_mass(two_materials_three_uses):
    drawn = sankey_of(two_materials_three_uses)
    for column in (drawn.materials, drawn.routes):
        assert sum(bar.height for bar in column) == pytest.approx(ALL_HEIGHT)
    for ribbon in drawn.ribbons:
        for top, bottom in _ends(ribbon):
            share = ribbon.mass_kg / drawn.placed_kg
            assert bottom - top == pytest.approx(ALL_HEIGHT * share, abs=0.02)


def test_ribbons_fill_their_bars_and_do_not_overlap(two_materials_three_uses):
    drawn = sankey_of(two_materials_three_uses)
    for side, bars in ((0, drawn.materials), (1, drawn.routes)):
        for bar in bars:
            own = [r for r in drawn.ribbons if (r.material, r.route)[side] is bar.what]
            spans = sorted(_ends(ribbon)[side] for ribbon in own)
            edges = [bar.y, *(edge for span in spans for edge in span)]
            edges.append(bar.y + bar.height)
            assert edges[::2] == pytest.approx(edges[1::2], abs=0.02)


def test_names_never_overlap_and_stay_on_the_canvas():
    many = [
        _flow(_row(f"m{n}"), (_row(f"r{n}"), 10**9 if n == 0 else 1)) for n in range(12)
    ]
    drawn = sankey_of(many)
    for column in (drawn.materials, drawn.routes):
        middles = [bar.middle for bar in column]
        gaps = [low - high for high, low in pairwise(middles)]
        assert min(gaps) >= LEAST_ROOM - 1e-9
        assert middles[0] >= LEAST_ROOM / 2 - 1e-9
        assert middles[-1] <= drawn.height - LEAST_ROOM / 2 + 1e-9


def test_a_plan_that_places_nothing_has_no_diagram():
    assert sankey_of([]) is None
    assert sankey_of([_flow(ASH)]) is None
