"""Two shipments that crossed, told with their sites."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib.gis.geos import Point

from wastehub.catalogue.models import Material
from wastehub.geodesy import great_circle_km
from wastehub.registry.models import Facility
from wastehub.units import KG_PER_TONNE


@dataclass(frozen=True)
class Spot:
    """A site at a place in WGS 84 degrees, and how winding the roads around it are."""

    facility: Facility
    lon: float
    lat: float
    circuity: float

    def haul_km(self, other: "Spot") -> float:
        """Road kilometres, estimated as plans do."""
        apart_km = great_circle_km(self.lon, self.lat, other.lon, other.lat)
        return float((self.circuity + other.circuity) / 2 * apart_km)


@dataclass(frozen=True)
class Crossing:
    """One sender's material went to its taker while another's went to the other's.

    ``mass_kg`` of both could have been exchanged.
    """

    material: Material
    mass_kg: int
    sender: Spot
    taker: Spot
    other_sender: Spot
    other_taker: Spot

    @property
    def haul_km(self) -> float:
        """How far the one went."""
        return self.sender.haul_km(self.taker)

    @property
    def other_haul_km(self) -> float:
        """How far the other went."""
        return self.other_sender.haul_km(self.other_taker)

    @property
    def saved_km(self) -> float:
        """How much less far two tonnes, one of each, had gone after the exchange."""
        instead_km = self.sender.haul_km(self.other_taker)
        instead_km += self.other_sender.haul_km(self.taker)
        return self.haul_km + self.other_haul_km - instead_km

    @property
    def saved_tonne_km(self) -> float:
        """The same of the whole mass."""
        return self.saved_km * self.mass_kg / KG_PER_TONNE

    @property
    def spots(self) -> tuple[Spot, Spot, Spot, Spot]:
        """The one and its taker, the other and its taker."""
        return self.sender, self.taker, self.other_sender, self.other_taker

    def seen_at(self, place: Callable[[Facility], Point]) -> "Crossing":
        """As if the sites lay where they are shown, so that no distance tells more."""
        sender, taker, other_sender, other_taker = (
            _moved(spot, place) for spot in self.spots
        )
        return Crossing(
            self.material, self.mass_kg, sender, taker, other_sender, other_taker
        )


def _moved(spot: Spot, place: Callable[[Facility], Point]) -> Spot:
    at = place(spot.facility)
    return replace(spot, lon=at.x, lat=at.y)
