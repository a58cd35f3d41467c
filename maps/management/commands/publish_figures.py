"""``manage.py publish_figures``: an edition of the open data."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maps.editions import edition_make, yesterday
from maps.question import day_of
from wastehub.errors import Refused


class Command(BaseCommand):
    """Decides what may be told and writes it down; beat does so every month."""

    help = "Make an edition of the open data, as known at the end of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of", default="", help="2026-03-31; yesterday unless said"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of: date = day_of(options["as_of"]) if options["as_of"] else yesterday()
            edition = edition_make(as_of=as_of)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        for row in edition.materials.select_related("material"):
            step = "quarters" if row.step_months == 3 else "years"
            self.stdout.write(
                f"{row.material.code}: {step}, {row.figures.count()} figures, "
                f"{len(row.hidden)} regions hidden"
            )
        self.stdout.write(f"Edition of {edition.as_of} made.")
