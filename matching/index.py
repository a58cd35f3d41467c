"""What the rows of a problem are called in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from matching.scenario_models import ScenarioChange
from wastehub.catalogue.models import (
    Admission,
    Limit,
    Material,
    Parameter,
    Treatment,
    UseRoute,
)
from wastehub.registry.models import Demand, Supply


@dataclass(frozen=True)
class Index:
    """Row ``i`` of a problem's table is item ``i`` here; admissions go by keys.

    ``admissions`` holds the rows in force, by the keys of route and material.
    ``plants`` are those of a scenario, by public id; each stands among the demands as a
    row that the database does not have.
    """

    supplies: Sequence[Supply]
    demands: Sequence[Demand]
    materials: Sequence[Material]
    routes: Sequence[UseRoute]
    parameters: Sequence[Parameter]
    limits: Sequence[Limit]
    treatments: Sequence[Treatment]
    admissions: Mapping[tuple[int, int], Admission]
    plants: Mapping[UUID, ScenarioChange] = field(default_factory=dict)
