"""How columns are frozen and refused: the checks that every input table shares."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]
Records = NDArray[np.void]


def frozen(
    name: str, data: ArrayLike, dtype: DTypeLike, shape: tuple[int, ...]
) -> NDArray[Any]:
    """A read-only copy of a column with this type and shape.

    Raises
    ------
    ValueError
        The shape differs, or a value does not fit the type (a fraction in a column of
        whole numbers, a number beyond the range).
    """
    given = np.asarray(data)
    if given.size == 0:
        given = given.reshape(shape) if np.prod(shape) == 0 else given
    if given.shape != shape:
        raise ValueError(f"{name} has shape {given.shape}, not {shape}")
    if given.size and not _fits(given, np.dtype(dtype)):
        raise ValueError(f"{name} holds {given.dtype}, which does not fit {dtype}")
    column = given.astype(dtype, order="C", copy=True)
    column.setflags(write=False)
    return column


def frozen_ids(name: str, ids: Sequence[str]) -> tuple[str, ...]:
    """The ids, ascending and each only once.

    Raises
    ------
    ValueError
        An id repeats or stands before a smaller one.
    """
    for row, (former, latter) in enumerate(pairwise(ids), start=1):
        if former == latter:
            raise ValueError(f"{name} row {row}: id {latter!r} is a duplicate")
        if former > latter:
            raise ValueError(f"{name} row {row}: id {latter!r} follows {former!r}")
    return tuple(ids)


def refuse(
    table: str, bad: Mask, reason: str, column: NDArray[Any], ids: Sequence[str] = ()
) -> None:
    """Stop at the first row marked bad.

    Raises
    ------
    ValueError
        A row is bad; the message names the table, the row, its id, value and reason.
    """
    if not bad.any():
        return
    row = int(np.argwhere(bad)[0][0])
    name = f" (id {ids[row]!r})" if ids else ""
    raise ValueError(f"{table} row {row}{name}: {reason}, got {column[row]}")


def no_rows(dtype: type[Any]) -> NDArray[Any]:
    """A column without a row."""
    return np.zeros(0, dtype=dtype)


def outside(column: NDArray[Any], low: float, high: float) -> Mask:
    """Which values are not within [low, high]; NaN is not."""
    inside: Mask = (column >= low) & (column <= high)
    return ~inside


def _fits(given: NDArray[Any], dtype: np.dtype[Any]) -> bool:
    if not np.can_cast(given.dtype, dtype, "same_kind") and given.dtype.kind != "u":
        return False
    if dtype.kind != "i":
        return True
    info = np.iinfo(dtype)
    return bool(given.min() >= info.min and given.max() <= info.max)


def seal(table: object) -> None:
    """Make every array of a result read-only."""
    for value in vars(table).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
