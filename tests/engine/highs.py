"""The same transport as a linear programme, solved by HiGHS."""

import highspy
import numpy as np

from tests.engine.transports import Transport


def optimum(transport: Transport) -> int:
    """The least sum of (cost - unplaced) x flow; whole, for the matrix is unimodular.

    HiGHS works in floating point: masses and costs must stay small enough for it.
    """
    if not transport.arcs:
        return 0
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for column, key in enumerate(sorted(transport.arcs)):
        solver.addVar(0.0, highspy.kHighsInf)
        cost = transport.arcs[key] - transport.unplaced
        solver.changeColCost(column, float(cost))
    for members, room in _rows(transport):
        ones = np.ones(len(members))
        solver.addRow(-highspy.kHighsInf, float(room), len(members), members, ones)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return round(solver.getObjectiveValue())


def _rows(transport: Transport):
    """Columns and room of each row: masses, capacities and the caps of slots."""
    keys = sorted(transport.arcs)
    for source, mass in enumerate(transport.mass):
        yield _where(keys, lambda key, at=source: key[0] == at), mass
    for sink, room in enumerate(transport.capacity):
        yield _where(keys, lambda key, at=sink: key[1] == at), room
        for kind in set(transport.material):
            within = _where(
                keys,
                lambda key, at=sink, of=kind: (
                    key[1] == at and transport.material[key[0]] == of
                ),
            )
            yield within, transport.caps[sink][kind]


def _where(keys, holds):
    return np.array([row for row, key in enumerate(keys) if holds(key)], np.int32)
