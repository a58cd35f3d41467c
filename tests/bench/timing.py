"""Measuring several ways of doing one thing, by turns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 5
# A first round that takes longer is not repeated: its own seconds stand.
PATIENCE_S = 20.0


@dataclass(frozen=True)
class Timed:
    """What a way answered, and the seconds that count; infinite if it was stopped."""

    answer: Any
    seconds: float


Way = Callable[[], Timed]
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Times:
    """The first answer, and the seconds of every run that counts, in their order."""

    answer: Any
    seconds: tuple[float, ...]

    @property
    def median_s(self) -> float:
        return median(self.seconds)


class Disagreement(Exception):
    """Two ways that must give the same answer do not."""


def timed(work: Callable[[], Any]) -> Way:
    """A way whose seconds are those on the clock from call to return."""

    def way() -> Timed:
        begun = perf_counter()
        answer = work()
        return Timed(answer, perf_counter() - begun)

    return way


def by_turns(
    ways: Mapping[str, Way],
    check: Callable[[Answers], None],
    rounds: int = ROUNDS,
    patience_s: float = PATIENCE_S,
) -> dict[str, Times]:
    """Every way in turn, round after round; the first round only warms up.

    The first round's answers go to ``check``, which raises `Disagreement`.
    """
    first = _round(ways)
    check({name: run.answer for name, run in first.items()})
    if sum(run.seconds for run in first.values()) > patience_s:
        kept = [first]
    else:
        kept = [_round(ways) for _ in range(rounds)]
    return {
        name: Times(run.answer, tuple(turns[name].seconds for turns in kept))
        for name, run in first.items()
    }


def _round(ways: Mapping[str, Way]) -> dict[str, Timed]:
    return {name: way() for name, way in ways.items()}


def require_equal(answers: Answers) -> None:
    """All answers are one.

    Raises
    ------
    Disagreement
        They are not.
    """
    if len(set(answers.values())) > 1:
        raise Disagreement(f"The answers differ: {dict(answers)}")
