"""What a balance is of: a material, or all materials of a category."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Category, Material
from wastehub.errors import Refused
from wastehub.ledger.months import Pile
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.reporting.counted import CountedDeclaration

FIRST: Final = "phosphogypsum"
"""What is watched first."""


@dataclass(frozen=True)
class Subject:
    """``code`` is the material's (``fly_ash``) or the category's (``SW10``)."""

    code: str
    name_zh: str
    name_en: str
    materials: tuple[Material, ...]

    @property
    def keys(self) -> list[int]:
        """The keys of its materials."""
        return [material.pk for material in self.materials]


def subject(code: str) -> Subject:
    """What a code stands for.

    Raises
    ------
    Refused
        ``unknown_material``.
    """
    found = Material.objects.filter(code=code).first()
    if found is not None:
        return Subject(code, found.name_zh, found.name_en, (found,))
    category = Category.objects.filter(code=code).first()
    if category is None:
        told = _("No material or category of the catalogue is called %s.") % code
        raise Refused("unknown_material", told, {"material": told})
    members = Material.objects.filter(category=category)
    return Subject(code, category.name_zh, category.name_en, tuple(members))


def subjects_told(sites: FacilityQuerySet) -> list[Subject]:
    """Each material that a ledger or a counted declaration of some sites tells of."""
    here = sites.values("pk")
    piles = Pile.objects.filter(facility__in=here)
    counted = CountedDeclaration.objects.filter(declaration__facility__in=here)
    rows = Material.objects.filter(
        Q(pk__in=piles.values("material"))
        | Q(pk__in=counted.values("declaration__material"))
    )
    return [
        Subject(row.code, row.name_zh, row.name_en, (row,))
        for row in rows.order_by("code")
    ]
