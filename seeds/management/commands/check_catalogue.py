"""``manage.py check_catalogue``: every fault of the files, or what they hold."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.checking import FOLDER, Checked, check_catalogue
from wastehub.errors import Refused


class Command(BaseCommand):
    """Reads the files alone; no database is asked."""

    help = "Tell every fault of the catalogue's CSV files, or count what they cover."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="where the CSV files are"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checked = check_catalogue(options["folder"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write("\n".join(_lines(checked)))


def _lines(checked: Checked) -> list[str]:
    warnings = [f"warning: {warning}" for warning in checked.warnings]
    return [
        *checked.coverage.lines(),
        "",
        *warnings,
        f"version {checked.version[:12]}: sound, {len(warnings)} warnings",
    ]
