"""``manage.py siting FILE``: which of a file's candidate sites to build, printed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.models import Verdict
from matching.siting import SitingAnswer, sites_choose
from wastehub.errors import Refused
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.units import KG_PER_TONNE
from wastehub.web.siting_form import SitingForm, told_rows


class Command(BaseCommand):
    """Compares candidate sites as the page does, from a file of the same columns."""

    help = "Choose among candidate sites: name, lon, lat, route, t a year, CNY a year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="commas or tabs, a site a line")
        parser.add_argument("--region", default="510000", help="adcode")
        parser.add_argument("--accept", default=Verdict.TREATED.value)
        parser.add_argument("--datum", default=Facility.Datum.WGS84.value)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        answer = _answer(options)
        report = _report(answer)
        as_json = json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True)
        self.stdout.write(as_json if options["json"] else _as_text(report))


def _answer(options: dict[str, Any]) -> SitingAnswer:
    asked = {name: options[name] for name in ("region", "accept", "datum")}
    asked["pasted"] = _text_of(options["file"])
    form = SitingForm(asked, regions=Region.objects.current())
    if not form.is_valid():
        raise CommandError(_told(form.errors))
    rows: Any = told_rows({}, form.cleaned_data["pasted"])
    if not rows.is_valid():
        faults = [
            f"site {number}: {_told(errors)}"
            for number, errors in enumerate(rows.errors, 1)
            if errors
        ]
        raise CommandError("\n".join([*rows.non_form_errors(), *faults]))
    try:
        return sites_choose(
            adcode=options["region"],
            accept=options["accept"],
            candidates=[site.candidate(options["datum"]) for site in rows.sites()],
        )
    except Refused as refusal:
        raise CommandError(f"{refusal} {refusal.fields}") from refusal


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{path} can not be read: {fault}") from fault


def _told(errors: Any) -> str:
    return "; ".join(f"{field}: {' '.join(texts)}" for field, texts in errors.items())


def _report(answer: SitingAnswer) -> dict[str, Any]:
    return {
        "as_of": answer.as_of.isoformat(),
        "invented": answer.is_invented,
        "offered_t": answer.offered_kg / KG_PER_TONNE,
        "taken_t": answer.taken_kg / KG_PER_TONNE,
        "fixed_yuan": float(answer.fixed_yuan),
        "saved_yuan": float(answer.saved_yuan),
        "proven": answer.is_proven,
        "gap_frac": answer.gap_frac if answer.is_bounded else None,
        "sites": [
            {
                "name": site.candidate.name,
                "route": site.candidate.route.code,
                "build": site.is_built,
                "taken_t": site.taken_kg / KG_PER_TONNE,
                "delivered_yuan": float(site.cost_yuan),
                "lacks_yuan": float(site.missing_yuan),
            }
            for site in answer.sites
        ],
    }


def _as_text(report: dict[str, Any]) -> str:
    sites = [
        f"  {'build' if site['build'] else '-':<6}{site['taken_t']:>14,.0f} t"
        f"  lacks {site['lacks_yuan']:>14,.0f} yuan  {site['name']} ({site['route']})"
        for site in report["sites"]
    ]
    return "\n".join(
        [
            f"On offer {report['offered_t']:,.0f} t a year on {report['as_of']}"
            f"{', invented' if report['invented'] else ''}",
            *sites,
            f"  saved {report['saved_yuan']:,.0f} yuan a year after "
            f"{report['fixed_yuan']:,.0f} of fixed cost (estimate), "
            f"{'proven' if report['proven'] else 'NOT proven in time'}",
        ]
    )
