"""Metals of a raw meal: suggested as the rulebook has them, and kept by a mix."""

import pytest

from matching.recipes import METALS, recipe
from seeds.load import load_catalogue
from wastehub.catalogue.models import Limit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rules() -> None:
    load_catalogue()


@pytest.mark.parametrize("metal", METALS)
def test_the_window_is_the_rulebooks_reference_value(metal: str) -> None:
    found = {window.key: window for window in recipe("raw_meal").windows}
    limit = Limit.objects.get(parameter__code=f"raw_meal_{metal}")
    window = found[f"{metal}_total"]
    assert (window.low, window.high) == (None, limit.value)
    assert not window.is_set
