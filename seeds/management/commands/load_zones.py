"""``manage.py load_zones``: economic regions, basins, parks and retired codes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.places.extents import basin_counties, basin_polygons
from seeds.places.parks import load_parks
from seeds.places.zones import load_zones
from wastehub.errors import Refused
from wastehub.places.models import Zone
from wastehub.sourced import Confidence


class Command(BaseCommand):
    """Loads what ships, or what an operator's file says of a basin or of parks."""

    help = (
        "Load the zones and retired county codes that ship; with --basin let a file"
        " say where a basin lies; with --parks load industrial parks. Loading the same"
        " again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        files = parser.add_mutually_exclusive_group()
        files.add_argument("--counties", type=Path, help="CSV of a basin's counties")
        files.add_argument("--polygons", type=Path, help="GeoJSON of a basin, WGS 84")
        files.add_argument("--parks", type=Path, help="GeoJSON of industrial parks")
        parser.add_argument("--basin", help="the basin that the file is of: tuo")
        parser.add_argument(
            "--source", default="", help="where the basin's file is from (its name)"
        )
        parser.add_argument(
            "--confidence",
            choices=Confidence.values,
            default=Confidence.MEDIUM.value,
            help="how sure the basin's file is (default %(default)s)",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="what ships wins over files that said where a basin lies",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_of_a_basin = bool(options["counties"] or options["polygons"])
        if is_of_a_basin != bool(options["basin"]):
            raise CommandError("--basin goes with --counties or with --polygons")
        try:
            self.stdout.write(_load(options))
        except Refused as refused:
            raise CommandError(refused.message) from refused


def _load(options: dict[str, Any]) -> str:
    if options["parks"]:
        parks, changed = load_parks(options["parks"])
        return f"{parks} parks; {changed} changed"
    if options["basin"]:
        return _report(_load_basin(options))
    loaded = load_zones(replace=options["replace"])
    return (
        f"{loaded.zones} zones and {loaded.successions} retired codes;"
        f" {loaded.changed} changed, {loaded.kept} kept as an operator's file has them"
    )


def _load_basin(options: dict[str, Any]) -> Zone:
    load = basin_counties if options["counties"] else basin_polygons
    return load(
        code=options["basin"],
        path=options["counties"] or options["polygons"],
        source=options["source"],
        confidence=options["confidence"],
    )


def _report(zone: Zone) -> str:
    if zone.shape:
        return f"{zone.code} is {len(zone.shape)} polygons"
    return f"{zone.code} is {zone.parts.count()} regions, provisionally"
