"""Kept sums, rebuilt sums and a plain SQL sum over the ledger are one, to the kilogram.

The SQL is written here anew and shares nothing with what it proves.
"""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from maps import balance, groups
from maps.figures import Cell
from maps.periods import Period, parse
from maps.subjects import Subject, subject
from tests import worlds
from tests.exchange.market import party
from tests.ledger.yard import add, gypsum
from tests.maps.accepting import accepted
from tests.maps.stories import Act, acts, slag, tell
from tests.reporting.office import Office, regulator
from wastehub.ledger.kinds import Kind
from wastehub.ledger.months import months_at_odds, months_rebuild
from wastehub.places.models import BoundarySet, Region
from wastehub.places.services import county_at
from wastehub.registry.models import Facility
from wastehub.reporting.counted import counted_rebuild
from wastehub.reporting.figures import Figures

pytestmark = pytest.mark.django_db

PERIOD = parse("2025-01..2025-06")
PLACES = (104.2, 104.7, 105.5)
TOLD = ("generated", "received", "used", "shipped", "disposed", "loss")

BY_COUNTY_AND_MONTH = """
    SELECT r.adcode, date_trunc('month', e.occurred_on)::date, e.kind, sum(e.mass_kg)
    FROM ledger_entry e
    JOIN registry_facility f ON f.id = e.facility_id
    JOIN places_region r ON r.id = f.county_id
    JOIN catalogue_material m ON m.id = e.material_id
    WHERE m.code = 'phosphogypsum'
    GROUP BY 1, 2, 3"""

DECLARED_BY_COUNTY = """
    SELECT r.adcode, d.month, d.generated_kg, d.received_kg, d.used_on_site_kg,
        d.shipped_kg, d.disposed_kg, d.dumped_kg
    FROM reporting_declaration d
    JOIN registry_facility f ON f.id = d.facility_id
    JOIN places_region r ON r.id = f.county_id
    WHERE d.status = 'accepted'
        AND d.version = (SELECT max(o.version) FROM reporting_declaration o
            WHERE o.status = 'accepted' AND o.facility_id = d.facility_id
                AND o.material_id = d.material_id AND o.month = d.month)
        AND (SELECT count(*) FROM ledger_entry e
            WHERE e.facility_id = d.facility_id AND e.material_id = d.material_id
                AND date_trunc('month', e.occurred_on) <= d.month) = 0"""

Sums = dict[tuple[str, date, str], int]


def plain_sums() -> Sums:
    """By county, month and kind, of ledgers and of declarations that count."""
    sums: Sums = {}
    with connection.cursor() as sql:
        sql.execute(BY_COUNTY_AND_MONTH)
        for county, month, kind, mass_kg in sql.fetchall():
            sums[county, month, kind] = int(mass_kg)
        sql.execute(DECLARED_BY_COUNTY)
        for county, month, *masses in sql.fetchall():
            for kind, mass_kg in zip(TOLD, masses, strict=True):
                key = county, month, kind
                sums[key] = sums.get(key, 0) + mass_kg
    return {key: mass_kg for key, mass_kg in sums.items() if mass_kg}


def told_sums(period: Period = PERIOD) -> Sums:
    """The same as the balance tells them month by month."""
    months = balance.series(of_gypsum(), by("county"), period)
    return {
        (cell.key, month, kind): mass_kg
        for month, cells in months.items()
        for cell in cells
        for kind in TOLD
        if (mass_kg := getattr(cell.total, f"{kind}_kg"))
    }


def of_gypsum() -> Subject:
    return subject(gypsum().code)


def by(level: str) -> groups.Grouping:
    return groups.by_level(level, groups.in_view())


def cells(level: str) -> list[Cell]:
    return balance.balance(of_gypsum(), by(level), PERIOD)


def totals(level: str) -> dict[str, int]:
    """The masses of all groups of a level together, and their stocks."""
    found = cells(level)
    masses = {
        kind: sum(getattr(cell.total, f"{kind}_kg") for cell in found) for kind in TOLD
    }
    opening_kg = sum(cell.opening_stock_kg for cell in found)
    closing_kg = sum(cell.closing_stock_kg for cell in found)
    return masses | {"opening": opening_kg, "closing": closing_kg}


def three_sites(stock_kg: int = 10**7) -> list[Facility]:
    """Two in the west county and one in the east, with gypsum to take from."""
    sites = [worlds.facility(lon) for lon in PLACES]
    for site in sites:
        add(site, Kind.OPENING, stock_kg, occurred_on=date(2024, 12, 31))
    slag()
    return sites


def redraw(*counties: tuple[str, float, float]) -> None:
    """A new map: the counties from one degree to another, in prefectures of their own.

    Every site is in the county of the new map that its point lies in, as after
    ``load_places``.
    """
    BoundarySet.objects.update(is_current=False)
    new = BoundarySet.objects.create(
        code="redrawn", source="a test", licence="-", tolerance_deg=0, is_current=True
    )
    country = _region(new, "100000", "country", 104, 106, None)
    province = _region(new, "510000", "province", 104, 106, country)
    for adcode, west, east in counties:
        prefecture = _region(new, f"{adcode[:4]}00", "prefecture", west, east, province)
        _region(new, adcode, "county", west, east, prefecture)
    for site in Facility.objects.all():
        site.county = county_at(site.point)
        site.save()


