"""``manage.py rebuild_balance``: are the kept sums what the ledger comes to?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wastehub.ledger.months import months_at_odds, months_rebuild
from wastehub.reporting.counted import counted_rebuild


class Command(BaseCommand):
    """Reckons the sums of the balance anew, or only says whether they hold."""

    help = "Rebuild what the balance is read from; --check only compares, and fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        at_odds = months_at_odds()
        if options["check"]:
            self._tell(at_odds)
            return
        sums, counted = months_rebuild(), counted_rebuild()
        self.stdout.write(
            f"{sums} sums and {counted} counted declarations written; "
            f"{at_odds} sums were not those of the ledger."
        )

    def _tell(self, at_odds: int) -> None:
        if at_odds:
            raise CommandError(f"{at_odds} sums are not those of the ledger.")
        self.stdout.write("Every sum is that of the ledger.")
