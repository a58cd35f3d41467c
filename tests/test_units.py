"""Mass and money convert exactly or refuse."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wastehub import units


def test_tonnes_become_whole_kilograms() -> None:
    assert units.kg_from_tonnes("1.2345") == 1234  # half to even
    assert units.kg_from_tonnes(Decimal("0.0015")) == 2


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_kilograms_survive_the_way_through_tonnes(mass_kg: int) -> None:
    assert units.kg_from_tonnes(units.tonnes_from_kg(mass_kg)) == mass_kg


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_fen_survive_the_way_through_yuan(fen: int) -> None:
    assert units.fen_from_yuan(units.yuan_from_fen(fen)) == fen


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_mass(text: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        units.kg_from_tonnes(text)


def test_a_share_of_the_dry_mass_is_larger_than_one_of_the_wet():
    """30 kg in 100 kg wet, of which 75 kg are dry."""
    assert units.dry_from_wet(30, moisture_percent=25) == pytest.approx(40)


@pytest.mark.parametrize("moisture_percent", [-1, 100, float("nan")])
def test_a_moisture_without_a_dry_mass_is_refused(moisture_percent):
    with pytest.raises(ValueError, match="moisture"):
        units.dry_from_wet(30, moisture_percent)
