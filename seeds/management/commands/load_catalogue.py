"""``manage.py load_catalogue``: the rulebook from its files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.load import FOLDER, Report, check_catalogue, load_catalogue
from wastehub.errors import Refused


class Command(BaseCommand):
    help = "Load the catalogue's CSV files: all of them, or nothing if one has a fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="where the CSV files are"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--dry-run", action="store_true", help="try everything, keep nothing"
        )
        how.add_argument(
            "--check", action="store_true", help="read the files only, no database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        try:
            if options["check"]:
                report = check_catalogue(folder)
            else:
                report = load_catalogue(folder, dry_run=options["dry_run"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write("\n".join(_lines(report)))


def _lines(report: Report) -> list[str]:
    tables = [
        f"{name:<15} {change.rows:>4} rows  {change.created:>4} new  "
        f"{change.updated:>4} changed  {change.removed:>4} removed"
        for name, change in report.changes.items()
    ]
    labels = ", ".join(f"{count} {label}" for label, count in report.limits.items())
    return [
        *tables,
        f"limits by confidence: {labels}",
        f"{report.deciding} limits decide, {report.unread} of them wait for a number "
        "that has not been read",
        f"version {report.version[:12]}: "
        + ("loaded" if report.written else "nothing was written"),
    ]
