"""The ledger that the bench fills is told alike by the sums and by the raw entries."""

import pytest

from maps import balance, groups
from maps.facts import Asked, sums
from maps.periods import parse
from maps.subjects import subject
from tests import worlds
from tests.bench import balancing
from tests.ledger.yard import gypsum, retarder, works
from wastehub.ledger.months import months_rebuild

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", balancing.PERIODS.values())
def test_sums_and_entries_tell_the_same(code: str) -> None:
    worlds.two_counties()
    retarder()
    site, of = works(), subject(gypsum().code)
    worlds.facility(105.5, owner=site.organisation)
    written = balancing._fill(gypsum(), site)
    assert written == 2 * balancing.ENTRIES_A_MONTH * balancing.MONTHS.month_count
    months_rebuild()
    period = parse(code)
    grouping = groups.by_level("county", groups.in_view())
    asked = Asked(of.keys, period.first, period.last, balance.ALWAYS, grouping)
    ways = {
        "sums": sums(asked, "evidence"),
        "entries": balancing._from_entries(of, period),
        "cells": balance.balance(of, grouping, period),
    }
    assert ways["sums"]
    balancing._require_equal(ways)


def test_the_tile_tells_what_the_entries_come_to() -> None:
    worlds.two_counties()
    retarder()
    site, of = works(), subject(gypsum().code)
    worlds.facility(105.5, owner=site.organisation)
    balancing._fill(gypsum(), site)
    months_rebuild()
    period = parse("2025")
    tile = balancing._tile(of, period)
    entries = balancing._from_entries(of, period)
    assert b"generated_t" in tile
    balancing._require_same_tile(
        {"tile of all counties": tile, "GROUP BY of the ledger": entries}
    )
