"""``manage.py load_catalogue``: the rulebook from its files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.checking import FOLDER
from seeds.load import Report, load_catalogue
from wastehub.errors import Refused


class Command(BaseCommand):
    help = "Load the catalogue's CSV files: all of them, or nothing if one has a fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="where the CSV files are"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="try everything, keep nothing"
        )
        edited = parser.add_mutually_exclusive_group()
        edited.add_argument(
            "--replace",
            action="store_true",
            help="let the files win over edits published in the admin",
        )
        edited.add_argument(
            "--unless-edited",
            action="store_true",
            help="leave all as it is, and say so, where such an edit would be undone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_catalogue(
                options["folder"],
                dry_run=options["dry_run"],
                replace=options["replace"],
            )
        except Refused as refused:
            if refused.code == "edits_would_be_undone" and options["unless_edited"]:
                self.stderr.write(refused.message)
                return
            raise CommandError(refused.message) from refused
        self.stdout.write("\n".join(_lines(report)))


def _lines(report: Report) -> list[str]:
    tables = [
        f"{name:<15} {change.rows:>4} rows  {change.created:>4} new  "
        f"{change.updated:>4} changed  {change.removed:>4} removed"
        for name, change in report.changes.items()
    ]
    limits = report.limits
    return [
        *tables,
        f"limits by confidence: {limits.high} H, {limits.medium} M, {limits.low} L",
        f"{limits.deciding} limits decide, {limits.unread} of them wait for a number "
        "that has not been read",
        f"version {report.version[:12]}: {_outcome(report)}",
    ]


def _outcome(report: Report) -> str:
    if report.is_overtaken:
        return "left alone, edits have been published since; --replace undoes them"
    return "loaded" if report.written else "nothing was written"
