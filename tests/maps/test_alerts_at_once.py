"""Nights that overlap, and people who act meanwhile: nothing is double or lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from maps.alerts.kinds import AlertState
from maps.alerts.services import alert_acknowledge, alerts_refresh
from maps.models import Alert
from tests import worlds
from tests.maps.alerting import TODAY, nine_tenths_full
from tests.reporting.office import regulator

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What came of acts that start at the same moment, each on its own connection."""
    start = Barrier(len(acts))

    def done(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(done, acts))


def night() -> int:
    return alerts_refresh(today=TODAY).opened


def test_nights_at_once_open_an_alert_once() -> None:
    nine_tenths_full()
    assert sorted(all_at_once([night] * 4)) == [0, 0, 0, 1]
    assert Alert.objects.count() == 1


def test_what_a_regulator_does_in_the_night_is_kept() -> None:
    nine_tenths_full()
    night()
    west, alert = regulator("west", worlds.WEST), Alert.objects.get()

    def acknowledge() -> None:
        alert_acknowledge(alert=alert, actor=west)

    all_at_once([night, night, acknowledge, night])
    assert Alert.objects.get().state == AlertState.ACKNOWLEDGED
