"""Carrying out a run: gather, solve, publish, and say on its row how far it is."""

from time import perf_counter

from django.utils import timezone

from matching import store
from matching.distances import with_roads
from matching.engine.params import Params
from matching.engine.plan import plan
from matching.engine.problem import Problem
from matching.engine.solution import Certificate
from matching.gather import gather, gather_around
from matching.hypotheses import rules_day
from matching.index import Index
from matching.knobs import params_from
from matching.models import MatchRun
from matching.scenario_models import ScenarioChange
from matching.wishes import Border
from wastehub.catalogue.models import Rulebook
from wastehub.registry.models import Demand, Supply

# The share of the work that is behind when a stage begins, as measured on a province.
BEHIND = {
    MatchRun.Stage.GATHER: 0.0,
    MatchRun.Stage.SCREEN: 0.3,
    MatchRun.Stage.REACH: 0.4,
    MatchRun.Stage.ALLOCATE: 0.5,
    MatchRun.Stage.CERTIFY: 0.7,
    MatchRun.Stage.STORE: 0.9,
}


class CertificateBroken(Exception):
    """The engine's answer did not pass its own independent check."""

    def __init__(self, certificate: Certificate) -> None:
        broken = [f"{c.name}: {c.detail}" for c in certificate.checks if not c.ok]
        super().__init__("; ".join(broken))


class RunCancelled(Exception):
    """Somebody asked for the run to stop."""


def carry_out(run: MatchRun) -> None:
    """Solve a run and publish its rows; whatever goes wrong is on the row, and raised.

    A run that is cancelled meanwhile ends as cancelled, and nothing of it is published.

    Raises
    ------
    CertificateBroken
        The answer is not proven; nothing of it is published.
    ValueError
        The listings make no problem that the engine takes.
    """
    _begin(run)
    try:
        _solve_and_publish(run)
    except RunCancelled:
        _end(run, MatchRun.Status.CANCELLED)
    except Exception as fault:
        _end(run, MatchRun.Status.FAILED, f"{type(fault).__name__}: {fault}")
        raise


def give_up(run: MatchRun) -> None:
    """End a run whose workers keep dying, so that it takes no more of them along."""
    _end(run, MatchRun.Status.FAILED, f"interrupted: {run.attempts} workers died")


def _end(run: MatchRun, status: MatchRun.Status, error: str = "") -> None:
    run.status, run.error, run.finished_at = status, error, timezone.now()
    run.save(update_fields=["status", "error", "finished_at"])


def _begin(run: MatchRun) -> None:
    run.status = MatchRun.Status.RUNNING
    run.started_at = timezone.now()
    run.rulebook_version = Rulebook.current_version()
    run.attempts += 1
    run.save(update_fields=["status", "started_at", "rulebook_version", "attempts"])


def _solve_and_publish(run: MatchRun) -> None:
    begun = perf_counter()
    _reached(run, MatchRun.Stage.GATHER)
    problem, index = _gathered(run, params_from(run.params))
    problem = with_roads(run, problem, index)
    gathered = perf_counter()
    problem, solution = plan(
        problem,
        progress=lambda stage, frac: _reached(run, stage, frac),
        clock=perf_counter,
    )
    if not solution.certificate.ok:
        raise CertificateBroken(solution.certificate)
    _reached(run, MatchRun.Stage.STORE)
    run.seconds = {"gather": gathered - begun, **solution.seconds}
    store.publish(run, problem, index, solution)


def _reached(run: MatchRun, stage: str, stage_frac: float = 0.0) -> None:
    """Say on a plan's row how far it is, and stop there if that is asked.

    The matches of one supply are there before anybody could ask.
    """
    if run.supply_id is not None:
        return
    behind = BEHIND[MatchRun.Stage(stage)]
    after = min((frac for frac in BEHIND.values() if frac > behind), default=1.0)
    done_frac = behind + stage_frac * (after - behind)
    row = MatchRun.objects.filter(pk=run.pk)
    row.update(stage=stage, done_frac=done_frac)
    if row.filter(cancel_asked=True).exists():
        raise RunCancelled


def _gathered(run: MatchRun, params: Params) -> tuple[Problem, Index]:
    supplies = Supply.objects.open(run.as_of).invented(run.is_invented)
    if run.supply_id is not None:
        one, invented = supplies.filter(pk=run.supply_id), run.is_invented
        return gather_around(one, params, run.as_of, run.params, is_invented=invented)
    demands = Demand.objects.open(run.as_of).invented(run.is_invented)
    if run.params.get("border", Border.REGION) == Border.REGION:
        demands = demands.within(run.adcode)
    supplies, changes = supplies.within(run.adcode), _supposed(run)
    rules_of = rules_day(changes, run.as_of)
    return gather(supplies, demands, params, rules_of, run.params, changes)


def _supposed(run: MatchRun) -> list[ScenarioChange]:
    """The changes of the run's scenario; none where the run is of what is."""
    if run.scenario is None:
        return []
    rows = run.scenario.changes.select_related("route", "county")
    return list(rows.defer("county__shape", "county__drawn_shape"))
