"""``manage.py balance``: the balance of a material, printed."""

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from maps.answered import answer
from maps.balance_files import (
    csv_of_balance,
    geojson_of_balance,
    json_lines,
    text_of_balance,
)
from maps.published import EVERYWHERE
from maps.question import LEVELS, ask
from wastehub.errors import Refused

FORMATS: Final = {
    "table": (text_of_balance, "\n"),
    "json": (json_lines, "\n"),
    "csv": (csv_of_balance, ""),
    "geojson": (geojson_of_balance, ""),
}
"""What writes each, and what ends each of its pieces."""

ASKED: Final = {
    "material": "code of a material or of a category, or bulk",
    "level": f"one of: {', '.join(LEVELS)}",
    "within": "adcode of the region that the groups lie in",
    "period": "2025, 2025-H1, 2025-Q1, 2025-03 or 2025-03..2026-02",
    "as_of": "day as known on which the figures are told",
}


class Command(BaseCommand):
    """Answers the question that the page and the API answer, with nothing hidden."""

    help = "Print what was generated, used, stored and moved of a material."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, told in ASKED.items():
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help=told)
        parser.add_argument("--format", choices=FORMATS, default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {name: options[name] for name in ASKED}
        write, ending = FORMATS[options["format"]]
        try:
            found = answer(ask(asked), EVERYWHERE)
        except Refused as refused:
            told = "; ".join(f"{name}: {why}" for name, why in refused.fields.items())
            raise CommandError(told or refused.message) from refused
        for piece in write(found):
            self.stdout.write(piece, ending=ending)
