"""``manage.py plan``: the best plan of a region, made here and now, and printed."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching import services
from matching.models import MatchRun, Verdict
from wastehub.errors import Refused


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
        plans = MatchRun.objects.plans().published().filter(adcode=region)
        if options["if_none"] and plans.exists():
            self.stdout.write(f"A plan of {region} is there.")
            return
        try:
            run = services.plan_start(
                adcode=region,
                horizon_months=options["horizon_months"],
                accept=options["accept"],
                as_of=options["as_of"],
            )
        except Refused as refusal:
            reasons = [f"{name}: {text}" for name, text in refusal.fields.items()]
            raise CommandError("\n".join([refusal.message, *reasons])) from refusal
        run = services.run_execute(run_id=run.pk)
        report = dict(run.summary)
        if not options["without_seconds"]:
            report["seconds"] = run.seconds
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))


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
            f"  net cost {report['net_cost_yuan']} yuan (estimate), "
            f"haul {report['tonne_km']:,.0f} t·km",
            f"  certificate {'holds' if report['certificate']['ok'] else 'FAILS'}",
        ]
    )
