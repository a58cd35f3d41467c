"""Values that follow from others, in a table with a column for each parameter."""

import numpy as np

from matching.derived import derived, derived_range
from wastehub.catalogue.models import Parameter

NAN = np.nan
# Columns: sodium, potassium, and both as sodium.
ALKALIS = [
    Parameter(code="na2o"),
    Parameter(code="k2o"),
    Parameter(code="na2o_eq", formula="na2o + 0.5 * k2o"),
]


def test_what_follows_is_filled_in():
    assert derived(ALKALIS, np.array([[1.0, 4.0, NAN]])).tolist() == [[1, 4, 3]]


def test_what_a_report_states_itself_stands():
    assert derived(ALKALIS, np.array([[1.0, 4.0, 9.0]])).tolist() == [[1, 4, 9]]


def test_what_rests_on_a_missing_value_is_missing():
    assert np.isnan(derived(ALKALIS, np.array([[1.0, NAN, NAN]]))[0, 2])


def test_a_usual_value_follows_from_the_middles_of_usual_ranges():
    low, high = derived_range(
        ALKALIS, np.array([[0.0, 2.0, NAN]]), np.array([[2.0, 6.0, NAN]])
    )
    assert (low[0, 2], high[0, 2]) == (3, 3)
    assert (low[0, 0], high[0, 0]) == (0, 2)


def test_a_usual_range_that_is_known_stands():
    low, high = derived_range(
        ALKALIS, np.array([[0.0, 2.0, 1.0]]), np.array([[2.0, 6.0, 8.0]])
    )
    assert (low[0, 2], high[0, 2]) == (1, 8)
