"""Writing scenarios and planning them: every service is one transaction.

A scenario's finished plans always answer to its changes as they stand: a change drops
them, and is refused while one is under way. Opening a run locks the scenario's row by
its foreign key, so that neither can slip in beside the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.models import MatchRun, Verdict
from matching.scenario_models import Scenario, ScenarioChange
from matching.services import plan_faults, plan_params, plan_start
from matching.supposing import change_of
from matching.wishes import Wishes
from wastehub.accounts.models import User
from wastehub.catalogue.models import Rulebook
from wastehub.errors import Refused, refuse_if_any
from wastehub.registry.models import Demand, Facility, Supply

MOST_CHANGES: Final = 50
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_LONGEST = {"name": 100, "note": 2000}


@transaction.atomic
def scenario_create(
    *,
    user: User,
    adcode: str,
    name: str,
    note: str = "",
    horizon_months: int = 12,
    accept: str = Verdict.TREATED,
    wishes: Wishes | None = None,
    changes: Sequence[Mapping[str, Any]] = (),
) -> Scenario:
    """Name a hypothesis about a region, over the real listings where there are any.

    ``changes`` are told as :func:`matching.supposing.change_of` takes them.

    Raises
    ------
    Refused
        ``invalid``, as :func:`matching.services.plan_start`, at ``name`` and ``note``,
        and at the fields of each change (``changes.0.times``).
    """
    wishes = wishes or Wishes()
    faults = plan_faults(adcode, horizon_months, accept, wishes)
    own = Scenario.objects.filter(created_by=user, adcode=adcode)
    faults |= _name_faults(own, name, note)
    refuse_if_any(faults, _("This scenario can not be made."))
    scenario = Scenario.objects.create(
        name=name.strip(),
        adcode=adcode,
        note=note,
        is_invented=not Facility.objects.real().exists(),
        horizon_months=horizon_months,
        accept=accept,
        wishes=_plain(wishes),
        created_by=user,
    )
    for number, told in enumerate(changes):
        with _told_at(f"changes.{number}."):
            _append(scenario, told)
    return scenario


@transaction.atomic
def scenario_change(*, scenario_id: int, name: str, note: str) -> Scenario:
    """Call a scenario otherwise; what it supposes and its plans stay.

    Raises
    ------
    Refused
        ``invalid``, at ``name`` and ``note``.
    """
    scenario = Scenario.objects.select_for_update().get(pk=scenario_id)
    same = Scenario.objects.exclude(pk=scenario_id).filter(
        created_by=scenario.created_by, adcode=scenario.adcode
    )
    faults = _name_faults(same, name, note)
    refuse_if_any(faults, _("This change can not be made."))
    scenario.name, scenario.note = name.strip(), note
    scenario.save(update_fields=["name", "note", "changed_at"])
    return scenario


@transaction.atomic
def change_add(*, scenario_id: int, **told: Any) -> ScenarioChange:
    """Suppose one thing more; plans that were made before are dropped.

    Raises
    ------
    Refused
        ``invalid``, as :func:`matching.supposing.change_of`; ``under_way``: a plan of
        the scenario is being made.
    """
    scenario = _to_change(scenario_id)
    return _append(scenario, told)


@transaction.atomic
def change_remove(*, scenario_id: int, position: int) -> None:
    """Suppose one thing less; plans that were made before are dropped.

    Raises
    ------
    Refused
        ``under_way``, as above. A position that there is not changes nothing.
    """
    _to_change(scenario_id).changes.filter(position=position).delete()


@transaction.atomic
def scenario_delete(*, scenario_id: int) -> None:
    """Forget a scenario and its plans; the plan that it was held against stays.

    Raises
    ------
    Refused
        ``under_way``, as above.
    """
    _to_change(scenario_id).delete()


@transaction.atomic
def scenario_start(*, scenario_id: int, user: User | None = None) -> list[MatchRun]:
    """Open a queued run of a scenario, and one of its base where there is none to use.

    The base is a plan of the same question over the listings as they are, made today
    by today's rulebook since the last listing changed; one under way will do. It is a
    plan like any other. The caller wakes a worker for each run returned.

    Returns
    -------
    The runs that were opened, the scenario's last.

    Raises
    ------
    Refused
        ``invalid``: what could be asked once no longer can; ``under_way``: a plan of
        the scenario is being made; ``empty``: it supposes nothing yet.
    """
    scenario = _to_change(scenario_id)
    if not scenario.changes.exists():
        told = _("Add a change first: without one there is nothing to compare.")
        raise Refused("empty", told)
    base = _base_in_use(scenario)
    opened = [] if base else [_base_started(scenario, user)]
    base = base or opened[0]
    run = MatchRun.objects.create(
        kind=base.kind,
        adcode=scenario.adcode,
        scenario=scenario,
        base=base,
        is_invented=scenario.is_invented,
        params=base.params,
        as_of=base.as_of,
        created_by=user,
    )
    return [*opened, run]


def wishes_of(scenario: Scenario) -> Wishes:
    """What the scenario's plans wish for."""
    return Wishes(**scenario.wishes)


