"""Masses told in bands, to whoever is not to know them exactly."""

from bisect import bisect_right

from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.expressions import Combinable

# A hundred tonnes, then tenfold up to a megatonne.
BOUNDS_KG = tuple(100_000 * 10**step for step in range(5))


def band_of(mass_kg: int) -> tuple[int, int | None]:
    """The band of a mass, its lower bound included; the last one has no upper bound."""
    place = bisect_right(BOUNDS_KG, mass_kg)
    low = BOUNDS_KG[place - 1] if place else 0
    return low, BOUNDS_KG[place] if place < len(BOUNDS_KG) else None


def floor_of(column: str) -> Combinable:
    """The lower bound of a column's band, in SQL; the column is one of the query."""
    steps = [
        When(**{f"{column}__gte": bound}, then=Value(bound))
        for bound in reversed(BOUNDS_KG)
    ]
    return Case(*steps, default=Value(0), output_field=BigIntegerField())


def shown_kg(column: str) -> Combinable:
    """A mass as far as it is shown, in SQL, of a query that knows ``is_in_full``.

    Sums are made of these, so that a sum of one listing tells no more than it does.
    """
    exactly = When(is_in_full=True, then=F(column))
    return Case(exactly, default=floor_of(column), output_field=BigIntegerField())
