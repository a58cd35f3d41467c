"""Two loads at once: the second waits for the first and then finds its rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections

from seeds.demo.loading import load_demo
from seeds.demo.logins import load_logins
from seeds.demo.parks import load_parks
from seeds.load import load_catalogue
from seeds.places.load import load_places
from seeds.places.zones import load_zones
from seeds.trackers.importing import import_tracker
from seeds.turns import LOADING
from tests.seeds import trackerfiles

pytestmark = pytest.mark.django_db

LOADS = {
    "tracker": lambda folder: import_tracker(
        source="gem-cement", path=trackerfiles.write(folder, "gem-cement", {})
    ),
    "catalogue": lambda _: load_catalogue(),
    "places": lambda _: load_places(),
    "zones": lambda _: load_zones(),
    "demo": lambda _: load_demo(),
    "parks": lambda _: load_parks(),
    "logins": lambda _: load_logins({}, ""),
}


@pytest.fixture
def _another_load_is_on() -> Iterator[None]:
    """A second session that has its turn, and has not ended yet."""
    other = connections["default"].copy("other")
    connections["other"] = other
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [LOADING])
        yield
    other.close()
    del connections["other"]


@pytest.mark.usefixtures("_another_load_is_on")
@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_a_load_waits_for_the_one_that_is_on(load, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    with pytest.raises(OperationalError, match="lock timeout"):
        load(tmp_path)
