"""Weighings that differ are told at both ends, until both sides have settled them."""

import pytest
from django.utils import timezone

from maps.alerts import weights
from maps.alerts.found import Found
from maps.alerts.kinds import Severity
from tests.exchange import market
from tests.exchange.market import Market
from tests.maps.alerting import found
from wastehub.exchange.notes import note_judge
from wastehub.exchange.proposals import proposal_answer, settlement_propose
from wastehub.exchange.states import Side

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Market:
    return market.market()


def told() -> list[Found]:
    return found(weights, timezone.localdate())


def received(at: Market, arrived_kg: int) -> None:
    """One vehicle of a hundred tonnes, with the tolerance of this product."""
    market.received(at, [100_000], [arrived_kg])


def test_within_the_tolerance_nothing_is_told(at: Market) -> None:
    note = market.received(at, [100_000])
    at_rim_kg = round(100_000 * note.tolerance_frac)
    note.vehicles.update(gross_kg=market.TARE_KG + 100_000 - at_rim_kg)
    assert told() == []
    note.vehicles.update(gross_kg=market.TARE_KG + 100_000 - at_rim_kg - 1)
    assert len(told()) == 2


def test_each_end_is_told_with_the_note(at: Market) -> None:
    note = market.received(at, [30_000, 30_000], [29_000, 30_000])
    ends = told()
    assert {one.facility for one in ends} == {at.seller.site, at.buyer.site}
    assert {one.adcode for one in ends} == {"510104", "510105"}
    for one in ends:
        assert one.records == (("note", str(note.public_id)),)
        assert (one.figures["apart_kg"], one.figures["vehicles"]) == (1_000, 1)


@pytest.mark.parametrize(
    ("arrived_kg", "severity"),
    [(95_000, Severity.WARNING), (94_999, Severity.SEVERE)],
)
def test_more_than_a_twentieth_is_severe(
    at: Market, arrived_kg: int, severity: Severity
) -> None:
    received(at, arrived_kg)
    assert {one.severity for one in told()} == {severity}


def test_what_both_sides_have_settled_is_not_told(at: Market) -> None:
    note = market.received(at, [30_000], [29_000])
    note_judge(note=note, actor=at.buyer.actor)
    assert len(told()) == 2
    (vehicle,) = note.vehicles.all()
    proposal = settlement_propose(
        note=note,
        side=Side.CONSIGNEE,
        settled_kg={vehicle.pk: 29_500},
        reason="the mean",
        actor=at.buyer.actor,
    )
    proposal_answer(
        proposal=proposal, side=Side.CONSIGNOR, approve=True, actor=at.seller.actor
    )
    assert told() == []
