"""Values that follow from others by the catalogue's formulas.

A value that a report states itself stands; one that it does not state is reckoned where
all it follows from is known.
"""

from collections.abc import Sequence

import numpy as np

from wastehub.catalogue.models import Parameter
from wastehub.formulas import formula


def derived(parameters: Sequence[Parameter], values: np.ndarray) -> np.ndarray:
    """A table of values, a column for each parameter, with what follows filled in."""
    table = values.copy()
    column_of = {row.code: column for column, row in enumerate(parameters)}
    for column, row in enumerate(parameters):
        if row.formula:
            rule = formula(row.formula)
            reckoned = rule({name: values[:, column_of[name]] for name in rule.names})
            table[:, column] = np.where(
                np.isnan(values[:, column]), reckoned, values[:, column]
            )
    return table


def derived_range(
    parameters: Sequence[Parameter], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Usual ranges with what follows filled in.

    A usual value that follows from others is that of their middles, as one number: the
    screen reads no more of a usual range than its middle.
    """
    middle = derived(parameters, low + (high - low) / 2)
    is_new = np.isnan(low) & ~np.isnan(middle)
    return np.where(is_new, middle, low), np.where(is_new, middle, high)
