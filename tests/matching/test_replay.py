"""Two days compared: which verdicts change, by which limits, and which only move."""

from datetime import date

import pytest

from matching.models import MatchRun
from matching.replay import NO_LIMIT, NOT_A_USE, Ground, Replay, replay_days
from tests import sandworld, worlds
from tests.sandworld import JULY, JUNE
from wastehub.catalogue.models import Admission, Limit, UseRoute
from wastehub.registry.services import listing_withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bricks() -> UseRoute:
    worlds.two_counties()
    return sandworld.bricks()


def verdicts(replay: Replay) -> list[tuple[str, str]]:
    return [
        (change.before.verdict.value, change.after.verdict.value)
        for change in replay.changes
    ]


def test_an_edition_whose_number_is_unread_makes_a_yes_unknown() -> None:
    supply = sandworld.sand(lime=5)
    (change,) = replay_days(JUNE, JULY).changes
    assert (change.supply, change.material) == (str(supply.public_id), "sand")
    assert (change.before.verdict, change.after.verdict) == ("yes", "unknown")


def test_the_deciding_limit_is_told_on_both_days() -> None:
    sandworld.sand(lime=5)
    (change,) = replay_days(JUNE, JULY).changes
    on_lime = {"kind": "limit", "parameter": "lime", "operator": "<=", "unit": "%"}
    assert change.before.ground == Ground(
        **on_lime, value=8, standard="Q 1-2020", clause="4.1", confidence="M"
    )
    assert change.after.ground == Ground(
        **on_lime, value=None, standard="Q 1-2026", confidence="M"
    )


def test_before_is_the_earlier_day_in_whichever_order() -> None:
    sandworld.sand(lime=5)
    assert verdicts(replay_days(JULY, JUNE)) == [("yes", "unknown")]


def test_days_under_the_same_rules_change_nothing() -> None:
    sandworld.sand(lime=5)
    replay = replay_days(date(2026, 1, 1), JUNE)
    assert (replay.changes, replay.regrounded) == ([], [])


def test_a_verdict_that_stays_on_another_limit_is_told_apart() -> None:
    """Without an assay the sand is unknown by either edition."""
    sandworld.sand()
    replay = replay_days(JUNE, JULY)
    assert replay.changes == []
    (change,) = replay.regrounded
    assert change.before.verdict == change.after.verdict == "unknown"
    assert change.before.ground.standard == "Q 1-2020"
    assert change.after.ground.standard == "Q 1-2026"


def test_a_rule_that_comes_to_forbid_gives_its_reason(bricks: UseRoute) -> None:
    Limit.objects.all().delete()
    admitted = Admission.objects.filter(route=bricks)
    admitted.update(valid_to=JUNE)
    Admission.objects.create(
        route=bricks,
        material=admitted.get().material,
        admitted=False,
        reason_zh="禁",
        reason_en="not any more",
        valid_from=JULY,
        **sandworld.SOURCED,
    )
    sandworld.sand(lime=5)
    (change,) = replay_days(JUNE, JULY).changes
    assert (change.before.verdict, change.before.ground) == ("likely", NO_LIMIT)
    assert change.after.verdict == "no"
    assert change.after.ground == Ground("rule", reason="not any more", confidence="M")


def test_a_use_that_ends_is_no_use_any_more(bricks: UseRoute) -> None:
    Admission.objects.filter(route=bricks).update(valid_to=JUNE)
    sandworld.sand(lime=5)
    (change,) = replay_days(JUNE, JULY).changes
    assert (change.after.verdict, change.after.ground) == ("no", NOT_A_USE)


def test_only_open_supplies_are_looked_at() -> None:
    listing_withdraw(listing=sandworld.sand(lime=5))
    replay = replay_days(JUNE, JULY)
    assert (replay.supplies, replay.routes, replay.changes) == (0, 1, [])


def test_a_replay_leaves_no_run_behind() -> None:
    sandworld.sand(lime=5)
    replay_days(JUNE, JULY)
    assert not MatchRun.objects.exists()
