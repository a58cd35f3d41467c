"""Arithmetic kept as data: a formula over named quantities, parsed and never executed.

A formula knows the four operations, brackets, decimal numbers and names; nothing else
of the language it looks like.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

LONGEST: Final = 200
F64 = NDArray[np.float64]

_OPERATIONS: Final[dict[type[ast.operator], Callable[[F64, F64], F64]]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}
_SIGNS: Final[dict[type[ast.unaryop], Callable[[F64], F64]]] = {
    ast.UAdd: np.positive,
    ast.USub: np.negative,
}


@dataclass(frozen=True)
class Formula:
    """An expression and the names it speaks of."""

    text: str
    names: frozenset[str]
    _tree: ast.expr = field(repr=False, compare=False)

    def __call__(self, values: Mapping[str, F64]) -> F64:
        """The result of each row; NaN where a value is NaN or a divisor is 0.

        Raises
        ------
        KeyError
            A name of the formula has no values.
        """
        with np.errstate(all="ignore"):
            result = np.asarray(_value(self._tree, values), dtype=np.float64)
        return np.where(np.isfinite(result), result, np.nan)

    def fraction(self) -> tuple["Formula", "Formula | None"]:
        """What stands above and below the outermost fraction line.

        Nothing stands below where the formula is no quotient, or its divisor is no
        more than a number.
        """
        match self._tree:
            case ast.BinOp(left=above, op=ast.Div(), right=below) if _names(below):
                return _of(above), _of(below)
        return self, None

    def is_sum_of_parts(self) -> bool:
        """Whether it is numbers times names, added up: then it holds of mixtures."""
        return _degree(self._tree) == 1


@lru_cache(maxsize=1024)
def formula(text: str) -> Formula:
    """Parse an expression such as ``ra226 / 370 + th232 / 260``.

    Raises
    ------
    ValueError
        It is too long, not an expression, or holds anything but arithmetic; the
        message says which.
    """
    if len(text) > LONGEST:
        raise ValueError(f"the formula has {len(text)} characters, {LONGEST} at most")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"{text!r} is not a formula") from None
    return Formula(text, frozenset(_names(tree)), tree)


def _of(tree: ast.expr) -> Formula:
    return Formula(ast.unparse(tree), frozenset(_names(tree)), tree)


def _degree(node: ast.expr) -> int | None:
    """How many names are multiplied in every term; ``None`` where terms differ."""
    match node:
        case ast.Name():
            return 1
        case ast.BinOp(left=left, op=op, right=right):
            return _degree_of_two(_degree(left), op, _degree(right))
        case ast.UnaryOp(operand=operand):
            return _degree(operand)
    return 0


def _degree_of_two(left: int | None, op: ast.operator, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    if isinstance(op, ast.Mult):
        return left + right
    if isinstance(op, ast.Div):
        return left if right == 0 else None
    return left if left == right else None


def _names(node: ast.expr) -> set[str]:
    """The names below a node, once every node is known to be arithmetic."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Constant(value=int() | float() as value) if type(value) is not bool:
            return set()
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _names(left) | _names(right)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
            return _names(operand)
    raise ValueError(
        f"{ast.unparse(node)!r} is not arithmetic: only + - * /, brackets, "
        "numbers and codes of parameters are"
    )


def _value(node: ast.expr, values: Mapping[str, F64]) -> F64:
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATIONS[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=op, operand=operand):
            return _SIGNS[type(op)](_value(operand, values))
        case ast.Constant(value=int() | float() as value):
            return np.array(value, dtype=np.float64)
    raise AssertionError(ast.dump(node))
