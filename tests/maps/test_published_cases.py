"""Figures that were published, held by the model as accepted declarations.

Each stands in the last month of its period. Where the source tells no stock in the
yard, the figures say what is stored, and nothing is said of what was there before.
"""

from datetime import date

import pytest

from maps import balance, groups
from maps.balance_files import warnings
from maps.figures import Cell
from maps.groups import Grouping
from maps.periods import parse
from maps.published import Shown
from maps.subjects import subject
from tests import worlds
from tests.exchange.market import party
from tests.ledger.yard import gypsum
from tests.maps.accepting import accepted
from tests.reporting.office import Office, regulator
from wastehub.places.models import Region
from wastehub.reporting.figures import Figures

pytestmark = pytest.mark.django_db

WAN_T = 10_000_000
"""Ten thousand tonnes (万吨), the unit of the tables, in kilograms."""

MT = 1_000_000_000


def wan(figure: float) -> int:
    return round(figure * WAN_T)


def made_and_used(generated_kg: int, used_kg: int) -> Figures:
    """What is neither used nor drawn from the yard goes there or comes from there."""
    stored_kg = generated_kg - used_kg
    return Figures(
        generated_kg=generated_kg,
        used_on_site_kg=used_kg,
        used_kg=used_kg,
        stored_kg=stored_kg,
        carried_kg=max(0, stored_kg),
    )


def declarants(*lons: float) -> list[Office]:
    """Sites from west to east, each of an organisation of its own."""
    watcher = regulator("province", "510000")
    parties = [party(lon) for lon in lons]
    return [Office(one.site, one.actor, watcher, watcher) for one in parties]


def struck(grouping: Grouping, period: str) -> list[Cell]:
    return balance.balance(subject(gypsum().code), grouping, parse(period))


def province() -> Grouping:
    return groups.by_level("province", groups.in_view())


@pytest.fixture
def guizhou() -> None:
    """Phosphogypsum of Guizhou in the first half of 2020, in ten thousand tonnes.

    Generated 592.36 and used 503.17 in all; by the largest group 480.57 and 373.07.
    The tiny world's province is called Guizhou (520000), as it is the only one.
    """
    worlds.two_counties()
    group, rest = declarants(104.5, 105.5)
    june = date(2020, 6, 1)
    accepted(group, june, made_and_used(wan(480.57), wan(373.07)))
    accepted(rest, june, made_and_used(wan(111.79), wan(130.10)))
    for region in Region.objects.all():
        region.adcode = "52" + region.adcode[2:]
        region.save()


def test_guizhou_used_84_94_percent(guizhou) -> None:
    (cell,) = struck(province(), "2020-H1")
    assert cell.key == "520000"
    assert (cell.total.generated_kg, cell.total.used_kg) == (wan(592.36), wan(503.17))
    assert f"{cell.utilisation.value:.2%}" == "84.94%"
    assert f"{cell.balance.value:.2%}" == "84.94%"


def test_its_largest_group_used_77_63_percent(guizhou) -> None:
    group, _rest = struck(groups.by_company(groups.in_view()), "2020-H1")
    assert f"{group.utilisation.value:.2%}" == "77.63%"


def test_the_rest_used_more_than_it_made(guizhou) -> None:
    _group, rest = struck(groups.by_company(groups.in_view()), "2020-H1")
    assert f"{rest.balance.value:.2%}" == "116.38%"
    assert rest.total.surplus_kg == -wan(18.31)
    assert rest.utilisation.value == 1.0
    assert rest.utilisation.excess_kg == wan(18.31)


def test_yuxi_used_78_79_percent_and_its_figures_do_not_close() -> None:
    """General industrial solid waste of Yuxi in 2023, ten thousand tonnes.

    From the city's own publication (yuxi.gov.cn, contentId=1539666). By the identity of
    the National Bureau of Statistics 1871.76 are accounted for of 2310.94.
    """
    worlds.two_counties()
    (city,) = declarants(104.5)
    told = Figures(
        generated_kg=wan(2310.94),
        used_on_site_kg=wan(1822.23),
        used_kg=wan(1822.23),
        used_old_kg=wan(1.89),
        stored_kg=wan(15.72),
        disposed_kg=wan(475.4),
        disposed_old_kg=wan(439.7),
        carried_kg=wan(15.72),
    )
    assert told.accounted_kg == wan(1871.76)
    accepted(city, date(2023, 12, 1), told)
    (cell,) = struck(province(), "2023")
    assert f"{cell.utilisation.value:.2%}" == "78.79%"
    assert cell.unexplained_kg == -told.gap_kg == -wan(2310.94 - 1871.76)
    (warning,) = warnings((Shown(cell),))
    assert "4,391,800.000" in warning


def test_the_nation_used_55_6_percent_of_81_million_tonnes() -> None:
    """Phosphogypsum of China in 2023: 81 Mt generated and 45 Mt used."""
    worlds.two_counties()
    (nation,) = declarants(104.5)
    accepted(nation, date(2023, 12, 1), made_and_used(81 * MT, 45 * MT))
    (cell,) = struck(province(), "2023")
    assert f"{cell.utilisation.value:.1%}" == "55.6%"
