"""What a balance is of: a material, or all materials of a category."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from wastehub.catalogue.models import Category, Material
from wastehub.errors import Refused

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
