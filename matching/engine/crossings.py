"""Shipments that crossed: two senders who had better sent to each other's takers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.engine.columns import I64, seal
from matching.engine.spread import ranges
from matching.engine.transport import BARRED_M, Shipments

_ROWS_AT_ONCE: Final = 256


@dataclass(frozen=True, eq=False)
class Crossings:
    """The worst first.

    Parameters
    ----------
    one, other
        Rows of the shipments, shape (n,).
    mass_kg
        What both could have exchanged, shape (n,).
    saved_m
        Metres of road that two tonnes, one of each, had saved, above 0, shape (n,).
    """

    one: I64
    other: I64
    mass_kg: I64
    saved_m: I64

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.one)


def worst_crossings(shipments: Shipments, road_m: I64, most: int) -> Crossings:
    """Crossings whose exchange saves most tonne-metres, no tonne in two of them.

    The worst is taken, its mass is no longer there for another, and so on. All of them
    together are thus one choice of :func:`~matching.engine.transport.shortest`, and
    save no more than that does. ``road_m`` is that of its answer.
    """
    left_kg = shipments.mass_kg.copy()
    one, other, saved_m = _crossed(shipments, road_m)
    found: list[tuple[int, int, int, int]] = []
    while len(saved_m) and len(found) < most:
        kg = np.minimum(left_kg[one], left_kg[other])
        # Only to choose by: as a float no product of the two is too large.
        worst = int(np.argmax(saved_m.astype(np.float64) * kg))
        if not kg[worst]:
            break
        pair = one[worst], other[worst]
        left_kg[list(pair)] -= kg[worst]
        found.append((*pair, kg[worst], saved_m[worst]))
    return Crossings(*np.array(found, dtype=np.int64).reshape(-1, 4).T)


def _crossed(shipments: Shipments, road_m: I64) -> tuple[I64, I64, I64]:
    """All that crossed: the two rows, the former first, and the metres saved."""
    count = len(shipments.mass_kg)
    parts = [
        _crossed_by(shipments, road_m, np.arange(first, end))
        for first, end in ranges(count, _ROWS_AT_ONCE)
    ]
    one, other, saved_m = np.concatenate([np.zeros((3, 0), np.int64), *parts], axis=1)
    return one, other, saved_m


def _crossed_by(shipments: Shipments, road_m: I64, rows: I64) -> I64:
    """Those of some rows with later ones, shape (3, n)."""
    sender, taker = shipments.sender, shipments.taker
    own_m = road_m[sender, taker]
    there_m = road_m[np.ix_(sender[rows], taker)]
    back_m = road_m[np.ix_(sender, taker[rows])].T
    saved_m = own_m[rows][:, None] + own_m[None, :] - there_m - back_m
    saved_m[(there_m == BARRED_M) | (back_m == BARRED_M)] = 0
    place, other = np.nonzero(saved_m > 0)
    later = other > rows[place]
    place, other = place[later], other[later]
    return np.stack([rows[place], other, saved_m[place, other]])
