"""Small rulebooks full of ties: grades, limits of any material, codes of several rows.

Floors lie below 2 and ceilings above, so that none exclude each other. The first
parameter has ceilings only, the second floors only.
"""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.rulebook import Limits, Rulebook, Treatments

MATERIALS, ROUTES, PARAMETERS, CODES = 2, 2, 3, 4
SENSES = ([1], [-1], [1, -1])
NAN = float("nan")

materials = st.integers(0, MATERIALS - 1)
parameters = st.integers(0, PARAMETERS - 1)
halves = st.integers(0, 8).map(lambda number: number / 2)
readings = st.one_of(halves, st.just(NAN))


@st.composite
def limits(draw: Any) -> tuple[Any, ...]:
    parameter = draw(parameters)
    sense = draw(st.sampled_from(SENSES[parameter]))
    bound = draw(st.sampled_from([2.0, 2.5, 3.0] if sense == 1 else [0.5, 1.0, 2.0]))
    return (
        draw(st.integers(0, ROUTES - 1)),
        draw(st.integers(-1, MATERIALS - 1)),
        parameter,
        sense,
        draw(st.sampled_from([bound, bound, bound, NAN])),
        draw(st.sampled_from([True, True, True, False])),
        draw(st.sampled_from([-1, -1, 0, 1, 5])),
    )


@st.composite
def treatments(draw: Any) -> Treatments:
    keys = st.tuples(materials, parameters, st.integers(0, CODES - 1))
    rows = sorted(draw(st.sets(keys, max_size=10)))
    fixed = draw(_column(st.sampled_from([0, 1, 3, 10]), MATERIALS * CODES))
    per_unit = draw(_column(st.sampled_from([0.0, 0.5, 1.0, 3.0, 4e9]), len(rows)))
    return Treatments(
        material=[material for material, _, _ in rows],
        parameter=[parameter for _, parameter, _ in rows],
        reaches=draw(_column(halves, len(rows))),
        fixed_fen_per_t=[fixed[material * CODES + code] for material, _, code in rows],
        fen_per_t_per_unit=np.minimum(per_unit, 1e9),
        code=[code for _, _, code in rows],
    )


def _column(values: Any, rows: int) -> Any:
    return st.lists(values, min_size=rows, max_size=rows)


@st.composite
def rulebooks(draw: Any) -> Rulebook:
    rows = draw(st.lists(limits(), max_size=9))
    columns = list(zip(*rows, strict=True)) or [()] * 7
    cells = MATERIALS * PARAMETERS
    low = np.array(draw(_column(readings, cells))).reshape(MATERIALS, PARAMETERS)
    kinds = draw(_column(st.sampled_from([1, 1, 1, 0, 2]), ROUTES * MATERIALS))
    return Rulebook(
        material_reach_km=np.full(MATERIALS, 100.0),
        typical_low=low,
        typical_high=low + 1,
        admitted=np.array(kinds).reshape(ROUTES, MATERIALS),
        max_share_frac=np.ones((ROUTES, MATERIALS)),
        limits=Limits(*(np.array(column) for column in columns)),
        treatments=draw(treatments()),
    )


@st.composite
def worlds(draw: Any) -> Problem:
    """Up to four supplies before such a rulebook; nobody asks for anything."""
    count = draw(st.integers(1, 4))
    values = np.array(draw(_column(readings, count * PARAMETERS)))
    nowhere = np.zeros(count)
    return Problem(
        supplies=Supplies(
            ids=tuple(f"s{row}" for row in range(count)),
            lon=nowhere,
            lat=nowhere,
            material=draw(_column(materials, count)),
            mass_kg=np.ones(count, dtype=np.int64),
            ask_fen_per_t=np.zeros(count, dtype=np.int64),
            values=values.reshape(count, PARAMETERS),
        ),
        demands=Demands((), [], [], [], [], [], [], []),
        rules=draw(rulebooks()),
        params=Params(),
    )
