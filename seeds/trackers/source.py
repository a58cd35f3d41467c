"""What a tracker is: its file's columns, its credit, and two pure functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from seeds.trackers.estimating import Draft, Factors, Gap
from seeds.trackers.plants import Plant, Row, Skipped

Capacities = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class CapacityFile:
    """A second file with the capacities, joined on the plant's identifier."""

    pattern: str
    key_column: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One tracker.

    Parameters
    ----------
    code
        As the command names it; source keys start with it.
    credit
        The licence's credit line; it stands beside every facility.
    key_column
        Where the tracker's own identifier of a plant stands.
    clean
        A row, and the capacity rows of each plant where there is a second file, to a
        plant or a reason to pass it over. Raises ``RowFault``.
    estimate
        A plant, the adcode of its county and the catalogue's factors to its listings.
    in_units
        Rows are units of a plant, to be put together; else a plant stands once.
    """

    code: str
    credit: str
    key_column: str
    columns: tuple[str, ...]
    clean: Callable[[Row, Capacities], Plant | Skipped]
    estimate: Callable[[Plant, str, Factors], list[Draft | Gap]]
    in_units: bool = False
    capacity_file: CapacityFile | None = None
