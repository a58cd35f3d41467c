"""Who reads the audit trail, what it says and what it keeps to itself."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from tests.exchange import market
from tests.notices.audience import regulator
from wastehub.accounts.models import User
from wastehub.exchange import notes
from wastehub.exchange.models import Offer, TransferNote
from wastehub.trail.models import SYSTEM, TrailEntry, record
from wastehub.web.pages.trail import trail_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    """A delivery that the buyer has judged."""
    made = market.market()
    note = market.received(made)
    notes.note_judge(note=note, refusals=[], actor=made.buyer.actor)
    return made


@pytest.fixture
def staff():
    return reader(User.objects.create_user("operator", is_staff=True))


def reader(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def acts(client, **asked):
    rows = client.get("/trail/", asked).context["acts"]
    return [(row["entry"].subject, row["entry"].action) for row in rows]


def test_staff_read_all_of_it_newest_first(at, staff):
    kept = TrailEntry.objects.order_by("-pk").values_list("subject", "action")
    assert acts(staff) == list(kept)


@pytest.mark.parametrize(("adcode", "sees"), [("510105", True), ("520000", False)])
def test_a_regulator_reads_of_agreements_and_notes_of_the_place(at, adcode, sees):
    seen = {subject for subject, _ in acts(reader(regulator(adcode)))}
    assert seen == ({"agreement", "note"} if sees else set())


def test_a_party_has_no_such_page(at):
    assert reader(at.seller.actor.user).get("/trail/").status_code == 404


def test_it_is_asked_for_by_subject_person_and_period(at, staff):
    today = timezone.localdate().isoformat()
    everything = acts(staff)
    assert {subject for subject, _ in acts(staff, subject="note")} == {"note"}
    buyer = at.buyer.actor.user.username
    assert acts(staff, who=buyer) == [
        ("note", "judge"),
        ("note", "receive"),
        ("offer", "make"),
    ]
    assert acts(staff, who=at.buyer.site.organisation.name_zh) == acts(staff, who=buyer)
    assert acts(staff, since=today, until=today) == everything
    assert acts(staff, until="2020-01-01") == []


@pytest.mark.parametrize(
    "asked", [{"subject": "weather"}, {"since": "soon"}, {"until": "2026-02-30"}]
)
def test_nonsense_is_told_at_its_field(staff, asked):
    page = staff.get("/trail/", asked)
    assert page.status_code == 400
    assert list(page.context["form"].errors) == list(asked)


def test_more_acts_need_no_more_queries(at, staff, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as few:
        staff.get("/trail/")
    market.offer(at, 1_000)
    market.offer(at, 1_000)
    with django_assert_max_num_queries(len(few)):
        staff.get("/trail/")


def test_addresses_are_for_staff(at, staff):
    assert "10.0.0.1" in staff.get("/trail/").content.decode()
    watching = reader(regulator("510000"))
    assert "10.0.0.1" not in watching.get("/trail/").content.decode()


def told(subject, public_id):
    with translation.override("en"):
        return [
            (row["act"], [(c.field, c.before, c.after) for c in row["changes"]])
            for row in trail_of((subject, public_id))
        ]


def test_a_thing_s_own_trail_says_what_changed_in_words(at):
    note = market.TransferNote.objects.get()
    assert told("note", note.public_id)[:3] == [
        ("Transfer note drawn up", [("Planned mass", "", "60,000 kg")]),
        ("Transfer note issued", [("State", "draft", "issued")]),
        ("Delivery loaded", [("State", "issued", "loaded, on its way")]),
    ]


def test_a_thing_s_own_trail_is_shown_on_its_page(at):
    note = market.TransferNote.objects.get()
    with translation.override("en"):
        acts = {"trail": trail_of(("note", note.public_id))}
        shown = render_to_string("web/trail_of.html", acts)
    assert "Delivery loaded" in shown
    assert "issued → loaded, on its way" in shown
    assert at.seller.actor.user.username in shown
    assert "10.0.0.1" not in shown


def test_a_price_is_left_out(at):
    thing = at.supply.public_id
    record(
        actor=SYSTEM,
        of=Offer(public_id=thing),
        action="make",
        before={"price_yuan_per_t": "10"},
        after={"price_yuan_per_t": "12", "mass_kg": 1_000},
    )
    assert told("offer", thing) == [("Offer made", [("Mass", "", "1,000 kg")])]


def test_masses_settled_by_vehicle_are_told(at):
    thing = at.supply.public_id
    record(
        actor=SYSTEM,
        of=TransferNote(public_id=thing),
        action="settlement_proposed",
        after={"7": 29_500},
    )
    assert told("note", thing) == [
        ("Change proposed", [("Vehicle 7", "", "29,500 kg")])
    ]
