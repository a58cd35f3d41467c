"""Small rulebooks full of ties: grades, limits of any material, codes of several rows.

Floors lie up to 2 and ceilings from there on, so that none exclude each other. The
first parameter has ceilings only, the second floors only.
"""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.engine.params import Params
from matching.engine.problem import Demands, Problem, Supplies
from matching.engine.rulebook import Limits, Rulebook, Treatments

MATERIALS, ROUTES, PARAMETERS, CODES = 2, 2, 3, 3
NAN = float("nan")
SENSES = ([1], [-1], [1, -1])
BOUNDS = {1: [2.0, 2.5, 3.0, 3.0, 4.0, NAN], -1: [2.0, 1.5, 1.0, 1.0, 0.0, NAN]}
# Of each parameter: what passes all, some or none of its limits, or is not known.
READINGS = ([5.0, 3.5, 2.5, 1.0, NAN], [0.0, 0.5, 1.5, 3.0, NAN], [5.0, 0.0, 2.0, NAN])


@st.composite
def limits(draw: Any) -> tuple[Any, ...]:
    parameter = draw(st.integers(0, PARAMETERS - 1))
    sense = draw(st.sampled_from(SENSES[parameter]))
    return (
        draw(st.integers(0, ROUTES - 1)),
        draw(st.sampled_from([-1, 0, -1, 1])),
        parameter,
        sense,
        draw(st.sampled_from(BOUNDS[sense])),
        draw(st.sampled_from([True, True, True, False])),
        draw(st.sampled_from([0, 1, -1, -1, 7])),
    )


@st.composite
def treatments(draw: Any) -> Treatments:
    """Rows of one material and code cost one fixed sum."""
    shape = MATERIALS, PARAMETERS, CODES
    cells = MATERIALS * PARAMETERS * CODES
    drawn = np.array(
        draw(_column(st.sampled_from([True, True, False]), cells))
    ).reshape(shape)
    material, parameter, code = np.nonzero(drawn)
    fixed = draw(_column(st.sampled_from([0, 1, 1, 3]), MATERIALS * CODES))
    far = np.array(draw(_column(st.sampled_from([0.0, 0.0, 0.0, 2.5]), len(code))))
    dear = st.sampled_from([1.0, 0.0, 0.5, 1.0, 1.0, 1e9])
    return Treatments(
        material=material,
        parameter=parameter,
        reaches=np.where(parameter == 1, 2 - far, far),
        fixed_fen_per_t=np.array(fixed)[material * CODES + code],
        fen_per_t_per_unit=draw(_column(dear, len(code))),
        code=code,
    )


def _column(values: Any, rows: int) -> Any:
    return st.lists(values, min_size=rows, max_size=rows)


@st.composite
def rulebooks(draw: Any) -> Rulebook:
    rows = draw(
        st.lists(limits(), max_size=18) | st.lists(limits(), min_size=9, max_size=18)
    )
    columns = list(zip(*rows, strict=True)) or [()] * 7
    low = np.array([draw(_column(st.sampled_from(kinds), 2)) for kinds in READINGS]).T
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
    """A few supplies before such a rulebook; nobody asks for anything."""
    count = draw(st.integers(3, 4))
    values = [draw(_column(st.sampled_from(kinds), count)) for kinds in READINGS]
    nowhere = np.zeros(count)
    return Problem(
        supplies=Supplies(
            ids=tuple(f"s{row}" for row in range(count)),
            lon=nowhere,
            lat=nowhere,
            material=draw(_column(st.integers(0, MATERIALS - 1), count)),
            mass_kg=np.ones(count, dtype=np.int64),
            ask_fen_per_t=np.zeros(count, dtype=np.int64),
            values=np.array(values).T,
        ),
        demands=Demands((), [], [], [], [], [], [], []),
        rules=draw(rulebooks()),
        params=Params(),
    )
