"""The families of the national classification, by which materials are listed."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from wastehub.catalogue.models import Material
from wastehub.web.templatetags.naming import name

HAZARDOUS = "HW"


def family_of(material: Material) -> str:
    """The code of its category; empty where it has none."""
    return material.category.code if material.category else ""


def family_name(material: Material) -> str:
    """The name of its category in the reader's language."""
    if material.category is None:
        return _("No category of its own yet")
    return name(material.category)


def readable(code_pattern: str) -> str:
    r"""A pattern of waste codes with a cross for each digit: ``\d{2}`` is ``××``."""
    return re.sub(r"\\d\{(\d+)\}", lambda found: "×" * int(found[1]), code_pattern)


def by_family(materials: Iterable[Material]) -> list[tuple[str, str, list[Material]]]:
    """Materials with the code and name of their family.

    Hazardous waste comes after the others, what has no family last.
    """
    families: dict[str, list[Material]] = {}
    for material in materials:
        families.setdefault(family_of(material), []).append(material)
    codes = sorted(families, key=lambda code: (not code, code == HAZARDOUS, code))
    return [(code, family_name(families[code][0]), families[code]) for code in codes]