def _region(
    of: BoundarySet, adcode: str, level: str, west: float, east: float, parent
) -> Region:
    shape = worlds.square(west, 30, east, 31)
    return Region.objects.create(
        boundary_set=of,
        adcode=adcode,
        level=level,
        parent=parent,
        name_zh=adcode,
        name_en=adcode,
        shape=shape,
        drawn_shape=shape,
    )


MERGED = (("510108", 104, 106),)
SPLIT = (("510304", 104, 104.5), ("510405", 104.5, 105), ("510105", 105, 106))
MOVED = (("510104", 104, 105.6), ("510505", 105.6, 106))


class AnyStory(TestCase):
    """Entries of all kinds, late corrections, and a map that is drawn anew."""

    @settings(max_examples=15)
    @given(st.lists(acts, max_size=10), st.sampled_from([MERGED, SPLIT, MOVED]))
    def test_kept_is_rebuilt_is_a_plain_sum(self, story: list[Act], drawn) -> None:
        worlds.two_counties()
        sites = three_sites()
        for act in story:
            tell(sites, act)
        before = totals("province")
        assert told_sums() == _in_period(plain_sums())
        redraw(*drawn)
        kept = told_sums()
        assert kept == _in_period(plain_sums())
        for level in ("county", "prefecture", "province", "country"):
            assert totals(level) == before
        assert months_at_odds() == 0
        months_rebuild()
        assert told_sums() == kept

    @settings(max_examples=10)
    @given(
        st.lists(acts, max_size=10),
        st.sampled_from(["2025", "2024-11..2025-03", "2024..2026", "2025-02"]),
    )
    def test_years_and_months_tell_what_days_told(
        self, story: list[Act], code: str
    ) -> None:
        """What is known now is read by whole years, what was known on a day is not."""
        worlds.two_counties()
        sites = three_sites()
        for act in story:
            tell(sites, act)
        asked = of_gypsum(), by("county"), parse(code)
        assert balance.balance(*asked) == balance.balance(*asked, date(2100, 1, 1))

    @settings(max_examples=15)
    @given(st.lists(acts, max_size=10))
    def test_what_came_less_what_left_is_what_is_there(self, story: list[Act]) -> None:
        worlds.two_counties()
        sites = three_sites()
        for act in story:
            tell(sites, act)
        for level in ("county", "province"):
            for cell in cells(level):
                assert cell.unexplained_kg == 0
        for cells_of_month in balance.series(
            of_gypsum(), by("county"), PERIOD
        ).values():
            assert [cell.unexplained_kg for cell in cells_of_month] == [0, 0]

    @settings(max_examples=15)
    @given(st.lists(acts, max_size=10))
    def test_in_the_nation_what_goes_out_comes_in(self, story: list[Act]) -> None:
        worlds.two_counties()
        sites = three_sites()
        for act in story:
            tell(sites, act)
        (nation,) = cells("province")
        assert (nation.shipped_out_kg, nation.received_in_kg) == (0, 0)
        assert nation.total.shipped_kg == nation.total.received_kg
        out_kg = sum(cell.shipped_out_kg for cell in cells("county"))
        in_kg = sum(cell.received_in_kg for cell in cells("county"))
        assert out_kg == in_kg
        flows = balance.shipments(of_gypsum(), by("county"), PERIOD)
        assert sum(flow.mass_kg for flow in flows) == out_kg


declared = st.tuples(
    st.integers(0, 1),
    st.integers(1, 6),
    st.integers(1, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
)


class AnyDeclaration(TestCase):
    """Two sites that declare, the first with a ledger that may begin at any time."""

    @settings(max_examples=15)
    @given(
        st.lists(declared, max_size=6),
        st.none() | st.integers(1, 6),
        st.lists(declared, max_size=3),
    )
    def test_declarations_count_where_no_ledger_speaks(
        self, early, begins, late
    ) -> None:
        at = _declarants()
        for one in early:
            _declare(at, one)
        if begins is not None:
            add(at[0].site, Kind.GENERATED, 5_000, occurred_on=date(2025, begins, 9))
        for one in late:
            _declare(at, one)
        kept = told_sums()
        assert kept == _in_period(plain_sums())
        counted_rebuild()
        assert told_sums() == kept
        for level in ("county", "prefecture"):
            assert totals(level) == totals("province")


def _declarants() -> list[Office]:
    worlds.two_counties()
    watcher = regulator("province", "510000")
    parties = [party(104.5), party(105.5)]
    return [Office(one.site, one.actor, watcher, watcher) for one in parties]


def _declare(at: list[Office], told: tuple[int, ...]) -> None:
    place, month, generated_kg, used_kg, disposed_kg, carried_kg = told
    figures = Figures(
        generated_kg=generated_kg,
        used_on_site_kg=used_kg,
        used_kg=used_kg,
        disposed_kg=disposed_kg,
        stored_kg=generated_kg - used_kg - disposed_kg,
        carried_kg=carried_kg,
    )
    accepted(at[place], date(2025, month, 1), figures)


def _in_period(sums: Sums) -> Sums:
    """Without the opening stocks, which are of the month before."""
    return {key: kg for key, kg in sums.items() if key[1] >= PERIOD.first}
