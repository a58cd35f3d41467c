"""The families of the national classification, by which materials are listed."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from wastehub.catalogue.models import Material

# Classification and Code Catalogue of Solid Waste (MEE announcement 4 of 2024).
FAMILIES = {
    "SW01": _("Smelting slag"),
    "SW02": _("Fly ash of coal"),
    "SW03": _("Bottom ash"),
    "SW04": _("Coal gangue"),
    "SW05": _("Tailings"),
    "SW06": _("Desulfurisation gypsum"),
    "SW07": _("Sludge"),
    "SW09": _("Red mud"),
    "SW10": _("Phosphogypsum"),
    "SW11": _("Other by-product gypsum"),
    "SW12": _("Drilling cuttings"),
    "SW13": _("Food residues"),
    "SW16": _("Chemical waste"),
    "SW17": _("Recyclable waste"),
    "SW59": _("Other industrial waste"),
    "HW": _("Hazardous waste"),
}


def family_of(material: Material) -> str:
    """The code of its family, ``HW`` for hazardous waste; empty where it has none."""
    return material.category.code if material.category else ""


def family_name(code: str) -> str:
    """The name of a family; the code itself where it has no name here."""
    if not code:
        return str(_("No category of its own yet"))
    return str(FAMILIES.get(code, code))


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
    codes = sorted(families, key=lambda code: (not code, code == "HW", code))
    return [(code, family_name(code), families[code]) for code in codes]
