"""A Sankey diagram of materials and routes, laid out on the server.

Heights are in proportion to mass, the same on both sides; a node too low for its two
lines of text still has room for them, so that no names overlap.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wastehub.catalogue.models import Material, UseRoute
from wastehub.web.pages.flows import MaterialFlow

WIDTH = 960.0
NODE_WIDTH = 12.0
LEFT_X, RIGHT_X = 344.0, WIDTH - 258.0 - NODE_WIDTH
ALL_HEIGHT = 440.0
LEAST_ROOM = 46.0


@dataclass
class Node:
    """A material or a route with all that flows through it, as a bar."""

    what: Any
    mass_kg: int
    x: float
    y: float = 0.0
    height: float = 0.0
    used: float = field(default=0.0, repr=False)

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return self.y + self.height / 2

    def take(self, height: float) -> float:
        """The top of the next ribbon at this bar."""
        top = self.y + self.used
        self.used += height
        return top


@dataclass(frozen=True)
class Ribbon:
    """What one material sends by one route."""

    material: Material
    route: UseRoute
    mass_kg: int
    path: str


@dataclass(frozen=True)
class Sankey:
    """Bars and ribbons on a canvas of 960 by ``height``."""

    materials: list[Node]
    routes: list[Node]
    ribbons: list[Ribbon]
    height: float
    placed_kg: int


def sankey_of(flows: Sequence[MaterialFlow]) -> Sankey | None:
    """The diagram of what is placed; ``None`` where nothing is.

    Materials and routes stand with the largest mass first, routes in the mean order of
    the materials that they take, which keeps crossings few.
    """
    masses, materials, routes = _links(flows)
    placed_kg = sum(masses.values())
    if not placed_kg:
        return None
    scale = ALL_HEIGHT / placed_kg
    left = _bars(masses, 0, materials, LEFT_X, lambda code: -_sum(masses, 0, code))
    rank = {code: place for place, code in enumerate(left)}
    right = _bars(masses, 1, routes, RIGHT_X, lambda code: _pull(masses, rank, code))
    height = max(_stack(left.values(), scale), _stack(right.values(), scale))
    for column in (left, right):
        _centre(list(column.values()), height)
    order = sorted(masses, key=lambda key: (rank[key[0]], list(right).index(key[1])))
    ribbons = [
        Ribbon(
            materials[material],
            routes[route],
            masses[material, route],
            _path(left[material], right[route], scale * masses[material, route]),
        )
        for material, route in order
    ]
    return Sankey(list(left.values()), list(right.values()), ribbons, height, placed_kg)


def _links(
    flows: Sequence[MaterialFlow],
) -> tuple[Counter[tuple[str, str]], dict[str, Material], dict[str, UseRoute]]:
    masses: Counter[tuple[str, str]] = Counter()
    materials, routes = {}, {}
    for flow in flows:
        for part in flow.parts:
            route = part["route"]
            if route is None:
                continue
            materials[flow.material.code], routes[route.code] = flow.material, route
            masses[flow.material.code, route.code] += part["mass_kg"]
    return masses, materials, routes


def _sum(masses: Counter[tuple[str, str]], side: int, code: str) -> int:
    return sum(mass for key, mass in masses.items() if key[side] == code)


def _pull(masses: Counter[tuple[str, str]], rank: dict[str, int], route: str) -> float:
    taken = [(rank[key[0]], mass) for key, mass in masses.items() if key[1] == route]
    return sum(place * mass for place, mass in taken) / sum(mass for _, mass in taken)


def _bars(
    masses: Counter[tuple[str, str]],
    side: int,
    rows: dict[str, Any],
    x: float,
    place: Callable[[str], float],
) -> dict[str, Node]:
    codes = sorted(rows, key=lambda code: (place(code), code))
    return {code: Node(rows[code], _sum(masses, side, code), x) for code in codes}


def _stack(nodes: Any, scale: float) -> float:
    """Put bars below each other; the height of them all."""
    top = 0.0
    for node in nodes:
        node.height = node.mass_kg * scale
        room = max(node.height + LEAST_ROOM / 4, LEAST_ROOM)
        node.y = top + (room - node.height) / 2
        top += room
    return top


def _centre(nodes: list[Node], height: float) -> None:
    free = height - max(
        node.middle + max(node.height + LEAST_ROOM / 4, LEAST_ROOM) / 2
        for node in nodes
    )
    for node in nodes:
        node.y += free / 2


def _path(left: Node, right: Node, height: float) -> str:
    """A band of the same height at both ends, level where it meets a bar."""
    x0, x1 = left.x + NODE_WIDTH, right.x
    y0, y1 = left.take(height), right.take(height)
    half = (x0 + x1) / 2
    return (
        f"M{x0:.1f} {y0:.2f}C{half:.1f} {y0:.2f} {half:.1f} {y1:.2f} {x1:.1f} {y1:.2f}"
        f"V{y1 + height:.2f}C{half:.1f} {y1 + height:.2f} {half:.1f} "
        f"{y0 + height:.2f} {x0:.1f} {y0 + height:.2f}Z"
    )
