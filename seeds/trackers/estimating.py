"""Capacity times factor, with the sentence that says so.

A formula names every number in it, the factor's code and how sure it is, so that a
reader can reckon it again with a pencil.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from wastehub.units import kg_from_tonnes

AT_CAPACITY = (
    "以产能作年产量，为上限。"
    "Capacity is taken as a year's output, so this is an upper bound."
)


class Side(StrEnum):
    """Whether a plant offers a material or takes one by a route."""

    SUPPLY = "supply"
    DEMAND = "demand"


@dataclass(frozen=True)
class FactorValue:
    """A factor of the catalogue: its code, value and confidence."""

    code: str
    value: float
    confidence: str

    def __str__(self) -> str:
        return f"{self.value:g} ({self.code}, {self.confidence})"


Factors = Mapping[str, FactorValue]


@dataclass(frozen=True)
class Draft:
    """A listing to put: ``code`` names the material of a supply, the route of a demand.

    Masses are kilograms in a year; ``base_kg`` is what a material's share in a demand
    is counted of.
    """

    side: Side
    code: str
    mass_kg: int
    formula: str
    base_kg: int | None = None


@dataclass(frozen=True)
class Gap:
    """A listing that can not be reckoned, and why."""

    code: str
    reason: str


@dataclass(frozen=True)
class Term:
    """Tonnes in a year and the text of how they come about."""

    mass_t: float
    text: str


def tonnes(mass_t: float) -> str:
    """A mass as formulas write it."""
    return f"{mass_t:,.0f} t/y"


def product(amount_t: float, said: str, *factors: FactorValue) -> Term:
    """An amount of tonnes in a year times factors; ``said`` is the amount in words."""
    mass_t = prod((factor.value for factor in factors), start=amount_t)
    shown = " x ".join([said, *map(str, factors)])
    return Term(mass_t, f"{shown} = {tonnes(mass_t)}")


def supply(code: str, terms: list[Term], assumption: str) -> Draft | Gap:
    """A supply of the sum of its terms."""
    mass_kg = kg_from_tonnes(sum(term.mass_t for term in terms))
    if mass_kg == 0:
        return Gap(code, "the capacity comes to no mass")
    return Draft(Side.SUPPLY, code, mass_kg, _summed(terms, assumption))


def demand(code: str, taken: Term, base: Term, assumption: str) -> Draft | Gap:
    """A demand of a mass in a year, as a part of a base."""
    mass_kg, base_kg = kg_from_tonnes(taken.mass_t), kg_from_tonnes(base.mass_t)
    if mass_kg == 0:
        return Gap(code, "the capacity comes to no mass")
    formula = f"{taken.text}. {assumption}"
    return Draft(Side.DEMAND, code, mass_kg, formula, max(base_kg, mass_kg))


def _summed(terms: list[Term], assumption: str) -> str:
    lines = "; ".join(term.text for term in terms)
    if len(terms) > 1:
        lines += f"; 合计 sum {tonnes(sum(term.mass_t for term in terms))}"
    return f"{lines}. {assumption}"
