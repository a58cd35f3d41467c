"""How adcodes nest."""

import pytest

from wastehub.places import adcodes


@pytest.mark.parametrize(
    ("adcode", "prefix"),
    [("100000", ""), ("510000", "51"), ("510600", "5106"), ("510682", "510682")],
)
def test_what_lies_in_a_region_starts_with_its_digits(adcode, prefix):
    assert adcodes.prefix(adcode) == prefix


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        ({"510682", "510600", "510000"}, "510682"),
        ({"510600", "510000"}, "510600"),
        ({"510000", "500000"}, "510000"),
        ({"500000"}, None),
    ],
)
def test_the_smallest_region_around_a_county_stands_for_it(regions, found):
    assert adcodes.standing_for("510682", regions) == found
