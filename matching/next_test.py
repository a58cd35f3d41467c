"""The next test worth paying for, of one supply, reckoned on the listings of today.

Tests are ranked by what they could open for each yuan that a laboratory charges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils import timezone

from matching.engine import next_test as engine
from matching.gather import gather
from matching.index import Index
from matching.knobs import params_of
from matching.models import Verdict
from wastehub.catalogue.models import LaboratoryTest, Parameter, UseRoute
from wastehub.registry.models import Demand, Supply
from wastehub.units import fen_from_yuan, yuan_from_fen

HORIZON_MONTHS = 12
# The engine decides who is in reach; the database only has to lose nobody on the rim.
RIM_KM = 1


@dataclass(frozen=True)
class Room:
    """What demands could take over twelve months, of this supply at most.

    ``worth_yuan`` is what they offer for it less haul and the treatments that measured
    values ask for, a planning estimate; below 0 where it would cost the holder.
    """

    demands: int
    mass_kg: int
    worth_yuan: Decimal


@dataclass(frozen=True)
class Opening:
    """A use that the test opens, where the other tests pass as well."""

    route: UseRoute
    others: Sequence[Parameter]
    room: Room


@dataclass(frozen=True)
class NextTest:
    """A parameter to have measured, and what it opens alone and with others.

    ``test`` is what a laboratory does and charges for it; none where that is not known,
    or where no laboratory can tell.
    """

    parameter: Parameter
    test: LaboratoryTest | None
    alone: Room
    together: Room
    openings: Sequence[Opening]

    @property
    def opened_kg_per_100_yuan(self) -> int | None:
        """Mass that the test opens alone for each hundred yuan it costs, rounded."""
        if self.test is None:
            return None
        return round(100 * self.alone.mass_kg / self.test.price_yuan)


def next_tests(supply: Supply) -> list[NextTest]:
    """The missing tests of a supply, the one that opens most for its price first.

    A test opens a demand in reach where the verdict is likely or unknown now and would
    be yes or treated, were the parameter measured and passing. None for a supply that
    is not open.
    """
    site = supply.facility
    demands = (
        Demand.objects.open()
        .invented(site.organisation.is_invented)
        .within_km(site.point, supply.material.reach_km + RIM_KM)
    )
    problem, index = gather(
        Supply.objects.open().filter(pk=supply.pk),
        demands,
        params_of(horizon_months=HORIZON_MONTHS, accept=Verdict.UNKNOWN),
        timezone.localdate(),
    )
    if not index.supplies:
        return []
    prices = {row.parameter_id: row for row in LaboratoryTest.objects.all()}
    found = engine.next_tests(problem, 0, _price_fen(index, prices))
    return [_named(index, test, prices) for test in found]


def _price_fen(index: Index, prices: Mapping[int, LaboratoryTest]) -> np.ndarray:
    return np.array(
        [
            float(fen_from_yuan(prices[row.pk].price_yuan))
            if row.pk in prices
            else np.inf
            for row in index.parameters
        ]
    )


def _named(
    index: Index, test: engine.NextTest, prices: Mapping[int, LaboratoryTest]
) -> NextTest:
    parameter = index.parameters[test.parameter]
    return NextTest(
        parameter=parameter,
        test=prices.get(parameter.pk),
        alone=_room(test.alone),
        together=_room(test.together),
        openings=[
            Opening(
                route=index.routes[opening.route],
                others=[index.parameters[name] for name in opening.others],
                room=_room(opening.room),
            )
            for opening in test.openings
        ],
    )


def _room(room: engine.Room) -> Room:
    return Room(room.demands, room.mass_kg, yuan_from_fen(room.worth_fen))
