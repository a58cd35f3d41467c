"""What a wet tonne of each material brings to a mix, quantity by quantity.

Contents are of the dry mass, moisture of the wet. A quantity of a mixture is a sum
over what its parts bring, or a quotient of two: a pH, a strength or a leachate is not,
and can not be reckoned this way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from matching.derived import derived
from matching.engine.columns import F64, Mask
from matching.recipes import BINDER, CLINKER, SOLIDS, Base
from wastehub.catalogue.models import Parameter
from wastehub.errors import Refused
from wastehub.formulas import formula

MOISTURE = "moisture"


@dataclass(frozen=True)
class Contents:
    """Materials by rows: what is known of each.

    ``values`` has a column for each parameter, NaN where nothing is known; of
    ``is_measured`` the usual values of the material, and what follows from them, are
    false. ``raw_meal_per_clinker`` turns a content of the dry mix into one of clinker.
    """

    parameters: Sequence[Parameter]
    values: F64
    is_measured: Mask
    is_binder: Mask
    raw_meal_per_clinker: float | None = None

    def column(self, code: str) -> int:
        """The column of a parameter."""
        return next(at for at, row in enumerate(self.parameters) if row.code == code)

    def moisture_frac(self) -> F64:
        """Water in the wet mass; a material of unknown moisture counts as dry."""
        if all(row.code != MOISTURE for row in self.parameters):
            return np.zeros(len(self.values))
        return np.nan_to_num(self.values[:, self.column(MOISTURE)]) / 100

    def take(self, rows: Mask) -> "Contents":
        """Some of the materials."""
        return Contents(
            self.parameters,
            self.values[rows],
            self.is_measured[rows],
            self.is_binder[rows],
            self.raw_meal_per_clinker,
        )


@dataclass(frozen=True)
class Term:
    """One quantity: its two sums per wet tonne, and whose value is what.

    ``is_unknown`` marks materials of which it is not known, and which count as 0;
    ``is_estimated`` those where a usual value stands in for an assay.
    """

    key: str
    numerator: F64
    denominator: F64
    is_unknown: Mask
    is_estimated: Mask


def base_values(parameters: Sequence[Parameter], base: Sequence[Base]) -> F64:
    """The engineer's own rows as a table: what is not stated is 0, the rest follows."""
    column_of = {row.code: at for at, row in enumerate(parameters)}
    table = np.zeros((len(base), len(parameters)))
    table[:, [bool(row.formula) for row in parameters]] = np.nan
    for place, row in enumerate(base):
        for code, value in row.values.items():
            table[place, column_of[code]] = value
        if MOISTURE in column_of:
            table[place, column_of[MOISTURE]] = row.moisture_percent
    return derived(parameters, table)


def term(contents: Contents, key: str) -> Term:
    """The sums behind a quantity: ``lsf``, ``moisture``, ``clinker.mgo``, ``solids``.

    Raises
    ------
    Refused
        Nobody knows the quantity, or it does not add up over a mix (``not_mixable``).
    """
    wet = np.ones(len(contents.values))
    moisture_frac = contents.moisture_frac()
    dry = wet - moisture_frac
    if key == BINDER:
        return _told(contents, key, 100 * dry * contents.is_binder, dry, ())
    if key in (SOLIDS, MOISTURE):
        if all(row.code != MOISTURE for row in contents.parameters):
            raise _not_mixable(key)
        part = dry if key == SOLIDS else moisture_frac
        return _told(contents, key, 100 * part, wet, (MOISTURE,))
    code = key.removeprefix(CLINKER)
    above, below, names = _sums(contents, key, code)
    if key.startswith(CLINKER):
        if contents.raw_meal_per_clinker is None:
            raise _not_mixable(key)
        above = above * contents.raw_meal_per_clinker
    return _told(contents, key, above * dry, below * dry, names)


def mixable(parameter: Parameter, parameters: Mapping[str, Parameter]) -> bool:
    """Whether a parameter of a mixture follows from those of its parts."""
    if parameter.code == MOISTURE:
        return True
    if parameter.is_calculated:
        return False
    if parameter.formula:
        above, below = formula(parameter.formula).fraction()
        parts = (above,) if below is None else (above, below)
        return all(part.is_sum_of_parts() for part in parts) and all(
            name in parameters and parameters[name].basis == Parameter.Basis.DRY
            for part in parts
            for name in part.names
        )
    return bool(parameter.basis == Parameter.Basis.DRY)


def _sums(contents: Contents, key: str, code: str) -> tuple[F64, F64, tuple[str, ...]]:
    known = {row.code: row for row in contents.parameters}
    row = known.get(code)
    if row is None or not mixable(row, known):
        raise _not_mixable(key)
    top, bottom = formula(row.formula).fraction() if row.formula else (None, None)
    if top is None or bottom is None:
        values = contents.values[:, contents.column(code)]
        return np.nan_to_num(values), np.ones(len(values)), (code,)
    if key.startswith(CLINKER):
        raise _not_mixable(key)
    names = tuple(sorted(top.names | bottom.names))
    columns = {
        name: np.nan_to_num(contents.values[:, contents.column(name)]) for name in names
    }
    ones = np.ones(len(contents.values))
    above, below = top(columns) * ones, bottom(columns) * ones
    if (below < 0).any():
        raise _not_mixable(key)
    return above, below, names


def _not_mixable(key: str) -> Refused:
    reason = _("%(key)s is not known, or does not add up over a mix.") % {"key": key}
    return Refused("not_mixable", reason, {f"limits.{key}": reason})


def _told(
    contents: Contents, key: str, above: F64, below: F64, names: Sequence[str]
) -> Term:
    columns = [contents.column(name) for name in names]
    is_unknown = np.any(np.isnan(contents.values[:, columns]), axis=1).astype(bool)
    is_measured = np.all(contents.is_measured[:, columns], axis=1).astype(bool)
    return Term(key, above, below, is_unknown, ~is_measured & ~is_unknown)
