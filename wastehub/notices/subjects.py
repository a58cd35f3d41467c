"""What the trail is about: between which sites a thing stands, and its name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Manager, Q

from wastehub.exchange.models import Agreement, Offer, TransferNote
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet
from wastehub.reporting.models import Declaration, MonthlyBrief

Thing = tuple[str, UUID]


@dataclass(frozen=True)
class About:
    """What a thing is called: its number, where it has one, and its material.

    The latter is of the catalogue: a material, or a category of them.
    """

    number: str
    material: Any


@dataclass(frozen=True)
class Subject:
    """How one kind of thing is looked up.

    Parameters
    ----------
    things
        Its rows, found by ``public_id``.
    ends
        Paths from a site to the things that it is a party to.
    follows
        What ``about`` reads of a row.
    region
        The adcode of the region whose regulators a thing is for, where it is for them.
    """

    things: Manager[Any]
    ends: tuple[str, ...]
    follows: tuple[str, ...]
    about: Callable[[Any], About]
    region: Callable[[Any], str] | None = None


SUBJECTS: Final[Mapping[str, Subject]] = {
    "offer": Subject(
        Offer.objects,
        ("supplies__offers", "offers_to_it"),
        ("supply__material",),
        lambda offer: About("", offer.supply.material),
    ),
    "agreement": Subject(
        Agreement.objects,
        ("agreements_from_it", "agreements_to_it"),
        ("material",),
        lambda agreement: About(agreement.number, agreement.material),
    ),
    "note": Subject(
        TransferNote.objects,
        ("agreements_from_it__notes", "agreements_to_it__notes"),
        ("agreement__material",),
        lambda note: About(note.number, note.agreement.material),
    ),
    "declaration": Subject(
        Declaration.objects,
        ("declarations",),
        ("material",),
        lambda declared: About(f"{declared.month:%Y-%m}", declared.material),
    ),
    "brief": Subject(
        MonthlyBrief.objects,
        (),
        ("category",),
        lambda brief: About(f"{brief.month:%Y-%m}", brief.category),
        region=lambda brief: brief.adcode,
    ),
}


def sites_of(subject: str, public_id: UUID) -> FacilityQuerySet:
    """The sites between which a thing stands; none of a thing that nobody knows."""
    found = Q(pk__in=[])
    if subject in SUBJECTS:
        for end in SUBJECTS[subject].ends:
            found |= Q(**{f"{end}__public_id": public_id})
    return Facility.objects.filter(found).distinct()


def region_of(subject: str, public_id: UUID) -> str | None:
    """The region whose regulators a thing is made for, if it is."""
    known = SUBJECTS.get(subject)
    if known is None or known.region is None:
        return None
    return known.region(known.things.get(public_id=public_id))


def told_about(things: Iterable[Thing]) -> dict[Thing, About]:
    """What things are called, with one query for each kind of them."""
    ids: dict[str, set[UUID]] = {}
    for subject, public_id in things:
        ids.setdefault(subject, set()).add(public_id)
    return {
        (name, row.public_id): SUBJECTS[name].about(row)
        for name, wanted in ids.items()
        if name in SUBJECTS
        for row in _rows(SUBJECTS[name], wanted)
    }


def _rows(subject: Subject, wanted: set[UUID]) -> Iterable[Any]:
    rows = subject.things.select_related(*subject.follows)
    return rows.filter(public_id__in=wanted)
