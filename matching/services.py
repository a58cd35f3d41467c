"""Opening runs, carrying them out, and finding what still waits for one.

Work is claimed before it is done; a second claimant, or a message delivered twice,
finds it taken or done and leaves it alone.
"""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.claims import Work, claimed
from matching.distances import Measured
from matching.execute import carry_out, give_up
from matching.knobs import as_json, params_of
from matching.models import MatchRun, Verdict
from matching.stale import stale_supplies
from matching.wishes import Wishes, as_asked, faults_of, knobs_of
from wastehub.accounts.models import Organisation, User
from wastehub.errors import refuse_if_any
from wastehub.places import adcodes
from wastehub.places.models import Region
from wastehub.registry.changes import forget_old_changes
from wastehub.registry.models import Facility, Supply

log = logging.getLogger(__name__)

Errand = tuple[Callable[..., object], dict[str, int]]

HORIZON_MONTHS = range(1, 121)
# A supply's own matches show whatever may come to fit, down to "likely".
SUPPLY_HORIZON_MONTHS = 12
SUPPLY_ACCEPTS = Verdict.LIKELY
# A run older than this that nobody holds has lost its message or its worker.
WAITS = timedelta(minutes=1)
SWEPT_AT_ONCE = 500
# A run that so many workers began and none ended is likely what killed them.
MOST_ATTEMPTS = 3


@transaction.atomic
def plan_start(
    *,
    adcode: str,
    horizon_months: int = 12,
    accept: str = Verdict.TREATED,
    as_of: date | None = None,
    invented: bool | None = None,
    user: User | None = None,
    wishes: Wishes | None = None,
    distances: Measured | None = None,
) -> MatchRun:
    """Open a queued run over a region; the caller wakes a worker or carries it out.

    A plan is over the real listings, or over the invented ones; unless said, over the
    invented only where there is no real site at all. ``distances`` are kilometres by
    road as :func:`matching.distances.read_distances` gives them.

    Raises
    ------
    Refused
        ``invalid``: an unknown region or one without counties, a horizon outside 1 to
        120 months, a verdict that no plan may use, or a wish that can not be met; at
        ``region``, ``horizon_months``, ``accept`` and the names of the wishes.
    """
    wishes = wishes or Wishes()
    faults = plan_faults(adcode, horizon_months, accept, wishes)
    refuse_if_any(faults, _("This plan can not be made."))
    return MatchRun.objects.create(
        kind=MatchRun.Kind.REGION,
        adcode=adcode,
        is_invented=not Facility.objects.real().exists()
        if invented is None
        else invented,
        params=plan_params(horizon_months, accept, wishes),
        roads={"source": "given", "measured": distances} if distances else {},
        as_of=as_of or timezone.localdate(),
        created_by=user,
    )


def plan_params(horizon_months: int, accept: str, wishes: Wishes) -> dict[str, Any]:
    """What a plan's row keeps of a question without faults, as plain JSON."""
    params = params_of(horizon_months=horizon_months, accept=accept, **knobs_of(wishes))
    return {**as_json(params), **as_asked(wishes)}


def plan_faults(
    adcode: str, horizon_months: int, accept: str, wishes: Wishes
) -> dict[str, str]:
    """What is wrong with a plan's question, by field; empty where nothing is."""
    faults = faults_of(wishes, adcode)
    if not Region.objects.current().filter(adcode=adcode).exists():
        faults["region"] = _("No region with this adcode is loaded.")
    elif not _has_counties(adcode):
        faults["region"] = _("No counties are loaded there.")
    if horizon_months not in HORIZON_MONTHS:
        faults["horizon_months"] = _("A plan looks 1 to 120 months ahead.")
    if accept not in Verdict.values or accept == Verdict.NO:
        faults["accept"] = _("A plan accepts yes, treated, likely or unknown.")
    return faults


def run_execute(*, run_id: int) -> MatchRun:
    """Carry out a run that waits or was abandoned; a finished one stays as it is.

    Whatever goes wrong is written on the run and raised. A run whose workers died again
    and again fails as interrupted.
    """
    with claimed(Work.RUN, run_id) as mine:
        run = MatchRun.objects.get(pk=run_id)
        if mine and run.status in (MatchRun.Status.QUEUED, MatchRun.Status.RUNNING):
            work = give_up if run.attempts >= MOST_ATTEMPTS else carry_out
            work(run)
    return run


def supply_match(*, supply_id: int) -> MatchRun | None:
    """Find the matches of one supply afresh.

    Returns
    -------
    The finished run; ``None`` where the supply is gone or no longer open, or where
    somebody else is matching it at this moment.
    """
    with claimed(Work.SUPPLY, supply_id) as mine:
        if not mine:
            return None
        _drop_what_never_ended(supply_id)
        if not Supply.objects.open().filter(pk=supply_id).exists():
            MatchRun.objects.filter(supply=supply_id).delete()
            return None
        run = _open_supply_run(supply_id)
        carry_out(run)
        return run


def sweep() -> int:
    """Carry out what waits: abandoned plans, then stale supplies, oldest first.

    Returns
    -------
    How many were tried; one that fails is logged and does not stop the others.
    """
    with claimed(Work.SWEEP) as mine:
        if not mine:
            return 0
        forget_old_changes()
        plans = MatchRun.objects.unfinished().filter(
            kind=MatchRun.Kind.REGION, created_at__lt=timezone.now() - WAITS
        )
        stale = stale_supplies().values_list("pk", flat=True)[:SWEPT_AT_ONCE]
        work: list[Errand] = [(run_execute, {"run_id": plan.pk}) for plan in plans]
        work += [(supply_match, {"supply_id": key}) for key in stale]
        for service, arguments in work:
            _try(service, arguments)
        return len(work)


def _has_counties(adcode: str) -> bool:
    counties = Region.objects.current().at(Region.Level.COUNTY)
    return counties.filter(adcode__startswith=adcodes.prefix(adcode)).exists()


def _drop_what_never_ended(supply_id: int) -> None:
    runs = MatchRun.objects.filter(supply=supply_id)
    runs.exclude(status=MatchRun.Status.DONE).delete()


def _open_supply_run(supply_id: int) -> MatchRun:
    params = params_of(horizon_months=SUPPLY_HORIZON_MONTHS, accept=SUPPLY_ACCEPTS)
    owner = Organisation.objects.filter(facilities__supplies=supply_id)
    return MatchRun.objects.create(
        kind=MatchRun.Kind.SUPPLY,
        supply_id=supply_id,
        is_invented=owner.values_list("is_invented", flat=True).get(),
        params=as_json(params),
        as_of=timezone.localdate(),
    )


def _try(service: Callable[..., object], arguments: dict[str, int]) -> None:
    try:
        service(**arguments)
    except Exception:
        log.exception("the sweep could not %s(%s)", service.__name__, arguments)
