"""Invented monthly declarations of the invented ledgers, in every state.

What two log-ins owe for the last month goes through the services that people use. The
years before, and the sites that nobody logs in for, are written at once: their acts
never happened, so the audit trail has none.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from seeds.demo.generating import MARK_EN, MARK_ZH
from seeds.turns import wait_for_turn
from wastehub.accounts.models import User
from wastehub.catalogue.models import Material
from wastehub.exchange.states import DeclarationStatus
from wastehub.ledger.kinds import change_kg
from wastehub.ledger.models import Entry
from wastehub.ledger.periods import month_after, month_of
from wastehub.registry.models import Facility
from wastehub.reporting import declarations as services
from wastehub.reporting.figures import Figures, figures_of
from wastehub.reporting.models import Declaration
from wastehub.reporting.standing import due_on
from wastehub.trail.models import Actor

SAID = f"{MARK_ZH}演示：请核对综合利用量 / {MARK_EN.lower()}: check the used mass"
# Days from the declaration to its due day, and from it to the decision.
EARLY, DECIDED_AFTER = timedelta(days=5), timedelta(days=3)
LATE = timedelta(days=6)
AT = time(10)

Pile = tuple[str, str]
PRODUCER: Pile = ("demo:phosphate_shifang", "phosphogypsum")
CONSUMER = "demo:cement_jintang"
DRAFTED: Pile = (CONSUMER, "fgd_gypsum")
SUBMITTED: Pile = (CONSUMER, "fly_ash")
ACCEPTED: Pile = (CONSUMER, "lithium_slag")
BY_HAND = (PRODUCER, DRAFTED, SUBMITTED, ACCEPTED)
# Of the last month but one.
TOLD_LATE: Pile = ("demo:phosphate_mianzhu", "phosphogypsum")
MISSING: Pile = ("demo:mine_mianzhu", "phosphogypsum")
# Of the last month: what was used is told short, and nobody says why.
SHORT: tuple[Pile, ...] = (
    ("demo:power_qianfeng", "fly_ash"),
    ("demo:steel_panzhihua", "steel_slag"),
    ("demo:phosphate_anzhou", "phosphogypsum"),
)
SHORT_BY = 0.02


@dataclass(frozen=True)
class _Month:
    """What a ledger says of one month of a pile."""

    pile: Pile
    keys: tuple[int, int]
    month: date
    figures: Figures


@transaction.atomic
def load_declarations() -> int:
    """Write them, unless there are any; returns how many were written."""
    wait_for_turn()
    ours = Declaration.objects.filter(facility__origin=Facility.Origin.DEMO)
    if ours.exists():
        return 0
    told = list(_months())
    last = max(one.month for one in told)
    before = max(one.month for one in told if one.month < last)
    _write([one for one in told if not _is_left_out(one, last, before)])
    _decide(ours.filter(month__lt=last), before)
    _by_hand(last)
    return ours.count()


def _months() -> Iterator[_Month]:
    """Every month that is over, of every pile from its first entry on."""
    moved: dict[tuple, dict[date, dict]] = defaultdict(lambda: defaultdict(dict))
    for site, material, *keys, month, kind, is_old, mass_kg in _sums():
        moved[site, material, *keys][month][kind, is_old] = mass_kg
    last = max(month for months in moved.values() for month in months)
    for (site, material, *keys), months in moved.items():
        for month, figures in _figures(months, last):
            yield _Month((site, material), (keys[0], keys[1]), month, figures)


def _figures(
    moved: dict[date, dict[tuple[str, bool], int]], last: date
) -> Iterator[tuple[date, Figures]]:
    month, carried_kg = min(moved), 0
    while month <= last:
        masses = moved.get(month, {})
        carried_kg += sum(change_kg(kind, kg) for (kind, _old), kg in masses.items())
        yield month, figures_of(masses, carried_kg)
        month = month_after(month)


def _sums() -> QuerySet:
    rows = Entry.objects.filter(
        facility__origin=Facility.Origin.DEMO,
        occurred_on__lt=month_of(timezone.localdate()),
    )
    pile = ("facility__source_key", "material__code", "facility_id", "material_id")
    by = (*pile, "month", "kind", "is_old_stock")
    months = rows.annotate(month=TruncMonth("occurred_on")).order_by()
    return months.values_list(*by).annotate(Sum("mass_kg"))


def _is_left_out(told: _Month, last: date, before: date) -> bool:
    is_missing = told.pile == MISSING and told.month == before
    return is_missing or (told.pile in BY_HAND and told.month == last)


def _write(told: list[_Month]) -> None:
    last = max(one.month for one in told)
    rows = [_row(one, is_last=one.month == last) for one in told]
    Declaration.objects.bulk_create(rows, batch_size=500)


def _row(told: _Month, *, is_last: bool) -> Declaration:
    figures = told.figures
    if is_last and told.pile in SHORT:
        figures = _short(figures)
    facility, material = told.keys
    return Declaration(
        facility_id=facility,
        material_id=material,
        month=told.month,
        is_zero=figures.is_nothing,
        status=DeclarationStatus.SUBMITTED,
        submitted_at=_handed_in(told.month),
        **asdict(figures),
    )


def _short(figures: Figures) -> Figures:
    missing_kg = round(figures.used_kg * SHORT_BY)
    return replace(figures, used_kg=figures.used_kg - missing_kg)


def _handed_in(month: date) -> datetime:
    """Some days before it is due, and not in the days to come."""
    day = due_on(month) - EARLY
    return min(timezone.now(), timezone.make_aware(datetime.combine(day, AT)))


def _decide(rows: QuerySet[Declaration], before: date) -> None:
    """All of them accepted; one of the last but one had come late."""
    late = rows.filter(
        facility__source_key=TOLD_LATE[0], material__code=TOLD_LATE[1], month=before
    )
    late.update(submitted_at=_handed_in(before) + EARLY + LATE)
    rows.update(
        status=DeclarationStatus.ACCEPTED,
        made_at=F("submitted_at"),
        decided_at=F("submitted_at") + DECIDED_AFTER,
    )


def _by_hand(month: date) -> None:
    """A draft, a submitted one with a gap, an accepted one and a returned one."""
    producer, consumer = _actor("demo-producer"), _actor("demo-consumer")
    _drafted(DRAFTED, month, consumer)
    short = _drafted(SUBMITTED, month, consumer)
    services.declaration_fill(
        declaration=short,
        figures=_short(short.figures),
        is_zero=False,
        explanation="",
        actor=consumer,
    )
    _submitted(short, consumer)
    accepted = _submitted(_drafted(ACCEPTED, month, consumer), consumer)
    services.declaration_accept(declaration=accepted, actor=_actor("demo-province"))
    returned = _submitted(_drafted(PRODUCER, month, producer), producer)
    services.declaration_return(
        declaration=returned, reason=SAID, actor=_actor("demo-deyang")
    )


def _actor(username: str) -> Actor:
    return Actor(User.objects.get(username=username))


def _drafted(pile: Pile, month: date, actor: Actor) -> Declaration:
    return services.declaration_draft(
        facility=Facility.objects.get(source_key=pile[0]),
        material=Material.objects.get(code=pile[1]),
        month=month,
        actor=actor,
    )


def _submitted(declaration: Declaration, actor: Actor) -> Declaration:
    """Handed in; the clock is put back to a day before the month was due."""
    found = services.declaration_submit(declaration=declaration, actor=actor)
    Declaration.objects.filter(pk=found.pk).update(submitted_at=_handed_in(found.month))
    return found
