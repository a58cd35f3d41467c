"""What is asked of a mix, and what is answered.

Masses and shares are wet, as delivered; contents are of the dry mass.
"""

from dataclasses import dataclass
from typing import Literal

from django.contrib.gis.geos import Point

from matching.models import Verdict
from matching.recipes import Base, Recipe
from wastehub.catalogue.models import Material, Parameter
from wastehub.registry.models import Supply


@dataclass(frozen=True)
class Limit:
    """Bounds on a quantity of the mix, in its unit; ``None`` where there is none."""

    key: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Share:
    """Bounds on what one supply, or all of one material, may be of the wet mix."""

    least_frac: float = 0.0
    most_frac: float = 1.0
    supply: Supply | None = None
    material: Material | None = None


@dataclass(frozen=True)
class Place:
    """Where the mix is made. Masses are wet and for a year, ``None`` where not told.

    ``waste_kg`` is the most that it takes of others' wastes.
    """

    point: Point
    within_km: float
    mix_kg: int | None = None
    waste_kg: int | None = None


@dataclass(frozen=True)
class Asked:
    """A recipe at a place, with the engineer's own limits, shares and base rows.

    ``counts_unknown`` takes a content that nobody knows as 0 and marks it; without it
    a supply of which a limited content is not known is left out. ``start`` is the
    ``basis`` of an earlier answer.
    """

    recipe: Recipe
    place: Place
    limits: tuple[Limit, ...]
    base: tuple[Base, ...]
    shares: tuple[Share, ...] = ()
    counts_unknown: bool = False
    start: str = ""


@dataclass(frozen=True)
class Candidate:
    """A material that may go into the mix: a supply, or a base row of the engineer's.

    Prices are per wet tonne: asked, treatment and haul make the whole. Of the limited
    contents, ``estimated`` ones rest on what is usual and ``unknown`` ones on nothing.
    """

    supply: Supply | None
    base: Base | None
    asked_yuan_per_t: float
    treatment_yuan_per_t: float = 0.0
    haul_yuan_per_t: float = 0.0
    distance_km: float = 0.0
    verdict: Verdict | None = None
    mass_kg: int | None = None
    moisture_frac: float | None = None
    estimated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def price_yuan_per_t(self) -> float:
        """Delivered, per wet tonne."""
        return self.asked_yuan_per_t + self.treatment_yuan_per_t + self.haul_yuan_per_t


@dataclass(frozen=True)
class Part:
    """What a candidate is of the mix, and what its own bounds are worth."""

    candidate: Candidate
    share_frac: float
    dry_share_frac: float
    least_frac: float
    most_frac: float
    least_price: float
    most_price: float


@dataclass(frozen=True)
class Line:
    """One limit of the mix: its bounds, where the mix stands, what a bound is worth.

    Prices are yuan a wet tonne of mix for one unit more of the bound. A quotient of
    which nothing stands below (LSF of pure lime) has no value and keeps its bounds.
    ``parameter`` or ``material`` says what it is about, where it is about one.
    """

    key: str
    low: float | None
    high: float | None
    value: float | None
    low_price: float = 0.0
    high_price: float = 0.0
    is_estimated: bool = False
    is_unknown: bool = False
    parameter: Parameter | None = None
    material: Material | None = None


@dataclass(frozen=True)
class Clash:
    """A bound that can not be kept together with the others of its set."""

    side: Literal["low", "high"]
    bound: float
    line: Line | None = None
    candidate: Candidate | None = None


@dataclass(frozen=True)
class LeftOut:
    """A supply in reach that may not enter, because of the rules or of a gap.

    ``keys`` are the limited quantities of which nothing is known.
    """

    supply: Supply
    why: Literal["rules", "unknown"]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The cheapest mix, or the limits in conflict where there is none.

    Costs are per wet tonne of mix and per dry tonne of it. ``in_reach`` counts the
    supplies in reach that the route admits, ``candidates`` the materials that were
    mixed: of more than 500 supplies the nearest.
    """

    is_feasible: bool
    in_reach: int
    candidates: int
    cost_yuan_per_t: float | None = None
    cost_yuan_per_dry_t: float | None = None
    moisture_frac: float | None = None
    parts: tuple[Part, ...] = ()
    lines: tuple[Line, ...] = ()
    clashes: tuple[Clash, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    basis: str = ""
