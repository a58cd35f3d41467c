"""What people are told on the site, and how they choose it."""

import pytest
from django.test import Client

from tests.exchange import market
from tests.notices.audience import hook
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Delivery, Hook, Notice
from wastehub.notices.preferences import ways_of
from wastehub.notices.telling import tell_untold
from wastehub.web.idempotency import FIELD

pytestmark = pytest.mark.django_db
HOOK = "https://1.1.1.1/hook"


@pytest.fixture
def at():
    """The buyer asks the seller for gypsum, three times."""
    made = market.market()
    for _ in range(3):
        market.offer(made, 1_000)
    tell_untold()
    return made


def reader(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.fixture
def seller(at):
    return reader(at.seller.actor.user)


@pytest.fixture
def buyer(at):
    return reader(at.buyer.actor.user)


def unread(at):
    return Notice.objects.filter(user=at.seller.actor.user).unread().count()


@pytest.mark.parametrize(
    "path", ["/notices/", "/notices/settings", "/notices/webhooks/", "/trail/"]
)
def test_nobody_is_asked_to_log_in(path):
    assert Client().get(path).url == f"/login/?next={path}"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Offer made: "), ("zh-hans", "发出报价：磷石膏")]
)
def test_a_notice_is_in_the_reader_s_language(at, language, words):
    page = reader(at.seller.actor.user, language).get("/notices/")
    assert page.content.decode().count(f"<strong>{words}") == 3


def test_a_notice_does_not_name_the_person_at_the_other_end(at, seller):
    page = seller.get("/notices/").content.decode()
    assert at.buyer.actor.user.username not in page


def test_the_header_says_how_many_are_unread(seller, buyer):
    assert "3 unread" in seller.get("/sources/").content.decode()
    assert "unread" not in buyer.get("/sources/").content.decode()


def test_the_count_costs_one_query_however_many_there_are(
    at, seller, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as few:
        seller.get("/notices/")
    for _ in range(5):
        market.offer(at, 1_000)
    tell_untold()
    with django_assert_max_num_queries(len(few)):
        seller.get("/notices/")


def test_opening_one_reads_it_and_nothing_else(at, seller):
    notice = Notice.objects.first()
    assert seller.get(f"/notices/{notice.pk}/").status_code == 302
    assert unread(at) == 2


def test_one_or_all_are_marked_as_read(at, seller):
    seller.post("/notices/read", {"notice": Notice.objects.first().pk})
    assert unread(at) == 2
    seller.post("/notices/read")
    assert unread(at) == 0


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30, "٣"])
def test_a_notice_that_there_is_not_is_no_fault(at, seller, key):
    assert seller.post("/notices/read", {"notice": key}).status_code == 302
    assert unread(at) == 3


@pytest.mark.parametrize("key", ["{}", 10**30])
def test_another_s_notice_is_not_there(at, buyer, key):
    address = f"/notices/{key}/".format(Notice.objects.first().pk)
    assert buyer.get(address).status_code == 404
    buyer.post("/notices/read", {"notice": Notice.objects.first().pk})
    assert unread(at) == 3


def test_only_unread_ones_are_listed_when_asked(seller):
    seller.post("/notices/read", {"notice": Notice.objects.first().pk})
    assert len(seller.get("/notices/?unread").context["rows"]) == 2
    assert len(seller.get("/notices/").context["rows"]) == 3


def test_the_ways_are_chosen_in_a_table(at, seller):
    chosen = {"in_app": ["note_loaded"], "by_mail": ["note_loaded", "offer_made"]}
    seller.post("/notices/settings", chosen | {"other": "x"})
    ways = ways_of(at.seller.actor.user)
    assert {kind for kind, way in ways.items() if way.in_app} == {Kind.NOTE_LOADED}
    assert {kind for kind, way in ways.items() if way.by_mail} == {
        Kind.NOTE_LOADED,
        Kind.OFFER_MADE,
    }


def enter(client, at, **changes):
    organisation = at.seller.site.organisation.public_id
    entry = {"organisation": organisation, "url": HOOK, "kinds": ["offer_made"]}
    return client.post("/notices/webhooks/new", entry | changes)


def test_a_secret_is_shown_once(at, seller):
    page = enter(seller, at)
    entered = Hook.objects.get()
    assert entered.secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    address = f"/notices/webhooks/{entered.public_id}/"
    for later in (address, "/notices/webhooks/"):
        assert entered.secret not in seller.get(later).content.decode()


def test_a_double_click_enters_one_and_shows_the_same_secret(at, seller):
    pages = [enter(seller, at, **{FIELD: "k"}) for _ in range(2)]
    assert pages[0].content == pages[1].content
    assert Hook.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://1.1.1.1/"}, "url"),
        ({"url": "https://192.168.0.1/"}, "url"),
        ({"url": ""}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["weather"]}, "kinds"),
        ({"organisation": "x"}, "organisation"),
    ],
)
def test_a_fault_is_said_at_its_field(at, seller, changes, field):
    page = enter(seller, at, **changes)
    assert page.status_code == 400
    assert page.context["form"].errors[field]
    assert not Hook.objects.exists()


def test_another_organisation_s_webhooks_are_not_there(at, buyer):
    entered = hook(at, HOOK)
    address = f"/notices/webhooks/{entered.public_id}/"
    assert buyer.get(address).status_code == 404
    assert buyer.post(f"{address}secret").status_code == 404
    assert buyer.post(f"{address}remove").status_code == 404
    assert enter(buyer, at).status_code == 400
    assert Hook.objects.get().secret == entered.secret


def test_a_webhook_gets_a_new_secret_and_is_removed(at, seller):
    entered = hook(at, HOOK)
    address = f"/notices/webhooks/{entered.public_id}/"
    page = seller.post(f"{address}secret")
    assert Hook.objects.get().secret in page.content.decode()
    assert Hook.objects.get().secret != entered.secret
    seller.post(f"{address}remove")
    assert not Hook.objects.exists()


def test_deliveries_are_listed_with_their_state_and_sent_again(at, seller):
    entered = hook(at, HOOK)
    market.offer(at, 1_000)
    tell_untold()
    Delivery.objects.update(status="given_up", last_error="HTTP 500", attempts=9)
    page = seller.get(f"/notices/webhooks/{entered.public_id}/").content.decode()
    assert "HTTP 500" in page
    assert "given up" in page
    again = f"/notices/deliveries/{Delivery.objects.get().public_id}/again"
    assert seller.post(again).status_code == 302
    assert Delivery.objects.get().status == "waiting"
    assert seller.post(again).status_code == 302


def test_another_s_delivery_is_not_sent_again(at, buyer):
    hook(at, HOOK)
    market.offer(at, 1_000)
    tell_untold()
    again = f"/notices/deliveries/{Delivery.objects.get().public_id}/again"
    assert buyer.post(again).status_code == 404


def test_who_writes_for_nobody_has_no_webhooks():
    user = market.User.objects.create_user("alone")
    assert reader(user).get("/notices/webhooks/").status_code == 404
