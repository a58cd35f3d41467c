"""The invented worlds that are measured."""

from dataclasses import dataclass

from matching.engine.problem import Problem
from tests.engine.clusters import clustered


@dataclass(frozen=True)
class Size:
    """Supplies, demands, and over how many provinces they lie."""

    supplies: int
    demands: int
    provinces: int = 1

    def world(self) -> Problem:
        return clustered(1, self.supplies, self.demands, self.provinces)

    def arguments(self) -> list[str]:
        """For the program of the engine."""
        return [str(self.supplies), str(self.demands), str(self.provinces)]

    def __str__(self) -> str:
        return f"{self.supplies:,} x {self.demands:,}"


HANDFUL = Size(30, 30)
SMALL = Size(1_000, 200)
PROVINCE = Size(10_000, 2_000)
COUNTRY = Size(100_000, 20_000, provinces=10)
TWICE_THE_COUNTRY = Size(200_000, 40_000, provinces=20)
