"""``manage.py replay_rulebook``: which verdicts change, before they do."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matching.replay import Change, Ground, Replay, Snapshot, Standing, replay_days
from seeds.replay import replay_catalogue
from wastehub.errors import Refused


class Command(BaseCommand):
    """Compares two days, or the published rows with a folder; changes nothing."""

    help = (
        "List the verdicts of open supplies that change between two days, or between "
        "the published rulebook and a folder of CSV files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            required=True,
            metavar="YYYY-MM-DD",
            help="the day whose rules are asked for",
        )
        other = parser.add_mutually_exclusive_group()
        other.add_argument(
            "--against",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the other day; today unless said",
        )
        other.add_argument(
            "--catalogue",
            type=Path,
            metavar="DIR",
            help="a folder of CSV files, tried and not kept",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of, folder = options["as_of"], options["catalogue"]
        try:
            if folder is None:
                replay = replay_days(as_of, options["against"] or timezone.localdate())
            else:
                replay = replay_catalogue(folder, as_of)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(_as_json(replay) if options["json"] else _as_text(replay))


def _as_json(replay: Replay) -> str:
    report = {
        "before": _side(replay.before),
        "after": _side(replay.after),
        "supplies": replay.supplies,
        "routes": replay.routes,
        "changes": [asdict(change) for change in replay.changes],
        "regrounded": [asdict(change) for change in replay.regrounded],
    }
    return json.dumps(report, ensure_ascii=False, indent=2, sort_keys=True)


def _side(side: Snapshot) -> dict[str, str]:
    return {
        "as_of": side.as_of.isoformat(),
        "rulebook_version": side.rulebook_version,
    }


def _as_text(replay: Replay) -> str:
    before, after = (
        f"{side.as_of} (rulebook {side.rulebook_version[:12] or 'none'})"
        for side in (replay.before, replay.after)
    )
    return "\n".join(
        [
            f"Before: {before}",
            f"After:  {after}",
            f"{replay.supplies} open supplies x {replay.routes} routes",
            f"Verdicts that change: {len(replay.changes)}",
            *_groups(replay.changes),
            f"Verdicts that stay, on something else: {len(replay.regrounded)}",
            *_groups(replay.regrounded),
        ]
    )


def _groups(changes: Sequence[Change]) -> Iterator[str]:
    """Supplies that change alike are told together."""
    for (material, route, before, after), rows in groupby(
        sorted(changes, key=_told), key=_told
    ):
        yield f"{material} -> {route}"
        yield f"  before: {before}"
        yield f"  after:  {after}"
        yield from (f"    {row.supply} {row.facility}" for row in rows)


def _told(change: Change) -> tuple[str, str, str, str]:
    before, after = _standing(change.before), _standing(change.after)
    return change.material, change.route, before, after


def _standing(standing: Standing) -> str:
    return f"{standing.verdict.value}, {_ground(standing.ground)}"


def _ground(ground: Ground) -> str:
    if ground.kind == "limit":
        value = "not read" if ground.value is None else f"{ground.value:g}"
        rule = f"{ground.parameter} {ground.operator} {value} {ground.unit}"
    elif ground.kind == "rule":
        rule = f"forbidden: {ground.reason}"
    else:
        rule = {"no_limit": "no limit decides", "not_a_use": "not a use"}[ground.kind]
    cited = [ground.standard, ground.clause, ground.confidence]
    return " · ".join([rule, *filter(None, cited)])
