"""How a plan ends otherwise than done: cancelled, killed with its worker, tried again.

Workers here are real processes. A table lock holds them in the middle of a run.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from matching import execute, services
from matching.lifecycle import run_cancel, run_retry
from matching.models import MatchRun
from seeds.load import load_catalogue
from tests import stack, worlds
from wastehub.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30
WORK = """
import sys, django
django.setup()
from matching.services import run_execute
print(run_execute(run_id=int(sys.argv[1])).status)
"""


@pytest.fixture(autouse=True)
def _rules() -> None:
    worlds.two_counties()
    load_catalogue()
    worlds.supply("fly_ash")
    worlds.demand("raw_meal", base_kg_per_year=10**9)


def a_queued_plan(**asked: Any) -> MatchRun:
    run = services.plan_start(adcode="510000", accept="likely", **asked)
    long_ago = timezone.now() - timedelta(hours=1)
    MatchRun.objects.filter(pk=run.pk).update(created_at=long_ago)
    return run


@contextmanager
def a_worker_in_the_middle_of(run: MatchRun) -> Iterator[subprocess.Popen[str]]:
    """A process that carries the run out and waits for the listings; freed at exit."""
    database = str(connection.settings_dict["NAME"])
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE registry_supply IN ACCESS EXCLUSIVE MODE")
        worker = subprocess.Popen(
            [sys.executable, "-c", WORK, str(run.pk)],
            cwd=stack.ROOT,
            env={
                **stack.environment(database),
                "DJANGO_SETTINGS_MODULE": "wastehub.settings.test",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        _wait_for(run, "running")
        yield worker


def _wait_for(run: MatchRun, status: str) -> None:
    until = monotonic() + PATIENCE_S
    while run.status != status:
        assert monotonic() < until, f"still {run.status}, not {status}"
        sleep(0.05)
        run.refresh_from_db()


def _sweep_until_done(run: MatchRun) -> None:
    """The server lets go of a dead worker's claim once it notices."""
    until = monotonic() + PATIENCE_S
    while run.status == "running":
        assert monotonic() < until
        services.sweep()
        run.refresh_from_db()


def test_the_run_of_a_killed_worker_is_taken_up_by_the_sweep() -> None:
    run = a_queued_plan()
    with a_worker_in_the_middle_of(run) as worker:
        worker.kill()
        worker.wait()
    assert not run.matches.exists()
    _sweep_until_done(run)
    assert (run.status, run.attempts) == ("done", 2)
    assert run.matches.count() == 1


def test_a_run_that_keeps_killing_its_workers_fails_as_interrupted() -> None:
    run = a_queued_plan()
    MatchRun.objects.filter(pk=run.pk).update(
        status="running", attempts=services.MOST_ATTEMPTS
    )
    services.sweep()
    run.refresh_from_db()
    assert run.status == "failed"
    assert run.error.startswith("interrupted")
    assert not run.matches.exists()


def test_a_run_cancelled_under_way_stops_and_publishes_nothing() -> None:
    run = a_queued_plan()
    with a_worker_in_the_middle_of(run) as worker:
        asked = run_cancel(run_id=run.pk)
        assert (asked.status, asked.cancel_asked) == ("running", True)
    out, _ = worker.communicate(timeout=PATIENCE_S)
    run.refresh_from_db()
    assert out.strip() == run.status == "cancelled"
    assert run.finished_at is not None
    assert not run.matches.exists()


def test_a_cancelled_run_whose_worker_was_killed_is_not_taken_up() -> None:
    run = a_queued_plan()
    with a_worker_in_the_middle_of(run) as worker:
        run_cancel(run_id=run.pk)
        worker.kill()
        worker.wait()
    _sweep_until_done(run)
    assert run.status == "cancelled"
    assert not run.matches.exists()


def test_a_waiting_run_is_cancelled_at_once_and_stays_so() -> None:
    run = run_cancel(run_id=a_queued_plan().pk)
    assert run.status == "cancelled"
    services.sweep()
    assert services.run_execute(run_id=run.pk).status == "cancelled"


def test_a_run_stops_between_the_steps_of_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cancelled while the engine works, as seen by its first word of progress."""
    run = a_queued_plan()
    real_plan = execute.plan

    def cancelled_meanwhile(*arguments: Any, **options: Any) -> Any:
        MatchRun.objects.filter(pk=run.pk).update(cancel_asked=True)
        return real_plan(*arguments, **options)

    monkeypatch.setattr(execute, "plan", cancelled_meanwhile)
    assert services.run_execute(run_id=run.pk).status == "cancelled"


def test_a_retry_is_a_new_run_that_asks_the_same() -> None:
    old = run_cancel(run_id=a_queued_plan(horizon_months=7).pk)
    new = run_retry(run_id=old.pk)
    assert (new.status, new.retry_of) == ("queued", old)
    assert (new.params, new.as_of, new.adcode) == (old.params, old.as_of, old.adcode)
    assert services.run_execute(run_id=new.pk).status == "done"
    old.refresh_from_db()
    assert old.status == "cancelled"


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_what_has_ended_can_not_be_cancelled(status: str) -> None:
    run = a_queued_plan()
    MatchRun.objects.filter(pk=run.pk).update(status=status)
    with pytest.raises(Refused) as refused:
        run_cancel(run_id=run.pk)
    assert refused.value.code == "not_unfinished"


@pytest.mark.parametrize("status", ["queued", "running", "done"])
def test_only_what_failed_or_was_cancelled_is_tried_again(status: str) -> None:
    run = a_queued_plan()
    MatchRun.objects.filter(pk=run.pk).update(status=status)
    with pytest.raises(Refused) as refused:
        run_retry(run_id=run.pk)
    assert refused.value.code == "not_ended"
    assert MatchRun.objects.count() == 1
