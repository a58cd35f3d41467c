"""Cancelling a plan, and asking for one again."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from matching.claims import Work, claimed
from matching.models import MatchRun
from wastehub.accounts.models import User
from wastehub.errors import Refused

Status = MatchRun.Status
AGAIN: Final = (Status.FAILED, Status.CANCELLED)


@transaction.atomic
def run_cancel(*, run_id: int) -> MatchRun:
    """Stop a plan: at once where nobody works on it, else before its next step.

    A cancelled run publishes nothing. Asked while its result is being written, it comes
    too late and the run ends as done.

    Raises
    ------
    Refused
        ``not_unfinished``: the run has ended, or it is no plan.
    """
    run = MatchRun.objects.select_for_update().get(pk=run_id)
    is_plan = run.kind == MatchRun.Kind.REGION
    if not is_plan or run.status not in (Status.QUEUED, Status.RUNNING):
        raise Refused("not_unfinished", _("Only a plan under way can be cancelled."))
    run.cancel_asked = True
    with claimed(Work.RUN, run.pk) as is_idle:
        if is_idle:
            run.status, run.finished_at = Status.CANCELLED, timezone.now()
    run.save(update_fields=["cancel_asked", "status", "finished_at"])
    return run


@transaction.atomic
def run_retry(*, run_id: int, user: User | None = None) -> MatchRun:
    """A new queued run that asks what a failed or cancelled one asked.

    The old one stays as it ended. Distances that were given go along; a routing service
    is asked afresh. The caller wakes a worker.

    Raises
    ------
    Refused
        ``not_ended``: the plan neither failed nor was cancelled.
    """
    old = MatchRun.objects.plans().filter(pk=run_id).first()
    if old is None or old.status not in AGAIN:
        told = _("Only a plan that failed or was cancelled can be tried again.")
        raise Refused("not_ended", told)
    return MatchRun.objects.create(
        kind=old.kind,
        adcode=old.adcode,
        scenario=old.scenario,
        base=old.base,
        is_invented=old.is_invented,
        params=old.params,
        roads=old.roads if old.roads.get("source") == "given" else {},
        as_of=old.as_of,
        created_by=user,
        retry_of=old,
    )
