"""What to have measured next: single tests that open a use, and sets that do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from matching.next_test import NextTest, Opening, Room
from wastehub.catalogue.models import LaboratoryTest, Parameter, UseRoute

MOST_TESTS = 5


@dataclass(frozen=True)
class TestSet:
    """Tests that open a use only together.

    ``price_yuan`` is what a laboratory charges for all of them; none where it is not
    known of each.
    """

    route: UseRoute
    parameters: Sequence[Parameter]
    room: Room
    price_yuan: Decimal | None

    @property
    def measured(self) -> list[Parameter]:
        """What a laboratory can tell."""
        return [row for row in self.parameters if not row.is_calculated]

    @property
    def calculated(self) -> list[Parameter]:
        """What only a model or a dosing calculation can tell."""
        return [row for row in self.parameters if row.is_calculated]


def advice(tests: Sequence[NextTest]) -> dict[str, Any]:
    """The single tests that open most, and for each other use its set, once."""
    prices = {test.parameter.pk: test.test for test in tests}
    sets = {
        opening.route.pk: _set(test.parameter, opening, prices)
        for test in reversed(tests)
        for opening in test.openings
        if opening.others
    }
    alone = [test for test in tests if test.alone.demands]
    return {
        "single_tests": alone[:MOST_TESTS],
        "test_sets": sorted(sets.values(), key=lambda found: -found.room.mass_kg),
    }


def _set(
    parameter: Parameter,
    opening: Opening,
    prices: Mapping[int, LaboratoryTest | None],
) -> TestSet:
    parameters = [parameter, *opening.others]
    charged = [prices[row.pk] for row in parameters if not row.is_calculated]
    known = [test.price_yuan for test in charged if test]
    total = sum(known, Decimal(0)) if len(known) == len(charged) else None
    return TestSet(opening.route, parameters, opening.room, total or None)
