"""What would come of a draft, were it published now: told on its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from matching.replay import Change, Ground, Replay, Standing
from seeds.drafts import conflicts_of, tried
from seeds.history import RowChange
from seeds.replay import replay_rows
from seeds.tabular import Fault
from wastehub.catalogue.models import Draft
from wastehub.errors import Refused


@dataclass(frozen=True)
class Outlook:
    """What stands in the way of a draft, or the verdicts that it changes."""

    conflicts: Sequence[RowChange] = ()
    faults: Sequence[Fault] = ()
    refusal: str = ""
    replay: Replay | None = None


def outlook(draft: Draft, as_of: date) -> Outlook:
    """What would come of a draft by the rules of a day; the trial leaves no trace."""
    try:
        conflicts, made = conflicts_of(draft), tried(draft)
        if made.faults:
            return Outlook(conflicts, made.faults)
        replay = replay_rows(made.catalogue, made.records, as_of)
        return Outlook(conflicts, replay=replay)
    except Refused as refused:
        return Outlook(refusal=refused.message)


def told(change: Change) -> dict[str, str]:
    """A change of verdict in words."""
    return {
        "facility": change.facility,
        "material": change.material,
        "route": change.route,
        "before": _standing(change.before),
        "after": _standing(change.after),
    }


def _standing(standing: Standing) -> str:
    return f"{standing.verdict.label}: {_ground(standing.ground)}"


def _ground(ground: Ground) -> str:
    if ground.kind == "rule":
        return _("not admitted")
    if ground.kind == "no_limit":
        return _("no limit decides")
    if ground.kind == "not_a_use":
        return _("not a use of this material")
    value = _("not read") if ground.value is None else f"{ground.value:g}"
    limit = f"{ground.parameter} {ground.operator} {value} {ground.unit}"
    return " · ".join(filter(None, (limit, ground.standard, ground.clause)))
