"""What the rows of a problem are called in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matching.listed import DemandRow, SupplyRow
from matching.rules import Rules
from matching.scenario_models import ScenarioChange


@dataclass(frozen=True, eq=False, kw_only=True)
class Index(Rules):
    """Row ``i`` of a problem's table is item ``i`` here.

    ``plants`` are those of a scenario, by public id; each stands among the demands as a
    row that the database does not have.
    """

    supplies: Sequence[SupplyRow]
    demands: Sequence[DemandRow]
    plants: Mapping[str, ScenarioChange] = field(default_factory=dict)
