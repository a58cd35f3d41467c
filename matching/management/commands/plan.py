"""``manage.py plan``: the best plan of a region, made here and now, and printed."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching import services
from matching.distances import Measured, read_distances
from matching.engine.params import Objective
from matching.models import MatchRun, Verdict
from matching.wishes import Border, Wishes
from wastehub.errors import Refused

AMOUNTS = {
    "carbon_price_yuan_per_t": "per tonne of CO2; with --objective mix only",
    "subsidy_yuan_per_t": "per tonne placed",
    "subsidy_yuan_per_t_km": "per tonne placed and road kilometre",
    "farthest_haul_km": "by road, estimated",
    "least_shipment_t": "over the horizon; what to drop is a heuristic",
    "kept_bonus_yuan_per_t": "for every tonne on a pair of the plan to keep",
}


class Command(BaseCommand):
    """Plans a region without the queue and prints what came out."""

    help = "Allocate a region's supplies to its demands and prove it the best plan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--region", default="510000", help="adcode")
        parser.add_argument("--horizon-months", type=int, default=12)
        parser.add_argument(
            "--accept",
            choices=[v.value for v in Verdict if v is not Verdict.NO],
            default=Verdict.TREATED.value,
            help="the worst verdict a plan may use",
        )
        _add_wishes(parser)
        parser.add_argument(
            "--distances", type=Path, metavar="CSV", help="supply, demand, km by road"
        )
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true")
        parser.add_argument(
            "--without-seconds",
            action="store_true",
            help="leave the times out: the same input then prints the same bytes",
        )
        parser.add_argument(
            "--if-none",
            action="store_true",
            help="do nothing where the region has a plan",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        region = options["region"]
        plans = MatchRun.objects.factual().plans().published().filter(adcode=region)
        if options["if_none"] and plans.exists():
            self.stdout.write(f"A plan of {region} is there.")
            return
        try:
            run = services.plan_start(
                adcode=region,
                horizon_months=options["horizon_months"],
                accept=options["accept"],
                as_of=options["as_of"],
                wishes=_wishes(options),
                distances=_distances(options["distances"]),
            )
        except Refused as refusal:
            reasons = [f"{name}: {text}" for name, text in refusal.fields.items()]
            raise CommandError("\n".join([refusal.message, *reasons])) from refusal
        run = services.run_execute(run_id=run.pk)
        report = dict(run.summary)
        if not options["without_seconds"]:
            report["seconds"] = run.seconds
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))


def _add_wishes(parser: ArgumentParser) -> None:
    parser.add_argument("--objective", choices=[aim.value for aim in Objective])
    parser.add_argument("--border", choices=[border.value for border in Border])
    for name, words in AMOUNTS.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=float, metavar="N", help=words)
    parser.add_argument("--subsidy-material", metavar="CODE")
    parser.add_argument("--keeps", metavar="PUBLIC_ID", help="an earlier plan")


def _wishes(options: dict[str, Any]) -> Wishes:
    names = ("objective", "border", "subsidy_material", "keeps", *AMOUNTS)
    told = {name: options[name] for name in names if options[name] is not None}
    return Wishes(**told)


def _distances(file: Path | None) -> Measured | None:
    if file is None:
        return None
    try:
        return read_distances(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"distances: {fault}") from fault


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True)


def _as_text(report: dict[str, Any]) -> str:
    flows = [
        f"  {row['material']:<18}{row['route']:<18}{row['verdict']:<10}"
        f"{row['mass_kg'] / 1000:>16,.0f} t"
        for row in report["by_material_route"]
    ]
    return "\n".join(
        [
            f"Region {report['region']}, {report['horizon_months']} months from "
            f"{report['as_of']}, accepting {report['accept']}",
            f"  supplies {report['supplies']}, demands {report['demands']}, "
            f"pairs in reach {report['pairs_in_reach']}",
            f"  on offer {report['offered_kg'] / 1000:,.0f} t, "
            f"placed {report['placed_kg'] / 1000:,.0f} t, "
            f"left {report['left_kg'] / 1000:,.0f} t",
            *flows,
            f"  aim {report['objective']}, net cost {report['net_cost_yuan']} yuan "
            f"(estimate), haul {report['tonne_km']:,.0f} t·km",
            f"  CO2 of haul {report['co2_haul_t']:,.0f} t, displaced "
            f"{report['co2_displaced_t']:,.0f} t (estimates)",
            f"  certificate {'holds' if report['certificate']['ok'] else 'FAILS'}",
        ]
    )
