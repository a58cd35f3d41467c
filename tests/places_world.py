"""The real map of Sichuan as a fixture: ``def test_x(sichuan): ...``.

A module that uses it loads the installed boundary package once (some seconds) and
leaves no map behind, so that other modules may build tiny maps of their own.
"""

from collections.abc import Iterator

import pytest

from seeds.places.load import load_places
from wastehub.places.models import BoundarySet


@pytest.fixture(scope="module")
def sichuan_rows(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The rows, outside of any test's transaction."""
    with django_db_blocker.unblock():
        load_places()
    yield
    with django_db_blocker.unblock():
        BoundarySet.objects.all().delete()


@pytest.fixture
def sichuan(sichuan_rows, db) -> BoundarySet:
    """The current boundary set; loaded anew where a test before emptied the tables."""
    return load_places().boundary_set
