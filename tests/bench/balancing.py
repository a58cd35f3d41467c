"""The balance of all of China's counties against a GROUP BY over the ledger itself.

A works in each county, invented, with three years of a ledger: some ten million
entries. They are written by one statement past the ledger's checks, which no measured
way reads, and the sums are then rebuilt by the service that does so in earnest.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from time import perf_counter
from typing import Any

import mapbox_vector_tile
from django.db import connection, transaction

from maps import balance, facts, groups
from maps.balance_tiles import balance_tile
from maps.facts import Asked
from maps.figures import Cell, Masses
from maps.periods import Period, parse
from maps.published import EVERYWHERE
from maps.question import Place, Question
from maps.subjects import Subject, subject
from seeds.places.load import load_places
from tests import worlds
from tests.bench.table import Row, rows_of
from tests.bench.timing import Answers, by_turns, require_equal, timed
from wastehub.catalogue.models import Material, UseRoute
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.months import PileMonth, months_rebuild
from wastehub.ledger.services import entries_add
from wastehub.places.adcodes import COUNTRY
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.units import KG_PER_TONNE

MONTHS = parse("2023-01..2025-12")
PERIODS = {"a month": "2025-06", "a year": "2025", "three years": MONTHS.code}
# Zoom, column and row of the eastern half of the northern half of the world.
WHOLE_COUNTRY = (1, 1, 0)
ENTRIES_A_MONTH = 97
ONE_BY_ONE = 300
BATCH = 1_000
SITES_WRITTEN_TO = 50

# Three in a hundred are told two months late, all of a month's on one day; one in ten
# is declared, not weighed.
_FILL = """
    INSERT INTO ledger_entry (facility_id, sequence, material_id, kind, mass_kg,
        balance_kg, occurred_on, recorded_at, evidence, is_old_stock, route_id,
        counterparty_id, counterparty_name, reference, note, hash)
    SELECT s.id, place * %(each)s + n + 1, %(material)s, kind, mass_kg, 0, day,
        CASE WHEN n %% 32 = 31 THEN begun.month + 90 ELSE day + 1 END,
        CASE WHEN n %% 10 = 9 THEN 'declared' ELSE 'weighed' END,
        kind IN ('used', 'disposed') AND n %% 7 = 0,
        CASE WHEN kind = 'used' THEN %(route)s::bigint END,
        CASE WHEN kind = 'shipped' THEN s.next_id END,
        CASE WHEN kind = 'shipped' THEN '邻厂' ELSE '' END, '', '', repeat('0', 64)
    FROM (SELECT id, coalesce(lead(id) OVER (ORDER BY id), min(id) OVER ()) AS next_id
        FROM registry_facility WHERE organisation_id = %(owner)s) s
    CROSS JOIN generate_series(0, %(months)s - 1) place
    CROSS JOIN LATERAL (SELECT
        (%(first)s::date + make_interval(months => place))::date AS month) begun
    CROSS JOIN generate_series(0, %(each)s - 1) n
    CROSS JOIN LATERAL (SELECT
        begun.month + n %% 28 AS day,
        1000 + (s.id * 7919 + place * 104729 + n * 1299709) %% 30011 AS mass_kg,
        (ARRAY['generated', 'generated', 'used', 'generated', 'shipped', 'used',
            'generated', 'disposed', 'used', 'loss'])[n %% 10 + 1] AS kind) told"""

# A correction is of the evidence of what it corrects, in the sums as well.
_BY_COUNTY = """
    SELECT r.adcode, coalesce(was.evidence, e.evidence),
        coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'generated'), 0)::bigint,
        coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'used'), 0)::bigint,
        coalesce(sum(e.mass_kg)
            FILTER (WHERE e.kind = 'used' AND e.is_old_stock), 0)::bigint,
        coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'shipped'), 0)::bigint,
        coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'disposed'), 0)::bigint,
        coalesce(sum(e.mass_kg)
            FILTER (WHERE e.kind = 'disposed' AND e.is_old_stock), 0)::bigint,
        coalesce(sum(e.mass_kg) FILTER (WHERE e.kind = 'loss'), 0)::bigint
    FROM ledger_entry e
    LEFT JOIN ledger_entry was ON was.id = e.corrects_id
    JOIN registry_facility f ON f.id = e.facility_id
    JOIN accounts_organisation o ON o.id = f.organisation_id
    JOIN places_region r ON r.id = f.county_id
    WHERE e.material_id = %s AND e.occurred_on >= %s AND e.occurred_on < %s
        AND NOT o.is_invented
    GROUP BY 1, 2"""

TOLD = (
    "generated_kg",
    "used_kg",
    "used_old_kg",
    "shipped_kg",
    "disposed_kg",
    "disposed_old_kg",
    "loss_kg",
)


def measure() -> Iterator[Row]:
    """Filling, the cells of all counties for three periods, and what a sum costs."""
    load_places(nationwide=True)
    of = subject("phosphogypsum")
    sites = _works()
    yield _once("fill the ledger", partial(_fill, of.materials[0], sites[0]))
    yield _once("rebuild the sums", months_rebuild)
    _tidy()
    for size, code in PERIODS.items():
        yield from _cells(of, size, parse(code))
    yield from _tiles(of, "a year", parse(PERIODS["a year"]))
    yield from _adding(of.materials[0], sites[:SITES_WRITTEN_TO])


def _cells(of: Subject, size: str, period: Period) -> Iterator[Row]:
    grouping = groups.by_level("county", groups.invented_or_real(is_invented=False))
    asked = Asked(of.keys, period.first, period.last, balance.ALWAYS, grouping)
    ways = {
        "statement over the sums": timed(partial(facts.sums, asked, "evidence")),
        "GROUP BY of the ledger": timed(partial(_from_entries, of, period)),
        "cells of flows": timed(partial(balance.flows_only, of, grouping, period)),
        "cells with stocks": timed(partial(balance.balance, of, grouping, period)),
    }
    times = by_turns(ways, _require_equal, patience_s=60)
    entries = Entry.objects.filter(
        occurred_on__gte=period.first, occurred_on__lt=period.end
    )
    remarks = {
        "statement over the sums": f"{len(grouping.groups):,} counties",
        "GROUP BY of the ledger": f"{entries.count():,} of {Entry.objects.count():,}",
    }
    yield from rows_of("balance", size, times, remarks)


def _tiles(of: Subject, size: str, period: Period) -> Iterator[Row]:
    """The tile that holds the whole country, outlines and figures of every county."""
    ways = {
        "tile of all counties": timed(partial(_tile, of, period)),
        "GROUP BY of the ledger": timed(partial(_from_entries, of, period)),
    }
    times = by_turns(ways, _require_same_tile, patience_s=60)
    remark = f"{len(times['tile of all counties'].answer):,} bytes"
    yield from rows_of("balance", size, times, {"tile of all counties": remark})


def _tile(of: Subject, period: Period) -> bytes:
    question = Question(of, "county", Place(COUNTRY), period, balance.ALWAYS)
    return balance_tile(question, groups.in_view(), EVERYWHERE, *WHOLE_COUNTRY)


def _require_same_tile(answers: Answers) -> None:
    """The tile tells what the entries come to, where they tell anything."""
    entries, tile = answers["GROUP BY of the ledger"], answers["tile of all counties"]
    told: Counter[str] = Counter()
    for adcode, _evidence, generated_kg, *_rest in entries:
        told[adcode] += generated_kg
    features = mapbox_vector_tile.decode(tile)["figures"]["features"]
    drawn = {
        row["properties"]["adcode"]: row["properties"]["generated_t"]
        for row in features
        if "generated_t" in row["properties"]
    }
    summed = {key: told[key] / KG_PER_TONNE for key in drawn}
    both = {"tile": drawn, "entries": summed}
    require_equal({name: frozenset(kept.items()) for name, kept in both.items()})


def _from_entries(of: Subject, period: Period) -> list[Any]:
    with connection.cursor() as sql:
        sql.execute(_BY_COUNTY, [of.keys[0], period.first, period.end])
        return sql.fetchall()


def _require_equal(answers: Answers) -> None:
    """Every way tells the same masses of every county, to the kilogram."""
    require_equal({name: _figures(answer) for name, answer in answers.items()})


def _figures(answer: list[Any]) -> frozenset[Any]:
    """County, evidence and masses, whatever an answer is made of."""
    return frozenset(
        (*known, *(getattr(masses, name) for name in TOLD))
        for told in answer
        for known, masses in _parts(told)
    )


def _parts(told: Any) -> Iterator[tuple[tuple[str, str], Masses]]:
    if isinstance(told, Cell):
        for evidence, masses in told.parts.items():
            yield (told.key, evidence.value), masses
    elif len(told) == len(TOLD) + 2:
        yield told[:2], Masses(**dict(zip(TOLD, told[2:], strict=True)))
    else:
        yield told[:2], Masses(*told[2:])


def _works() -> list[Facility]:
    """A site in the middle of each county, all of one organisation."""
    owner = worlds.organisation(900_000, name_zh="量测")
    counties = Region.objects.current().filling(Region.Level.COUNTY).order_by("adcode")
    rows = counties.values_list("pk", "middle")
    sites = [
        Facility(
            organisation=owner,
            name_zh="厂区",
            origin=Facility.Origin.REGISTERED,
            point=middle,
            entered_lon=middle.x,
            entered_lat=middle.y,
            datum=Facility.Datum.WGS84,
            county_id=county,
        )
        for county, middle in rows
    ]
    return Facility.objects.bulk_create(sites)


@transaction.atomic
def _fill(material: Material, site: Facility) -> int:
    """One statement, with no trigger watching and the plain indexes made after it."""
    with connection.cursor() as sql:
        sql.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = 'ledger_entry' AND indexdef LIKE 'CREATE INDEX%'"
        )
        indexes = sql.fetchall()
        for name, _definition in indexes:
            sql.execute(f'DROP INDEX "{name}"')
        sql.execute("SET LOCAL session_replication_role = replica")
        sql.execute(
            _FILL,
            {
                "material": material.pk,
                "route": UseRoute.objects.order_by("pk").values_list("pk")[0][0],
                "owner": site.organisation_id,
                "first": MONTHS.first,
                "months": MONTHS.month_count,
                "each": ENTRIES_A_MONTH,
            },
        )
        written = sql.rowcount
        for _name, definition in indexes:
            sql.execute(definition)
    return written


def _tidy() -> None:
    """What autovacuum does in time."""
    with connection.cursor() as sql:
        for table in ("entry", "pile", "pilemonth", "pileflow"):
            sql.execute(f"VACUUM ANALYZE ledger_{table}")
        sql.execute("VACUUM ANALYZE registry_facility")


def _adding(material: Material, sites: list[Facility]) -> Iterator[Row]:
    """Entries by the service, with the sums' trigger and without it, by turns."""
    told = _lines(material, sites)
    for way, count, at_once in (
        ("one by one", ONE_BY_ONE, 1),
        (f"by {BATCH:,}", 5 * BATCH, BATCH),
    ):

        def add(count: int = count, at_once: int = at_once) -> int:
            for _ in range(count // at_once):
                entries_add(lines=told(at_once))
            return count

        ways = {
            "entries, summed": timed(partial(_with_trigger, "ENABLE", add)),
            "entries, not summed": timed(partial(_with_trigger, "DISABLE", add)),
        }
        times = by_turns(ways, require_equal)
        each_us = {
            name: f"{of.median_s / count * 1e6:,.0f} us an entry"
            for name, of in times.items()
        }
        yield from rows_of("balance", f"{count:,} {way}", times, each_us)


def _with_trigger(does: str, add: Callable[[], int]) -> int:
    (trigger,) = (t for t in Entry._meta.triggers if t.name == "entry_is_summed")
    with connection.cursor() as sql:
        sql.execute(
            f"ALTER TABLE ledger_entry {does} TRIGGER {trigger.get_pgid(Entry)}"
        )
    return add()


def _lines(material: Material, sites: list[Facility]) -> Callable[[int], list[Line]]:
    """So many lines more, from site to site, in the months of a quarter."""
    count_so_far = 0

    def told(count: int) -> list[Line]:
        nonlocal count_so_far
        numbers = range(count_so_far, count_so_far + count)
        count_so_far += count
        return [
            Line(
                facility=sites[number % len(sites)],
                material=material,
                kind=Kind.GENERATED,
                mass_kg=1000 + number % 7,
                occurred_on=date(2026, 1 + number % 3, 1 + number % 28),
                evidence=Evidence.WEIGHED,
            )
            for number in numbers
        ]

    return told


def _once(way: str, work: Callable[[], int]) -> Row:
    begun = perf_counter()
    count = work()
    seconds = perf_counter() - begun
    remark = f"{count:,} rows, {PileMonth.objects.count():,} months of piles"
    return Row("balance", "", way, seconds, None, 1, remark)
