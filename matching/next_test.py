"""The next test worth paying for, of one supply, reckoned on the listings of today.

The catalogue does not know what a laboratory charges, so tests are ranked by what they
could open, not by what that costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from matching.engine import next_test as engine
from matching.gather import gather
from matching.index import Index
from matching.knobs import params_of
from matching.models import Verdict
from wastehub.catalogue.models import Parameter, UseRoute
from wastehub.registry.models import Demand, Supply
from wastehub.units import yuan_from_fen

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
    """A parameter to have measured, and what it opens alone and with others."""

    parameter: Parameter
    alone: Room
    together: Room
    openings: Sequence[Opening]


def next_tests(supply: Supply) -> list[NextTest]:
    """The missing tests of a supply, the one that could open most first.

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
    return [_named(index, test) for test in engine.next_tests(problem, 0)]


def _named(index: Index, test: engine.NextTest) -> NextTest:
    return NextTest(
        parameter=index.parameters[test.parameter],
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