def _base_started(scenario: Scenario, user: User | None) -> MatchRun:
    return plan_start(
        adcode=scenario.adcode,
        horizon_months=scenario.horizon_months,
        accept=scenario.accept,
        invented=scenario.is_invented,
        user=user,
        wishes=wishes_of(scenario),
    )


def _base_in_use(scenario: Scenario) -> MatchRun | None:
    params = plan_params(scenario.horizon_months, scenario.accept, wishes_of(scenario))
    plans = MatchRun.objects.factual().plans()
    by_estimate = Q(roads={}) | Q(roads__source__in=["estimate", "routing"])
    same = plans.filter(
        by_estimate,
        adcode=scenario.adcode,
        is_invented=scenario.is_invented,
        as_of=timezone.localdate(),
        params=params,
    )
    begun = same.filter(
        status__in=[MatchRun.Status.RUNNING, MatchRun.Status.DONE],
        rulebook_version=Rulebook.current_version(),
        started_at__gt=_last_change(),
    )
    waits = same.filter(status=MatchRun.Status.QUEUED)
    return (begun | waits).filter(cancel_asked=False).first()


def _last_change() -> datetime:
    """When the last listing or site changed; long ago where there is none."""
    changes = [
        model.objects.aggregate(last=Max("changed_at"))["last"]
        for model in (Supply, Demand, Facility)
    ]
    return max((change for change in changes if change), default=_LONG_AGO)


def _to_change(scenario_id: int) -> Scenario:
    """The scenario, locked, without the plans that its old changes had."""
    scenario = Scenario.objects.select_for_update().get(pk=scenario_id)
    runs = MatchRun.objects.filter(scenario=scenario)
    if runs.unfinished().exists():
        told = _("A plan of this scenario is under way: wait for it, or cancel it.")
        raise Refused("under_way", told)
    runs.delete()
    return scenario


def _append(scenario: Scenario, told: Mapping[str, Any]) -> ScenarioChange:
    change = change_of(scenario, told)
    rows = scenario.changes.all()
    last = rows.aggregate(last=Max("position"))["last"] or 0
    faults = _repeated(change, rows)
    if len(rows) >= MOST_CHANGES:
        faults["kind"] = _("A scenario has at most %(most)s changes.") % {
            "most": MOST_CHANGES
        }
    refuse_if_any(faults, _("This change can not be made."))
    change.position = last + 1
    change.save()
    return change


def _repeated(change: ScenarioChange, rows: Any) -> dict[str, str]:
    """What a scenario can say once only, said again."""
    same = rows.filter(kind=change.kind)
    if change.kind == ScenarioChange.Kind.EDITION and same.exists():
        return {"as_of": _("The scenario has another day's rules already.")}
    if change.kind == ScenarioChange.Kind.CAPACITY and same.filter(
        demand=change.demand_id
    ):
        return {"demand": _("The scenario changes this capacity already.")}
    return {}


def _name_faults(beside: QuerySet[Scenario], name: str, note: str) -> dict[str, str]:
    """What is wrong with a name beside those of the same maker and region."""
    faults = {}
    for field, text in (("name", name), ("note", note)):
        if "\x00" in text or len(text) > _LONGEST[field]:
            told = {"most": _LONGEST[field]}
            faults[field] = _("At most %(most)s characters of text.") % told
    if not name.strip():
        faults["name"] = _("A scenario needs a name.")
    elif "name" not in faults and beside.filter(name=name.strip()).exists():
        faults["name"] = _("You have a scenario of this name for this region.")
    return faults


def _plain(wishes: Wishes) -> dict[str, Any]:
    """The wishes as JSON that makes the same wishes again."""
    return {
        key: float(value) if isinstance(value, Decimal) else value
        for key, value in asdict(wishes).items()
    }


@contextmanager
def _told_at(prefix: str) -> Iterator[None]:
    """Name the fields of a refusal as parts of the whole."""
    try:
        yield
    except Refused as refused:
        said = {prefix + field: text for field, text in refused.fields.items()}
        raise Refused(refused.code, refused.message, said) from refused
