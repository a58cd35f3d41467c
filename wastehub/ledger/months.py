"""What the ledger comes to, month by month: sums that the database keeps.

A trigger adds each entry to the sums of its pile in the transaction that writes it, so
that they never lag; whoever writes to a ledger holds its site's row already, so that no
two writers meet in a sum. ``told_on`` is the day on which the ledger told a mass: the
first day after its month, or the later day of its entry. The sums up to a ``told_on``
are thus what was known on that day, and a late correction leaves the earlier figure.

A correction counts for the month, and with the evidence, of what it corrects: an
estimate stays one until it is replaced.
"""

from typing import Final

import pgtrigger
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material, UseRoute
from wastehub.ledger.kinds import ADDS, MOVES, Evidence, Kind
from wastehub.registry.models import Facility

PARTS: Final = {
    "opening_kg": (Kind.OPENING, None),
    "generated_kg": (Kind.GENERATED, None),
    "received_kg": (Kind.RECEIVED, None),
    "used_kg": (Kind.USED, None),
    "used_old_kg": (Kind.USED, True),
    "shipped_kg": (Kind.SHIPPED, None),
    "shipped_old_kg": (Kind.SHIPPED, True),
    "disposed_kg": (Kind.DISPOSED, None),
    "disposed_old_kg": (Kind.DISPOSED, True),
    "loss_kg": (Kind.LOSS, None),
}
"""Each column's kind, and whether it is only what former years left."""

CHANGE_SQL: Final = " ".join(
    f"{'+' if kind in ADDS else '-'} {name}"
    for name, (kind, is_old) in PARTS.items()
    if not is_old
)
"""What a row of :class:`PileMonth` did to the stock, in SQL."""


class Pile(models.Model):
    """A material at a site since its ledger began: what is there, and where from.

    A pile that received and never generated is a taker's: what is used there was made
    elsewhere.
    """

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    material = models.ForeignKey(
        Material, models.PROTECT, related_name="+", db_index=False
    )
    first_month = models.DateField()
    generated_kg = models.BigIntegerField()
    received_kg = models.BigIntegerField()
    stock_kg = models.BigIntegerField()

    class Meta:
        verbose_name = _("pile")
        verbose_name_plural = _("piles")
        constraints = [
            models.UniqueConstraint(fields=["material", "facility"], name="pile_once")
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.material_id} {self.stock_kg} kg"


class _Masses(models.Model):
    """What one kind of evidence tells, by :data:`PARTS`; whole kilograms."""

    evidence = models.CharField(max_length=9, choices=Evidence)
    opening_kg = models.BigIntegerField()
    generated_kg = models.BigIntegerField()
    received_kg = models.BigIntegerField()
    used_kg = models.BigIntegerField()
    used_old_kg = models.BigIntegerField()
    shipped_kg = models.BigIntegerField()
    shipped_old_kg = models.BigIntegerField()
    disposed_kg = models.BigIntegerField()
    disposed_old_kg = models.BigIntegerField()
    loss_kg = models.BigIntegerField()

    class Meta:
        abstract = True


