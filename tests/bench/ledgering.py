"""The ledger against a table of the same columns that checks nothing."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from django.db import connection, models
from django.utils import timezone

from tests.bench.table import Row, rows_of
from tests.bench.timing import by_turns, timed
from wastehub.catalogue.models import Material
from wastehub.ledger.checking import check
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.lines import Line
from wastehub.ledger.models import Entry
from wastehub.ledger.services import entries_add, stock_kg
from wastehub.registry.models import Facility

ONE_BY_ONE = 500
BATCH = 1_000
MANY = 1_000_000
READS = 200
FIRST_DAY = date(2000, 1, 1)


def measure() -> Iterator[Row]:
    """Writing one by one and in batches; reading one site's million entries."""
    plain = _plain_table()
    site, material = _pile()
    told = _lines(site, material)
    yield from _writing("one by one", ONE_BY_ONE, 1, told, plain)
    yield from _writing(f"by {BATCH:,}", 20 * BATCH, BATCH, told, plain)
    _fill(site, material, told)
    yield from _reading(site, material)


def _writing(
    way: str,
    count: int,
    at_once: int,
    told: Callable[[int], list[Line]],
    plain: type[models.Model],
) -> Iterator[Row]:
    def ours() -> int:
        for _ in range(count // at_once):
            entries_add(lines=told(at_once))
        return count

    def theirs() -> int:
        for _ in range(count // at_once):
            now = timezone.now()
            rows = [_row(plain, line, now) for line in told(at_once)]
            plain._default_manager.bulk_create(rows)
        return count

    ways = {"chained and checked": timed(ours), "plain INSERT": timed(theirs)}
    times = by_turns(ways, lambda _answers: None)
    rate = {
        name: f"{count / of.median_s:,.0f} entries a second"
        for name, of in times.items()
    }
    yield from rows_of("ledger", f"{count:,} {way}", times, rate)


def _fill(
    site: Facility, material: Material, told: Callable[[int], list[Line]]
) -> None:
    there = Entry.objects.filter(facility=site, material=material).count()
    for _ in range((MANY - there) // (10 * BATCH)):
        entries_add(lines=told(10 * BATCH))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_entry")


def _reading(site: Facility, material: Material) -> Iterator[Row]:
    entries = Entry.objects.filter(facility=site)
    size = f"{entries.count():,} entries"
    seconds = []
    for _ in range(READS):
        begun = perf_counter()
        stock_kg(facility=site, material=material)
        seconds.append(perf_counter() - begun)
    worst = f"at most {max(seconds) * 1000:.1f} ms"
    yield Row("ledger", size, "stock now", median(seconds), None, READS, worst)
    begun = perf_counter()
    found = check(entries)
    took = perf_counter() - begun
    rate = f"{found.entries / took:,.0f} entries a second, {len(found.faults)} faults"
    yield Row("ledger", size, "check_ledger", took, None, 1, rate)


def _pile() -> tuple[Facility, Material]:
    site = Facility.objects.exclude(entries__isnull=False).order_by("pk").first()
    assert site
    return site, Material.objects.get(code="phosphogypsum")


def _lines(site: Facility, material: Material) -> Callable[[int], list[Line]]:
    """So many lines more of one site: a tonne is generated, each on some day."""

    def told(count: int) -> list[Line]:
        return [
            Line(
                facility=site,
                material=material,
                kind=Kind.GENERATED,
                mass_kg=1000 + number % 7,
                occurred_on=FIRST_DAY + timedelta(days=number % 9000),
                evidence=Evidence.WEIGHED,
            )
            for number in range(count)
        ]

    return told


def _row(plain: type[models.Model], line: Line, now: object) -> models.Model:
    return plain(
        facility=line.facility,
        material=line.material,
        kind=line.kind,
        mass_kg=line.mass_kg,
        balance_kg=line.mass_kg,
        occurred_on=line.occurred_on,
        recorded_at=now,
        evidence=line.evidence,
        sequence=1,
        hash="0" * 64,
    )


def _plain_table() -> type[models.Model]:
    """A table like the ledger's, with its indexes but the unique ones, unguarded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE plain_entry (LIKE ledger_entry INCLUDING IDENTITY)"
        )
        cursor.execute("ALTER TABLE plain_entry ADD PRIMARY KEY (id)")
        for columns in (
            "facility_id, sequence",
            "facility_id, material_id, sequence DESC",
            "facility_id, material_id, occurred_on",
            "facility_id",
            "material_id",
            "route_id",
            "counterparty_id",
            "corrects_id",
            "entered_by_id",
            "source_key",
        ):
            cursor.execute(f"CREATE INDEX ON plain_entry ({columns})")
    fields = {field.name: field.clone() for field in Entry._meta.local_fields}
    options = {"app_label": "ledger", "managed": False, "db_table": "plain_entry"}
    meta = type("Meta", (), options)
    body = {**fields, "Meta": meta, "__module__": __name__}
    return type("PlainEntry", (models.Model,), body)
