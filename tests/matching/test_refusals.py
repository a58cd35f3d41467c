"""What a refusal tells of a number that nobody has read."""

import pytest

from matching import services
from tests import sandworld, worlds
from wastehub.catalogue.models import Material, TypicalValue
from wastehub.registry.models import Supply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unread() -> None:
    """Bricks limit lime, but the number stands in no row; sand usually has 5 %."""
    worlds.two_counties()
    lime = sandworld.parameter("lime")
    sandworld.limit(sandworld.route("bricks"), lime, None)
    sandworld.sand()
    TypicalValue.objects.create(
        material=Material.objects.get(code="sand"),
        parameter=lime,
        low=4,
        high=6,
        **sandworld.SOURCED,
    )


def told(supply: Supply) -> float | None:
    run = services.supply_match(supply_id=supply.pk)
    assert run is not None
    return run.refusals.get(kind="unknown").value


def test_a_usual_value_does_not_pass_for_a_measured_one() -> None:
    assert told(sandworld.sand()) is None


def test_a_measured_value_is_told() -> None:
    assert told(sandworld.sand(lime=7)) == 7
