"""Making an edition of the open data, and reading the newest one.

Decisions are made here and nowhere else, so that no page makes them anew; and the
figures of what may be told are written down with them, so that no page can tell more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maps.confidential import Integers, Params, Reason
from maps.groups import invented_or_real
from maps.hierarchy import Hierarchy
from maps.open_facts import PUBLISHED, FirmSteps, Span, firm_steps
from maps.open_map import hierarchy_now, map_code
from maps.publication_models import Edition, MaterialEdition, OpenFigure
from maps.safe_groups import UNTOLD, Partition
from maps.subjects import subjects_told
from maps.suppression import Decisions, decide
from wastehub.catalogue.models import Material
from wastehub.errors import Refused
from wastehub.registry.models import Facility

QUARTER, YEAR = 3, 12
YEARS_TOLD: Final = 2
"""This calendar year and the one before: one pattern holds for all that is told, so
that each year more hides more. What older editions told is not told again."""

PARAMS: Final = Params()


@dataclass(frozen=True)
class _Decided:
    """One material's firms and what was decided of them, by one step."""

    told: FirmSteps
    decisions: Decisions
    step_months: int


@transaction.atomic
def edition_make(*, as_of: date) -> Edition:
    """Decide what may be told of every material as known on a day, and write it down.

    Quarters are told of a material where they hide nothing that years would show, else
    years. Months are never told: a month is often one firm's delivery, and the quarter
    is what a target is followed by. What the edition before hid stays hidden.

    Raises
    ------
    Refused
        ``edition_there``: there is one of that day or of a later one.
        ``no_boundaries``: no map is loaded.
    """
    is_invented = not Facility.objects.real().exists()
    before = newest_edition(is_invented)
    if before is not None and before.as_of >= as_of:
        raise Refused(
            "edition_there",
            _("There is an edition of %(day)s already.") % {"day": before.as_of},
        )
    code = map_code()
    if not code:
        raise Refused("no_boundaries", _("No boundaries are loaded yet."))
    hierarchy = hierarchy_now()
    edition = Edition.objects.create(
        as_of=as_of,
        is_invented=is_invented,
        map_code=code,
        first_year=as_of.year - YEARS_TOLD + 1,
        parents=dict(hierarchy.parents),
        zones={zone: sorted(held) for zone, held in hierarchy.zones.items()},
    )
    for material in _materials(is_invented, before):
        _write(edition, material, _decided(edition, material, hierarchy, before))
    return edition


def edition_due(*, as_of: date) -> Edition | None:
    """Make an edition unless there is one of that day or later, or no map."""
    newest = newest_edition(not Facility.objects.real().exists())
    if not map_code() or (newest is not None and newest.as_of >= as_of):
        return None
    return edition_make(as_of=as_of)


def yesterday() -> date:
    """The last day that is over: nothing is written down on it any more."""
    return timezone.localdate() - timedelta(days=1)


def newest_edition(is_invented: bool) -> Edition | None:
    """The newest edition of the real world, or of the invented one, if any."""
    return Edition.objects.filter(is_invented=is_invented).order_by("-as_of").first()


def edition_in_view() -> Edition | None:
    """The newest one of the world in view, if the map is still that it was made on."""
    edition = newest_edition(not Facility.objects.real().exists())
    return edition if edition is not None and edition.map_code == map_code() else None


@lru_cache(maxsize=64)
def decisions_of(material_edition_id: int) -> Decisions:
    """What was decided; an edition never changes, so that it is kept in memory."""
    row = MaterialEdition.objects.select_related("edition").get(pk=material_edition_id)
    return _read(row, hierarchy_of(row.edition.pk))


@lru_cache(maxsize=4)
def hierarchy_of(edition_id: int) -> Hierarchy:
    """The map that an edition was decided on."""
    edition = Edition.objects.get(pk=edition_id)
    return Hierarchy(edition.parents, edition.zones)


def _materials(is_invented: bool, before: Edition | None) -> list[Material]:
    """All that anything is known of, and all that was told of before."""
    sites = invented_or_real(is_invented)
    found = {subject.materials[0] for subject in subjects_told(sites)}
    if before is not None:
        found |= {row.material for row in before.materials.select_related("material")}
    return sorted(found, key=lambda material: material.code)


def _decided(
    edition: Edition, material: Material, hierarchy: Hierarchy, before: Edition | None
) -> _Decided:
    settled = _settled(before, material, hierarchy)
    by_year = _decided_by(YEAR, edition, material, hierarchy, settled)
    by_quarter = _decided_by(QUARTER, edition, material, hierarchy, settled)
    hidden, at_least = by_quarter.decisions.hidden, by_year.decisions.hidden
    return by_quarter if hidden.keys() <= at_least.keys() else by_year


def _decided_by(
    step_months: int,
    edition: Edition,
    material: Material,
    hierarchy: Hierarchy,
    settled: Decisions | None,
) -> _Decided:
    span = Span(edition.first_year, edition.as_of, step_months)
    sites = invented_or_real(edition.is_invented)
    told = firm_steps(material, sites, span)
    found = decide(told.contributions(), hierarchy, PARAMS, settled)
    return _Decided(told, found, step_months)


def _settled(
    before: Edition | None, material: Material, hierarchy: Hierarchy
) -> Decisions | None:
    """What was decided of a material before, as far as its counties are still there."""
    if before is None:
        return None
    row = before.materials.filter(material=material).first()
    if row is None:
        return None
    earlier = decisions_of(row.pk)
    known = hierarchy.paths.keys()
    kept = {c: n for c, n in earlier.groups.group_of.items() if c in known}
    return Decisions(hierarchy, Partition(kept), {})


def _write(edition: Edition, material: Material, decided: _Decided) -> None:
    found = decided.decisions
    row = MaterialEdition.objects.create(
        edition=edition,
        material=material,
        step_months=decided.step_months,
        groups=sorted(
            sorted(counties)
            for number, counties in found.groups.members.items()
            if number != UNTOLD and len(counties) > 1
        ),
        untold=sorted(found.groups.members.get(UNTOLD, ())),
        hidden={region: why.value for region, why in sorted(found.hidden.items())},
    )
    OpenFigure.objects.bulk_create(_figures(row, decided.told, found.groups))


def _figures(
    row: MaterialEdition, told: FirmSteps, found: Partition
) -> Iterator[OpenFigure]:
    """A row for each group that may be told and each step in which it has anything."""
    sums: dict[tuple[int, date], Integers] = {}
    for county, step, masses in zip(told.county, told.step, told.mass_kg, strict=True):
        group = found.group_of[county]
        if group != UNTOLD:
            sums[group, step] = masses + sums.get((group, step), 0)
    for (group, step), total in sums.items():
        figures = dict(zip(PUBLISHED, total.tolist(), strict=True))
        counties = sorted(found.members[group])
        yield OpenFigure(of=row, counties=counties, first_month=step, **figures)


def _read(row: MaterialEdition, hierarchy: Hierarchy) -> Decisions:
    numbers = {county: number for number, county in enumerate(hierarchy.paths)}
    group_of = dict(numbers)
    for counties in row.groups:
        group_of |= dict.fromkeys(counties, numbers[counties[0]])
    groups = Partition(group_of | dict.fromkeys(row.untold, UNTOLD))
    hidden = {region: Reason(why) for region, why in row.hidden.items()}
    return Decisions(hierarchy, groups, hidden)