class PileMonth(_Masses):
    """One month of a material at a site, as far as one kind of evidence tells it."""

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="+")
    material = models.ForeignKey(
        Material, models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    told_on = models.DateField()

    class Meta:
        verbose_name = _("month of a pile")
        verbose_name_plural = _("months of piles")
        indexes = [
            models.Index(fields=["material", "month"], name="pile_month_of_material")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "material", "month", "told_on", "evidence"],
                name="pile_month_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.material_id} {self.month:%Y-%m}"


class PileSpan(_Masses):
    """One month, or one calendar year, of a material at a site as it is known now.

    The same masses as in :class:`PileMonth`, whenever they were told: what is read of
    a long period by what is known today is a fraction of the rows.
    """

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="+", db_index=False
    )
    material = models.ForeignKey(
        Material, models.PROTECT, related_name="+", db_index=False
    )
    first = models.DateField()
    months = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("span of a pile")
        verbose_name_plural = _("spans of piles")
        constraints = [
            models.UniqueConstraint(
                fields=["material", "months", "first", "facility", "evidence"],
                name="pile_span_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.material_id} {self.first} {self.months}"


class PileFlow(models.Model):
    """What a pile used by a route, or moved to or from another site, in a month.

    ``counterparty`` is empty where the other end is known by its name only.
    """

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="+", db_index=False
    )
    material = models.ForeignKey(
        Material, models.PROTECT, related_name="+", db_index=False
    )
    month = models.DateField()
    told_on = models.DateField()
    evidence = models.CharField(max_length=9, choices=Evidence)
    kind = models.CharField(max_length=9, choices=Kind)
    route = models.ForeignKey(UseRoute, models.PROTECT, null=True, related_name="+")
    counterparty = models.ForeignKey(
        Facility, models.PROTECT, null=True, related_name="+"
    )
    mass_kg = models.BigIntegerField()

    class Meta:
        verbose_name = _("flow of a pile")
        verbose_name_plural = _("flows of piles")
        indexes = [
            models.Index(
                fields=["material", "kind", "month"], name="pile_flow_of_material"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "facility",
                    "material",
                    "month",
                    "told_on",
                    "evidence",
                    "kind",
                    "route",
                    "counterparty",
                ],
                nulls_distinct=False,
                name="pile_flow_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.kind} {self.month:%Y-%m} {self.mass_kg} kg"


@transaction.atomic
def months_rebuild() -> int:
    """Reckon all sums from the entries anew; nobody writes to a ledger meanwhile.

    Returns
    -------
    How many sums are there now.
    """
    with connection.cursor() as sql:
        sql.execute("LOCK TABLE ledger_entry IN SHARE MODE")
        count = 0
        for name in ("pile", "pilemonth", "pilespan", "pileflow"):
            sql.execute(f"DELETE FROM ledger_{name}")  # noqa: S608 - our own names
        for statement in _sums_of("ledger_entry"):
            sql.execute(statement)
            count += sql.rowcount
        return count


def months_at_odds() -> int:
    """How many sums are not what the entries come to; 0 where all is well."""
    with connection.cursor() as sql:
        sql.execute(_AT_ODDS)
        return sql.fetchone()[0]


def _part_sum(kind: Kind, is_old: bool | None) -> str:
    old = " AND e.is_old_stock" if is_old else ""
    only = f"FILTER (WHERE e.kind = '{kind}'{old})"
    return f"coalesce(sum(e.mass_kg) {only}, 0)::bigint"


# The day is that of the site's clock, Asia/Shanghai, as a ledger's days are.
_KEY = """e.facility_id, e.material_id, date_trunc('month', e.occurred_on)::date,
    greatest((e.recorded_at AT TIME ZONE 'Asia/Shanghai')::date,
        (date_trunc('month', e.occurred_on) + interval '1 month')::date),
    coalesce(was.evidence, e.evidence)"""
_ADDED = "{0} = ledger_{1}.{0} + excluded.{0}"
_PILE_COLUMNS = (
    "facility_id, material_id, first_month, generated_kg, received_kg, stock_kg"
)
_MONTH_COLUMNS = "facility_id, material_id, month, told_on, evidence"
_SPAN_COLUMNS = "facility_id, material_id, first, months, evidence"
_FLOW_COLUMNS = f"{_MONTH_COLUMNS}, kind, route_id, counterparty_id"
_MOVED = ", ".join(f"'{kind}'" for kind in sorted({Kind.USED, *MOVES}))


def _months_of(entries: str) -> str:
    sums = ", ".join(_part_sum(*part) for part in PARTS.values())
    return f"""
        SELECT {_KEY}, {sums} FROM {entries} e
        LEFT JOIN ledger_entry was ON was.id = e.corrects_id
        GROUP BY 1, 2, 3, 4, 5"""  # noqa: S608 - our own names only


def _spans_of(entries: str) -> str:
    sums = ", ".join(_part_sum(*part) for part in PARTS.values())
    return f"""
        SELECT e.facility_id, e.material_id, coalesce(e.month, e.year),
            CASE WHEN e.month IS NULL THEN 12 ELSE 1 END, e.known, {sums}
        FROM (
            SELECT a.*, coalesce(was.evidence, a.evidence) AS known,
                date_trunc('month', a.occurred_on)::date AS month,
                date_trunc('year', a.occurred_on)::date AS year
            FROM {entries} a LEFT JOIN ledger_entry was ON was.id = a.corrects_id) e
        GROUP BY GROUPING SETS ((e.facility_id, e.material_id, e.known, e.month),
            (e.facility_id, e.material_id, e.known, e.year))"""  # noqa: S608


def _flows_of(entries: str) -> str:
    return f"""
        SELECT {_KEY}, e.kind, e.route_id, e.counterparty_id,
            sum(e.mass_kg)::bigint
        FROM {entries} e LEFT JOIN ledger_entry was ON was.id = e.corrects_id
        WHERE e.kind IN ({_MOVED})
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"""  # noqa: S608


def _piles_of(entries: str) -> str:
    adds = ", ".join(f"'{kind}'" for kind in sorted(ADDS))
    return f"""
        SELECT e.facility_id, e.material_id,
            date_trunc('month', min(e.occurred_on))::date,
            {_part_sum(Kind.GENERATED, None)}, {_part_sum(Kind.RECEIVED, None)},
            sum(CASE WHEN e.kind IN ({adds}) THEN e.mass_kg ELSE -e.mass_kg END)::bigint
        FROM {entries} e GROUP BY 1, 2"""  # noqa: S608


def _sums_of(entries: str) -> list[str]:
    """What adds some entries to the sums, or begins them."""
    return [
        _sum_piles(entries),
        _sum_months(entries),
        _sum_spans(entries),
        _sum_flows(entries),
    ]


def _sum_piles(entries: str) -> str:
    names = ("generated_kg", "received_kg", "stock_kg")
    added = ", ".join(_ADDED.format(name, "pile") for name in names)
    return f"""
        INSERT INTO ledger_pile ({_PILE_COLUMNS})
        {_piles_of(entries)}
        ON CONFLICT (material_id, facility_id) DO UPDATE SET {added},
            first_month = least(ledger_pile.first_month, excluded.first_month)"""


def _sum_months(entries: str) -> str:
    added = ", ".join(_ADDED.format(name, "pilemonth") for name in PARTS)
    return f"""
        INSERT INTO ledger_pilemonth ({_MONTH_COLUMNS}, {", ".join(PARTS)})
        {_months_of(entries)}
        ON CONFLICT ({_MONTH_COLUMNS}) DO UPDATE SET {added}"""


def _sum_spans(entries: str) -> str:
    added = ", ".join(_ADDED.format(name, "pilespan") for name in PARTS)
    return f"""
        INSERT INTO ledger_pilespan ({_SPAN_COLUMNS}, {", ".join(PARTS)})
        {_spans_of(entries)}
        ON CONFLICT ({_SPAN_COLUMNS}) DO UPDATE SET {added}"""


def _sum_flows(entries: str) -> str:
    added = _ADDED.format("mass_kg", "pileflow")
    return f"""
        INSERT INTO ledger_pileflow ({_FLOW_COLUMNS}, mass_kg)
        {_flows_of(entries)}
        ON CONFLICT ({_FLOW_COLUMNS}) DO UPDATE SET {added}"""


_AT_ODDS = f"""
    WITH kept_piles AS (SELECT {_PILE_COLUMNS} FROM ledger_pile),
    true_piles AS ({_piles_of("ledger_entry")}),
    kept AS (SELECT {_MONTH_COLUMNS}, {", ".join(PARTS)} FROM ledger_pilemonth),
    true_months AS ({_months_of("ledger_entry")}),
    kept_spans AS (SELECT {_SPAN_COLUMNS}, {", ".join(PARTS)} FROM ledger_pilespan),
    true_spans AS ({_spans_of("ledger_entry")}),
    kept_flows AS (SELECT {_FLOW_COLUMNS}, mass_kg FROM ledger_pileflow),
    true_flows AS ({_flows_of("ledger_entry")})
    SELECT (SELECT count(*) FROM (TABLE kept_piles EXCEPT TABLE true_piles) e)
        + (SELECT count(*) FROM (TABLE true_piles EXCEPT TABLE kept_piles) f)
        + (SELECT count(*) FROM (TABLE kept EXCEPT TABLE true_months) a)
        + (SELECT count(*) FROM (TABLE true_months EXCEPT TABLE kept) b)
        + (SELECT count(*) FROM (TABLE kept_spans EXCEPT TABLE true_spans) g)
        + (SELECT count(*) FROM (TABLE true_spans EXCEPT TABLE kept_spans) h)
        + (SELECT count(*) FROM (TABLE kept_flows EXCEPT TABLE true_flows) c)
        + (SELECT count(*) FROM (TABLE true_flows EXCEPT TABLE kept_flows) d)
"""  # noqa: S608

SUMMED = pgtrigger.Trigger(
    name="entry_is_summed",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="added"),
    func="; ".join([*_sums_of("added"), "RETURN NULL;"]),
)
