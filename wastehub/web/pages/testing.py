"""What to have measured next: single tests that open a use, and sets that do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matching.next_test import NextTest, Room
from wastehub.catalogue.models import Parameter, UseRoute

MOST_TESTS = 5


@dataclass(frozen=True)
class TestSet:
    """Tests that open a use only together."""

    route: UseRoute
    parameters: Sequence[Parameter]
    room: Room

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
    sets = {
        opening.route.pk: TestSet(
            opening.route, [test.parameter, *opening.others], opening.room
        )
        for test in reversed(tests)
        for opening in test.openings
        if opening.others
    }
    alone = [test for test in tests if test.alone.demands]
    return {
        "single_tests": alone[:MOST_TESTS],
        "test_sets": sorted(sets.values(), key=lambda found: -found.room.mass_kg),
    }
