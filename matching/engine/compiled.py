"""Python compiled to machine code, as all kernels of the engine are."""

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from numba import njit

_P = ParamSpec("_P")
_R = TypeVar("_R")

# The copy on disk is renewed when the function's file changes, and no other: what may
# change elsewhere comes as an argument.
# References to arrays are not counted, which would cost several times the work itself
# and make threads wait for each other: the caller holds every array meanwhile, and a
# kernel makes none.
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "cache": True, "_nrt": False}


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Compiled at the first call, and kept on disk for the next process.

    It runs without the interpreter's lock and touches only its arguments.
    """
    kept: Callable[_P, _R] = njit(**_OPTIONS)(function)
    return kept
