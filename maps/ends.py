"""Sites as senders and takers of a material."""

from collections.abc import Iterable
from dataclasses import dataclass

from wastehub.catalogue.models import Material
from wastehub.registry.models import Facility

Key = tuple[int, int]
"""A site and a material, by their keys."""


@dataclass(frozen=True)
class End:
    """A site as the sender or the taker of one material."""

    facility: Facility
    material: Material

    @property
    def key(self) -> Key:
        """The keys of both."""
        return self.facility.pk, self.material.pk

    @property
    def name(self) -> str:
        """What a problem calls it; problems have their rows in this order."""
        return f"{self.facility.public_id} {self.material.code}"


def ends_of(keys: Iterable[Key]) -> list[End]:
    """The ends of some keys, in the order of their names; two queries."""
    pairs = set(keys)
    sites = Facility.objects.filter(pk__in={site for site, _material in pairs})
    known = sites.select_related("county", "organisation")
    by_key = known.defer("county__shape", "county__drawn_shape").in_bulk()
    materials = Material.objects.in_bulk({material for _site, material in pairs})
    found = [End(by_key[site], materials[material]) for site, material in pairs]
    return sorted(found, key=lambda end: end.name)
