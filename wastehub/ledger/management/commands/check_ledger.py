"""``manage.py check_ledger``: does every chain hold, and every balance?"""

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from wastehub.ledger.checking import Fault, check
from wastehub.ledger.models import Entry
from wastehub.registry.models import Facility


class Command(BaseCommand):
    """Reads the whole ledger, or one site's, and names the first broken entry."""

    help = "Verify the ledger's chains and balances; fails on the first broken entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--facility", metavar="ID", help="public id of one site")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = Entry.objects.all()
        if options["facility"]:
            entries = entries.filter(facility=_facility(options["facility"]))
        begun = perf_counter()
        found = check(entries)
        seconds = perf_counter() - begun
        for fault in found.faults:
            self.stderr.write(_told(fault))
        if found.faults:
            raise CommandError(
                f"{len(found.faults)} of {found.facilities} sites are broken."
            )
        self.stdout.write(
            f"{found.entries} entries of {found.facilities} sites hold, "
            f"read in {seconds:.1f} s."
        )


def _facility(public_id: str) -> Facility:
    try:
        return Facility.objects.get(public_id=public_id)
    except (Facility.DoesNotExist, ValidationError) as fault:
        raise CommandError(f"There is no site {public_id}.") from fault


def _told(fault: Fault) -> str:
    site = Facility.objects.get(pk=fault.facility_id)
    return f"{site.public_id} {site.name_zh}, entry {fault.sequence}: {fault.told}"
