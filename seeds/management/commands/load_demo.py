"""``manage.py load_demo``: an invented Sichuan, with log-ins to try it."""

import argparse
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maps.alerts.services import alerts_refresh
from maps.editions import edition_due
from seeds.demo import (
    dealing,
    declaring,
    generating,
    ledgers,
    loading,
    logins,
    moving,
    parks,
    yards,
)
from wastehub.errors import Refused


class Command(BaseCommand):
    help = "Load an INVENTED region with invented plants, and demo log-ins."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing if the registry holds any facility",
        )
        parser.add_argument(
            "--show-logins",
            action="store_true",
            help="print the log-ins; DEMO_PASSWORD sets their password",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        given = os.environ.get("DEMO_PASSWORD", "")
        if not (options["if_empty"] and loading.holds_listings()):
            self._load(given)
        if options["show_logins"] and loading.is_loaded():
            self._show(given)

    def _load(self, given: str) -> None:
        sites = {site.code: site for site in generating.generate().sites}
        try:
            logins.password(given)
            loaded = loading.load_demo()
            users = logins.load_logins(sites, given)
            entries = ledgers.load_ledgers()
            deals = dealing.load_deals()
            declared = declaring.load_declarations()
            capacities = yards.load_yards()
            drawn = parks.load_parks()
            alerts = alerts_refresh(today=timezone.localdate()).standing
            # What is invented is all written down on the day of loading.
            edition_due(as_of=timezone.localdate())
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            f"Invented demo region: {loaded.facilities} facilities, {loaded.supplies} "
            f"supplies ({loaded.assays} with an assay), {loaded.demands} demands, "
            f"{len(logins.LOGINS)} log-ins; {loaded.changed + users} changed. "
            f"{entries} ledger entries of {moving.MONTHS} months and {deals} "
            f"offers and deliveries, {declared} declarations, {capacities} yards and "
            f"{drawn} parks written. {alerts} alerts stand."
        )

    def _show(self, given: str) -> None:
        for login in logins.LOGINS:
            secret = logins.known_password(login, given) or "(a password of your own)"
            self.stdout.write(f"{login.username}  {secret}  {login.role}")
