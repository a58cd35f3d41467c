"""What becomes of findings: alerts that open, change, go and come back.

A rule finds a thing anew every night; its key says which alert it is. What is found no
more is cleared, and is a new alert should it be found again. What a regulator has
settled stays settled for as long as it lasts, unless it gets worse: graver than when it
was settled, or larger by more than ``worse_frac``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maps.alerts import rules
from maps.alerts.found import Found
from maps.alerts.kinds import TO_DO, AlertState
from maps.alerts.terms import USUAL, AlertTerms
from maps.groups import invented_or_real
from maps.models import LONGEST_NOTE, Alert
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.reporting.declarations import watches_place
from wastehub.trail.models import SYSTEM, Actor, record

_FOUND = ("severity", "month", "size", "figures", "records", "last_seen")
_ACTED = ("state", "acted_by", "acted_at", "note", "settled_size", "settled_severity")


@dataclass
class Refreshed:
    """How many alerts stand, and what this run did to them."""

    standing: int = 0
    opened: int = 0
    cleared: int = 0
    reopened: int = 0


@transaction.atomic
def alerts_refresh(*, today: date, terms: AlertTerms = USUAL) -> Refreshed:
    """Find everything anew, of real sites and of invented ones; twice changes nothing.

    Two runs at once wait for each other, and so do the acts of people meanwhile.
    """
    done = Refreshed()
    found_of = {flag: _found(flag, today, terms) for flag in (False, True)}
    _lock_all()
    for is_invented, found in found_of.items():
        rows = Alert.objects.standing().filter(is_invented=is_invented)
        standing = {alert.key: alert for alert in rows}
        done.standing += len(found)
        done.cleared += _clear(standing.keys() - found.keys(), is_invented)
        fresh = [found[key] for key in found if key not in standing]
        done.opened += _open(fresh, today, is_invented)
        known = [(standing[key], found[key]) for key in found if key in standing]
        done.reopened += _update(known, today, terms)
    return done


@transaction.atomic
def alert_acknowledge(*, alert: Alert, actor: Actor) -> Alert:
    """Say that somebody is at it, as a regulator of its place or the operator's staff.

    Raises
    ------
    NotYours
        ``not_your_place``.
    Conflict
        ``wrong_state``: it is not open, or gone.
    """
    found = _lock(alert, actor)
    _require(found, (AlertState.OPEN,))
    return _acted(found, actor, "acknowledge", AlertState.ACKNOWLEDGED)


@transaction.atomic
def alert_settle(*, alert: Alert, note: str, actor: Actor) -> Alert:
    """Say that it is dealt with, and how, as a regulator of its place or staff.

    Raises
    ------
    NotYours
        ``not_your_place``.
    Refused
        ``invalid``, at ``note``.
    Conflict
        ``wrong_state``: it is settled already, or gone.
    """
    found = _lock(alert, actor)
    told = note.strip()
    if not told or "\x00" in told or len(told) > LONGEST_NOTE:
        why = _("Say in at most 1,000 characters what was done.")
        raise Refused("invalid", why, {"note": why})
    _require(found, TO_DO)
    found.note = told
    found.settled_size, found.settled_severity = found.size, found.severity
    return _acted(found, actor, "settle", AlertState.SETTLED)


def may_work_off(actor: Actor, alert: Alert) -> bool:
    """Whether somebody may acknowledge and settle it: its regulators, and staff."""
    user = actor.user
    is_staff = user is not None and user.is_staff
    return is_staff or watches_place(user, alert.adcode)


def _found(is_invented: bool, today: date, terms: AlertTerms) -> dict[str, Found]:
    sites = invented_or_real(is_invented)
    return {one.key: one for one in rules.find(today, sites, terms)}


def _lock_all() -> None:
    """Nobody writes or locks a row meanwhile, so that no two wait for each other."""
    with connection.cursor() as sql:
        sql.execute("LOCK TABLE maps_alert IN EXCLUSIVE MODE")


def _clear(keys: Iterable[str], is_invented: bool) -> int:
    rows = Alert.objects.standing().filter(is_invented=is_invented, key__in=list(keys))
    return rows.update(cleared_at=timezone.now())


def _open(fresh: Iterable[Found], today: date, is_invented: bool) -> int:
    rows = [
        Alert(
            kind=one.kind,
            adcode=one.adcode,
            facility=one.facility,
            material=one.material,
            key=one.key,
            is_invented=is_invented,
            first_seen=today,
            **_told(one, today),
        )
        for one in fresh
    ]
    return len(Alert.objects.bulk_create(rows))


def _update(known: list[tuple[Alert, Found]], today: date, terms: AlertTerms) -> int:
    """Write what is known today; returns how many settled ones got worse."""
    worse = []
    for alert, one in known:
        for name, value in _told(one, max(today, alert.last_seen)).items():
            setattr(alert, name, value)
        if _is_worse(alert, terms):
            worse.append((alert, alert.note))
            _forget_acts(alert)
    rows = [alert for alert, _one in known]
    Alert.objects.bulk_update(rows, [*_FOUND, *_ACTED], batch_size=500)
    for alert, note in worse:
        told = {"status": AlertState.SETTLED, "note": note}
        after = {"status": AlertState.OPEN}
        record(actor=SYSTEM, of=alert, action="reopen", before=told, after=after)
    return len(worse)


def _told(one: Found, today: date) -> dict[str, Any]:
    return {
        "severity": one.severity,
        "month": one.month,
        "size": one.size,
        "figures": dict(one.figures),
        "records": [list(record) for record in one.records],
        "last_seen": today,
    }


def _is_worse(alert: Alert, terms: AlertTerms) -> bool:
    if alert.settled_size is None or alert.settled_severity is None:
        return False
    is_larger = alert.size > alert.settled_size * (1 + terms.worse_frac)
    return is_larger or alert.severity > alert.settled_severity


def _forget_acts(alert: Alert) -> None:
    """Open again; the trail keeps who had settled it, and why."""
    alert.state = AlertState.OPEN
    alert.acted_by = alert.acted_at = None
    alert.note = ""
    alert.settled_size = alert.settled_severity = None


def _lock(alert: Alert, actor: Actor) -> Alert:
    found = Alert.objects.select_for_update(of=["self"]).get(pk=alert.pk)
    if not may_work_off(actor, found):
        told = _("Only a regulator of its place works this off.")
        raise NotYours("not_your_place", told)
    return found


def _require(alert: Alert, states: Iterable[str]) -> None:
    if alert.cleared_at is not None:
        raise Conflict("wrong_state", _("Its reason is gone: nothing is left to do."))
    if alert.state not in states:
        told = _("This can not be done now; it stays as it is: %(status)s.")
        shown = {"status": alert.get_state_display()}
        raise Conflict("wrong_state", told % shown)


def _acted(alert: Alert, actor: Actor, action: str, state: AlertState) -> Alert:
    before = alert.state
    alert.state, alert.acted_by, alert.acted_at = state, actor.user, timezone.now()
    alert.save(update_fields=_ACTED)
    told = {"status": before}
    after = {"status": state} | ({"note": alert.note} if alert.note else {})
    record(actor=actor, of=alert, action=action, before=told, after=after)
    return alert
