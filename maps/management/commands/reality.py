"""``manage.py reality``: what was shipped against the best that could have been."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maps.groups import in_view
from maps.haulage import Compared
from maps.periods import parse
from maps.reality import Reality, last_year, reality, region_named
from maps.subjects import FIRST, subject
from wastehub.errors import Refused
from wastehub.units import KG_PER_TONNE

HEADS = ("", "shipped t", "hauled t.km", "at best t.km", "avoidable", "CNY", "CO2 t")


class Command(BaseCommand):
    """Prints the comparison, a line a region; money and CO2 are estimates."""

    help = "Hold a period's shipments against the best exchange of the same masses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--material", default=FIRST, help="or a category, or all")
        parser.add_argument("--period", help="the last twelve full months unless said")
        parser.add_argument("--area", default="510000", help="adcode")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = _found(options)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self._line(*HEADS)
        for part in found.by_region:
            self._line(f"{part.group.key} {part.group.name_zh}", *_cells(part.compared))
        self._line("total", *_cells(found.total))

    def _line(self, name: str, *cells: str) -> None:
        self.stdout.write("".join([f"{name:20}", *(f"{cell:>15}" for cell in cells)]))


def _found(options: dict[str, Any]) -> Reality:
    """Of the real sites; of the invented ones where there is no real one at all."""
    adcode = region_named(options["area"]).adcode
    senders = in_view()
    period = parse(options["period"]) if options["period"] else last_year()
    asked = subject(options["material"])
    return reality(asked, senders.within(adcode), period, adcode)


def _cells(compared: Compared) -> list[str]:
    avoidable = compared.avoidable
    return [
        f"{compared.mass_kg / KG_PER_TONNE:,.0f}",
        f"{compared.real.tonne_km:,.0f}",
        f"{compared.best.tonne_km:,.0f}",
        f"{compared.avoidable_frac or 0:.1%}",
        f"{avoidable.cost_yuan:,.0f}",
        f"{avoidable.co2_kg / KG_PER_TONNE:,.0f}",
    ]
