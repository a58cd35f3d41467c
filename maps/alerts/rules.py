"""All rules, in one place."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from maps.alerts import closing, declared, deficits, jumps, missing, weights, yards
from maps.alerts.found import Found
from maps.alerts.terms import USUAL, AlertTerms
from wastehub.registry.querysets import FacilityQuerySet

RULES: Final = (deficits, yards, missing, weights, declared, closing, jumps)


def find(
    today: date, sites: FacilityQuerySet, terms: AlertTerms = USUAL
) -> Iterator[Found]:
    """What every rule finds at some sites."""
    for rule in RULES:
        yield from rule.find(today, sites, terms)
