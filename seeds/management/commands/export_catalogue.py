"""``manage.py export_catalogue FOLDER``: the published rows as CSV files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seeds.exporting import export_catalogue
from wastehub.errors import Refused


class Command(BaseCommand):
    help = "Write the rulebook in force, or an older one, as CSV files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the CSV files shall be")
        parser.add_argument(
            "--rulebook",
            default="",
            metavar="HASH",
            help="the beginning of its version; the one in force unless said",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rulebook = export_catalogue(options["folder"], options["rulebook"])
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"version {rulebook}: written to {options['folder']}")
