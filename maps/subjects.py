"""What a balance is of: a material, a category, bulk industrial waste, or all."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from wastehub.catalogue.models import Category, Material
from wastehub.errors import Refused
from wastehub.ledger.months import Pile
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.reporting.counted import CountedDeclaration

FIRST: Final = "SW10"
"""What is watched first: phosphogypsum in all its forms."""

ALL: Final = "all"
ALL_NAMES: Final = ("全部物料", "All materials")
BULK: Final = "bulk"
BULK_NAMES: Final = ("大宗工业固体废物", "Bulk industrial solid waste")
BULK_CATEGORIES: Final = (
    "SW01",
    "SW02",
    "SW04",
    "SW05",
    "SW06",
    "SW09",
    "SW10",
    "SW11",
)
"""Smelting slag, fly ash, gangue, tailings, by-product gypsum and red mud.

The industrial ones of what 发改环资〔2021〕381号 calls bulk solid waste (M, read in a
reprint: gepresearch.com/76/view-769447-1.html). Construction waste and straw, also
named there, are left out, as are materials whose category is not known, such as
lithium slag.
"""


@dataclass(frozen=True)
class Subject:
    """``code`` is a material's, a category's (``SW10``), ``bulk`` or ``all``."""

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
    if code == ALL:
        return Subject(ALL, *ALL_NAMES, tuple(Material.objects.all()))
    if code == BULK:
        return _bulk()
    material = Material.objects.filter(code=code).first()
    if material is not None:
        return Subject(code, material.name_zh, material.name_en, (material,))
    category = Category.objects.filter(code=code).first()
    if category is None:
        told = _("No material or category of the catalogue is called %s.") % code
        raise Refused("unknown_material", told, {"material": told})
    return _whole(category)


def subjects() -> list[Subject]:
    """What can be asked: bulk waste, categories of several materials, materials."""
    several = Category.objects.annotate(members=Count("material")).filter(members__gt=1)
    materials = [
        Subject(row.code, row.name_zh, row.name_en, (row,))
        for row in Material.objects.all()
    ]
    return [_bulk(), *map(_whole, several.order_by("code")), *materials]


def _whole(category: Category) -> Subject:
    members = Material.objects.filter(category=category)
    return Subject(category.code, category.name_zh, category.name_en, tuple(members))


def _bulk() -> Subject:
    members = Material.objects.filter(category__code__in=BULK_CATEGORIES)
    return Subject(BULK, *BULK_NAMES, tuple(members))


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
