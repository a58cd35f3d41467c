"""What a target asks of a region's figures, checked by putting the answer back in."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import IntegrityError
from hypothesis import assume, given
from hypothesis import strategies as st

from maps.targets import (
    Bearing,
    Figures,
    Stage,
    bearing_of,
    gap_kg,
    reached,
    stage_of,
    standings,
    targets_beside,
)
from seeds.load import load_catalogue
from wastehub.catalogue.models import Material, PolicyTarget

RATE, BALANCE, MASS = "utilisation_rate", "balance", "mass"
TODAY = date(2026, 11, 20)
kilograms = st.integers(0, 10**12)
shares = st.fractions(Fraction(1, 1000), 1, max_denominator=1000)


def target(adcode="510000", material=None, year=2025, measure=RATE, value=57):
    return PolicyTarget(
        code="asked",
        adcode=adcode,
        material=Material(code=material) if material else None,
        year=year,
        measure=measure,
        value=value,
        unit="Mt" if measure == MASS else "%",
    )


def test_the_rate_is_that_of_the_worked_example():
    """Yuxi in 2023, as its statistics tell: 78.79 %."""
    yuxi = Figures(23_109_400_000, 18_222_300_000, 18_900_000, 4_754_000_000)
    assert reached(RATE, yuxi) == pytest.approx(0.7879, abs=5e-5)


def test_what_is_consumed_is_what_is_used_and_what_is_disposed_of():
    figures = Figures(generated_kg=200, used_kg=150, used_old_kg=40, disposed_kg=70)
    assert reached(BALANCE, figures) == pytest.approx(1.1)
    assert reached(RATE, figures) == pytest.approx(150 / 240)
    assert reached(MASS, figures) == 150


@pytest.mark.parametrize("measure", [RATE, BALANCE])
def test_nothing_generated_has_no_share(measure):
    idle = Figures(generated_kg=0, used_kg=0, disposed_kg=5)
    assert reached(measure, idle) is None
    assert gap_kg(measure, 0.5, idle) is None


@given(kilograms, kilograms, kilograms, kilograms, shares)
def test_with_the_gap_used_the_target_is_met_and_with_a_kilogram_less_it_is_not(
    generated, used, old, disposed, share
):
    assume(generated and old <= used)
    for measure in (RATE, BALANCE):
        gap = gap_kg(measure, share, Figures(generated, used, old, disposed))
        assert _share(measure, generated, used + gap, old, disposed) >= share
        if gap:
            assert _share(measure, generated, used + gap - 1, old, disposed) < share


def _share(measure, generated, used, old, disposed):
    if measure == RATE:
        return Fraction(used, generated + old)
    return Fraction(used + disposed, generated)


def test_from_old_stock_the_rate_needs_more_by_the_share_left_over():
    """65 % of 100 t with 50 t used: 15 t of the year's own, 42.9 t of old stock."""
    figures = Figures(generated_kg=100_000, used_kg=50_000)
    gap = gap_kg(RATE, Fraction("0.65"), figures)
    old = round(gap / 0.35)
    with_old = Figures(100_000, 50_000 + old, used_old_kg=old)
    assert gap == 15_000
    assert reached(RATE, with_old) == pytest.approx(0.65, abs=1e-5)


def test_a_target_just_met_has_no_gap_of_a_kilogram():
    figures = Figures(generated_kg=1_000_000_000, used_kg=570_000_000)
    (one,) = standings([target(value=57.0)], figures, "510000", None, TODAY)
    assert (one.gap_kg, one.is_met, one.asked) == (0, True, 0.57)


@pytest.mark.parametrize(
    "wrong",
    [
        {"generated_kg": -1, "used_kg": 0},
        {"generated_kg": 1, "used_kg": 1, "used_old_kg": 2},
        {"generated_kg": 1, "used_kg": 1, "disposed_kg": -2},
    ],
)
def test_figures_that_can_not_be_are_refused(wrong):
    with pytest.raises(ValueError, match=r"below 0|not a part"):
        Figures(**wrong)


@pytest.mark.parametrize(
    ("year", "stage"),
    [(2025, Stage.OVER), (2026, Stage.RUNNING), (2030, Stage.TO_COME)],
)
def test_a_year_is_over_runs_or_is_to_come(year, stage):
    assert stage_of(target(year=year), TODAY) == stage


@pytest.mark.parametrize(
    ("of", "bearing"),
    [
        (target("510000", "fly_ash"), Bearing.OWN),
        (target("100000", "fly_ash"), Bearing.COMPARISON),
        (target("510000", None), Bearing.COMPARISON),
    ],
)
def test_a_target_of_another_place_or_of_all_waste_is_a_comparison(of, bearing):
    assert bearing_of(of, "510000", "fly_ash") == bearing


def test_a_mass_is_asked_of_its_own_region_and_material_only():
    figures = Figures(generated_kg=0, used_kg=2 * 10**9)
    national = target("100000", "fly_ash", measure=MASS, value=3)
    unnamed = target("100000", None, measure=MASS, value=3)
    (own,) = standings([national], figures, "100000", "fly_ash", TODAY)
    (part,) = standings([national], figures, "510000", "fly_ash", TODAY)
    (other,) = standings([unnamed], figures, "100000", None, TODAY)
    assert (own.reached, own.gap_kg, own.is_met) == (2e9, 10**9, False)
    assert part.reached is part.gap_kg is part.is_met is None
    assert other.gap_kg is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("adcode", "material", "codes"),
    [
        (
            "510682",
            "phosphogypsum",
            [
                "sichuan_bulk_utilisation_2025",
                "sichuan_phosphogypsum_balance_2025",
                "national_phosphogypsum_utilisation_2026",
                "national_bulk_utilisation_2030",
                "national_renewable_resources_2030",
            ],
        ),
        (
            "510000",
            None,
            [
                "sichuan_bulk_utilisation_2025",
                "national_bulk_utilisation_2030",
                "national_renewable_resources_2030",
            ],
        ),
        ("530000", "nothing", 2 * ["national"]),
    ],
)
def test_the_shipped_targets_that_bear_on_a_place(
    adcode, material, codes, django_assert_num_queries
):
    load_catalogue()
    with django_assert_num_queries(1):
        found = targets_beside(adcode, material)
    assert len(found) == len(codes)
    assert all(
        one.code.startswith(code) for one, code in zip(found, codes, strict=True)
    )


@pytest.mark.django_db
def test_a_regions_own_target_comes_first():
    load_catalogue()
    first = targets_beside("510000", "phosphogypsum")[0]
    assert (first.code, first.measure) == (
        "sichuan_phosphogypsum_balance_2025",
        BALANCE,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": MASS, "unit": "%"},
        {"measure": RATE, "unit": "Mt"},
        {"value": 101},
        {"value": 0},
        {"measure": "rate"},
    ],
)
def test_the_database_holds_a_target_to_its_unit(wrong):
    load_catalogue()
    rows = PolicyTarget.objects.filter(code="sichuan_bulk_utilisation_2025")
    with pytest.raises(IntegrityError, match="policy_target"):
        rows.update(**wrong)
