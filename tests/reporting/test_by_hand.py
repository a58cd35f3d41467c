"""What a site may enter itself, and what only a note writes."""

import pytest

from tests.exchange import market
from tests.ledger.yard import add, line
from wastehub.errors import Conflict, NotYours, Refused
from wastehub.exchange.notes import note_judge
from wastehub.ledger.kinds import Kind
from wastehub.ledger.models import Entry
from wastehub.reporting.by_hand import entry_mend, line_add

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> market.Market:
    return market.market()


def test_a_site_enters_what_it_made(here: market.Market) -> None:
    made = line(here.seller.site, Kind.GENERATED, 5)
    entry = line_add(line=made, actor=here.seller.actor)
    assert entry.entered_by == here.seller.actor.user


def test_nobody_writes_for_another_site(here: market.Market) -> None:
    made = line(here.seller.site, Kind.GENERATED, 5)
    with pytest.raises(NotYours):
        line_add(line=made, actor=here.buyer.actor)


def test_what_is_promised_is_not_shipped_to_others(here: market.Market) -> None:
    add(here.seller.site, Kind.OPENING, 100_000)
    market.agreement(here, 80_000)
    ship = line(here.seller.site, Kind.SHIPPED, 20_001)
    with pytest.raises(Conflict) as refusal:
        line_add(line=ship, actor=here.seller.actor)
    assert refusal.value.code == "reserved"
    assert here.seller.stock_kg == 100_000


def test_what_is_left_beside_the_promise_is_shipped(here: market.Market) -> None:
    add(here.seller.site, Kind.OPENING, 100_000)
    market.agreement(here, 80_000)
    line_add(line=line(here.seller.site, Kind.SHIPPED, 20_000), actor=here.seller.actor)
    assert here.seller.stock_kg == 80_000


def test_what_a_note_wrote_is_not_corrected_by_hand(here: market.Market) -> None:
    add(here.seller.site, Kind.OPENING, 1_000_000)
    note_judge(note=market.received(here), refusals=[], actor=here.buyer.actor)
    for entry in Entry.objects.filter(reference__gt=""):
        actor = {
            here.seller.site.pk: here.seller.actor,
            here.buyer.site.pk: here.buyer.actor,
        }[entry.facility_id]
        with pytest.raises(Conflict) as refusal:
            entry_mend(entry=entry, mass_kg=1, reason="less", actor=actor)
        assert refusal.value.code == "of_a_note"


def test_a_correction_gives_its_reason(here: market.Market) -> None:
    entry = add(here.seller.site, Kind.OPENING, 100)
    with pytest.raises(Refused) as refusal:
        entry_mend(entry=entry, mass_kg=1, reason=" ", actor=here.seller.actor)
    assert set(refusal.value.fields) == {"reason"}
