"""``manage.py import_tracker --source gem-cement FILE --region 510000``."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.trackers.importing import import_tracker
from seeds.trackers.sources import SOURCES
from wastehub.errors import Refused


class Command(BaseCommand):
    help = "Import an open facility tracker; tonnages are estimated and say so."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--source", required=True, choices=list(SOURCES))
        parser.add_argument("path", metavar="FILE", type=Path)
        parser.add_argument("--region", help="adcode; only plants in this region")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument(
            "--capacity-file",
            type=Path,
            help="gem-steel: the capacities; beside FILE unless given",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = import_tracker(
                source=options["source"],
                path=options["path"],
                region=options["region"],
                dry_run=options["dry_run"],
                capacity_path=options["capacity_file"],
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        for line in report.lines():
            self.stdout.write(line)
