"""What the rows of a problem are called in the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.listed import DemandRow, SupplyRow
from matching.rules import Rules


@dataclass(frozen=True, eq=False, kw_only=True)
class Index(Rules):
    """Row ``i`` of a problem's table is item ``i`` here."""

    supplies: Sequence[SupplyRow]
    demands: Sequence[DemandRow]
