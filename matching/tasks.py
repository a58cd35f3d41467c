"""What workers do: fetch by key, call a service, return a small value.

The database is the truth and the queue only a nudge. A run that lost its message is
found by the sweep; a message delivered twice finds the run taken or done.
"""

from typing import Any

from celery import Task, shared_task
from django.db import transaction

from matching import lifecycle, scenarios, services
from matching.models import MatchRun
from wastehub.accounts.models import User


@shared_task
def execute_run(run_id: int) -> str:
    """Carry out a queued run."""
    return services.run_execute(run_id=run_id).status


@shared_task
def match_supply(supply_id: int) -> bool:
    """Find the matches of one supply; False where there was nothing to do."""
    return services.supply_match(supply_id=supply_id) is not None


@shared_task
def sweep_stale_supplies() -> int:
    """Pick up runs nobody carries out and supplies whose matches are out of date."""
    return services.sweep()


@transaction.atomic
def start_plan(**asked: Any) -> MatchRun:
    """Open a plan as :func:`matching.services.plan_start` does, and wake a worker."""
    run = services.plan_start(**asked)
    wake(execute_run, run.pk)
    return run


@transaction.atomic
def retry_plan(*, run_id: int, user: User) -> MatchRun:
    """Ask again as :func:`matching.lifecycle.run_retry` does, and wake a worker."""
    run = lifecycle.run_retry(run_id=run_id, user=user)
    wake(execute_run, run.pk)
    return run


@transaction.atomic
def start_scenario(*, scenario_id: int, user: User) -> MatchRun:
    """Open a scenario's run as :func:`matching.scenarios.scenario_start` does.

    A worker is woken for it and for its base, a message each; the scenario's run is
    returned.
    """
    opened = scenarios.scenario_start(scenario_id=scenario_id, user=user)
    for run in opened:
        wake(execute_run, run.pk)
    return opened[-1]


def wake(task: Task, *arguments: Any) -> None:
    """Send a task after the commit; a queue that is down delays it to the sweep."""

    # Not a partial: Django names a failed hook by its __qualname__.
    def send() -> None:
        task.delay(*arguments)

    transaction.on_commit(send, robust=True)
