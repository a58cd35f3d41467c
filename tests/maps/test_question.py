"""What can be asked of the balance, and what is refused with its reason."""

from datetime import date

import pytest

from maps import balance, groups
from maps.question import Question, ask
from tests import worlds
from tests.ledger.yard import add, gypsum, works
from wastehub.errors import Refused
from wastehub.ledger.kinds import Kind
from wastehub.places.models import Succession
from wastehub.places.zoning import ZoneFacts, zone_put

pytestmark = pytest.mark.django_db

GYPSUM = {"material": "phosphogypsum", "period": "2025"}


@pytest.fixture
def here() -> None:
    """100 t made in the west county, 7 t in the east one; a basin of the west."""
    worlds.two_counties()
    gypsum()
    for lon, mass_kg in ((104.5, 100_000), (105.5, 7_000)):
        add(works(lon), Kind.GENERATED, mass_kg, occurred_on=date(2025, 3, 10))
    facts = ZoneFacts(
        code="west_water",
        kind="basin",
        name_zh="西江流域",
        source="a test",
        confidence="L",
        parts={worlds.WEST: "whole"},
    )
    zone_put(facts=facts)


def generated_kg(question: Question) -> dict[str, int]:
    sites = groups.invented_or_real(is_invented=False)
    cells = balance.balance(question.subject, question.grouping(sites), question.period)
    return {cell.key: cell.total.generated_kg for cell in cells}


def test_nothing_asked_is_by_prefecture_everywhere(here) -> None:
    question = ask(GYPSUM)
    assert (question.level, question.within) == ("prefecture", "100000")
    assert generated_kg(question) == {"510100": 107_000}


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("county", {worlds.WEST: 100_000, worlds.EAST: 7_000}),
        ("province", {"510000": 107_000}),
        ("basin", {"west_water": 100_000}),
    ],
)
def test_one_world_at_every_level(here, level: str, told: dict[str, int]) -> None:
    assert generated_kg(ask(GYPSUM | {"level": level})) == told


def test_a_company_has_all_its_sites(here) -> None:
    assert sorted(generated_kg(ask(GYPSUM | {"level": "company"})).values()) == [
        7_000,
        100_000,
    ]


def test_inside_a_region_only_what_lies_there_is_told(here) -> None:
    asked = ask(GYPSUM | {"level": "site", "within": worlds.EAST})
    assert list(generated_kg(asked).values()) == [7_000]


def test_inside_a_basin_its_counties_are_told(here) -> None:
    asked = ask(GYPSUM | {"level": "county", "within": "west_water"})
    assert generated_kg(asked) == {worlds.WEST: 100_000}


def test_a_retired_code_is_read_as_its_successor_and_said_so(here) -> None:
    Succession.objects.create(
        retired="510199",
        successor=worlds.WEST,
        since=date(2016, 3, 1),
        name_zh="旧县",
        source="a test",
        confidence="L",
    )
    question = ask(GYPSUM | {"level": "county", "within": "510199"})
    assert question.within == worlds.WEST
    assert "510199" in question.note


def test_every_fault_is_named_at_its_field(here) -> None:
    asked = {
        "material": "gold",
        "level": "street",
        "within": "999999",
        "period": "2025..2024",
        "as_of": "soon",
    }
    with pytest.raises(Refused) as refusal:
        ask(asked)
    assert set(refusal.value.fields) == set(asked)


@pytest.mark.parametrize(
    "period",
    ["2025-13", "25", "2025-03-01T05:00", "2010..2025", "1850", "2025-Q5", ".."],
)
def test_a_period_that_makes_no_sense_is_refused(here, period: str) -> None:
    with pytest.raises(Refused) as refusal:
        ask(GYPSUM | {"period": period})
    assert "period" in refusal.value.fields
