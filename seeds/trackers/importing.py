"""The one way a tracker comes in: survey the file, place the plants, put, withdraw."""

from pathlib import Path

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from seeds.trackers.estimating import Factors, FactorValue
from seeds.trackers.plants import Plant
from seeds.trackers.putting import Desk, put_plant, reason_of, withdraw_rest
from seeds.trackers.report import Kind, Note, Report
from seeds.trackers.source import Source
from seeds.trackers.sources import SOURCES
from seeds.trackers.surveying import Survey, survey
from seeds.turns import wait_for_turn
from wastehub.catalogue.models import Factor, Material, UseRoute
from wastehub.errors import Refused
from wastehub.geodesy import in_china_box
from wastehub.places import adcodes
from wastehub.places.models import SRID, Region
from wastehub.places.services import county_at


def import_tracker(
    *,
    source: str,
    path: Path,
    region: str | None = None,
    dry_run: bool = False,
    capacity_path: Path | None = None,
) -> Report:
    """Import a tracker's file: facilities, and listings with estimated tonnages.

    Running it again with the same file writes nothing. Listings of plants that closed
    or vanished are withdrawn, within the region, or else within the provinces that the
    file has plants in.

    Parameters
    ----------
    source
        A code of :data:`seeds.trackers.sources.SOURCES`.
    region
        Only plants whose county lies in the region of this adcode.
    dry_run
        Report the same and write nothing.
    capacity_path
        The capacities' file where they stand apart; beside the file if not given.

    Raises
    ------
    Refused
        The source or region is unknown, the catalogue is not loaded, or a file can not
        be read. A single bad row never refuses the file: it is in the report's notes.
    """
    tracker = _source(source)
    report = Report(source, path.name, region, dry_run)
    with transaction.atomic():
        wait_for_turn()
        _check_region(region)
        desk = _desk(tracker, report)
        found = survey(tracker, path, capacity_path)
        report.rows = found.rows
        _put(desk, found, region)
        transaction.set_rollback(dry_run)
    return report


def _put(desk: Desk, found: Survey, region: str | None) -> None:
    report = desk.report
    untouchable = {fault.key for fault in found.faults}
    reasons = {skip.key: f"the plant is {skip.reason}" for skip in found.skipped}
    for fault in found.faults:
        report.notes.append(Note(fault.file, fault.line, Kind.FAULT, fault.reason))
    for skip in found.skipped:
        report.note(skip.line, Kind.SKIPPED, skip.reason)
    for plant in found.plants.values():
        try:
            inside = _is_inside(plant, region)
        except Refused as refusal:
            report.note(plant.line, Kind.FAULT, reason_of(refusal))
            untouchable.add(plant.key)
            continue
        if not inside:
            reasons[plant.key] = f"outside region {region}"
            report.note(plant.line, Kind.SKIPPED, reasons[plant.key])
        elif put_plant(desk, plant):
            reasons[plant.key] = "its tonnage is no longer known"
        else:
            untouchable.add(plant.key)
    withdraw_rest(desk, region, untouchable, reasons)


def _is_inside(plant: Plant, region: str | None) -> bool:
    """Whether a plant's county lies in the region; every county does if none is given.

    Raises
    ------
    Refused
        The point is in no loaded county. With a region, a point elsewhere in China is
        simply outside it: another province need not be loaded to be passed over.
    """
    try:
        county = county_at(Point(plant.lon, plant.lat, srid=SRID))
    except Refused:
        if region is not None and in_china_box(plant.lon, plant.lat):
            return False
        raise
    return region is None or county.adcode.startswith(adcodes.prefix(region))


def _source(code: str) -> Source:
    if code not in SOURCES:
        message = _("There is no tracker %(code)s; known are %(known)s.")
        values = {"code": code, "known": ", ".join(SOURCES)}
        raise Refused("source_unknown", message % values, {"source": message % values})
    return SOURCES[code]


def _check_region(region: str | None) -> None:
    if region is None or Region.objects.current().filter(adcode=region).exists():
        return
    message = _("No region with the adcode %s is loaded.") % region
    raise Refused("region_unknown", message, {"region": message})


def _desk(source: Source, report: Report) -> Desk:
    factors: Factors = {
        row.code: FactorValue(row.code, row.value, row.confidence)
        for row in Factor.objects.all()
    }
    materials = {row.code: row for row in Material.objects.all()}
    routes = {row.code: row for row in UseRoute.objects.all()}
    if not (factors and materials and routes):
        message = _("The catalogue is not loaded: run load_catalogue first.")
        raise Refused("catalogue_missing", message)
    return Desk(source, factors, materials, routes, report)
