"""``manage.py load_places``: boundaries, from the installed package to the database."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.places.load import DEFAULT_TOLERANCE_DEG, Loaded, load_places
from wastehub.errors import Refused
from wastehub.places.models import BoundarySet


class Command(BaseCommand):
    """Loads the provinces with the parts of Sichuan, or the whole country."""

    help = (
        "Load provinces and the prefectures and counties of Sichuan, and make them the"
        " current map. Loading the same again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if a map is loaded"
        )
        parser.add_argument(
            "--nationwide",
            action="store_true",
            help="the country, with prefectures and counties of every province",
        )
        parser.add_argument(
            "--tolerance-deg",
            type=float,
            default=DEFAULT_TOLERANCE_DEG,
            help="simplification of the drawn shapes, degrees (default %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        current = BoundarySet.objects.filter(is_current=True).first()
        if options["if_empty"] and current:
            self.stdout.write(f"{current.code} is loaded; nothing to do")
            return
        start = time.perf_counter()
        try:
            loaded = load_places(
                nationwide=options["nationwide"], tolerance_deg=options["tolerance_deg"]
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(_report(loaded, time.perf_counter() - start))


def _report(loaded: Loaded, seconds: float) -> str:
    counts = ", ".join(f"{n} {level}" for level, n in sorted(loaded.regions.items()))
    state = "loaded" if loaded.is_new else "was there already"
    return (
        f"{loaded.boundary_set.code} {state} and is current: {counts};"
        f" {loaded.facilities_moved} facilities moved; {seconds:.1f} s"
    )
