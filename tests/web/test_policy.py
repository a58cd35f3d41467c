"""Who sees what: every role against every kind of thing."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.web import world as worlds
from wastehub.accounts.models import Organisation, User
from wastehub.places.models import Succession
from wastehub.web import policy

ROLES = [
    "anonymous",
    "stranger",
    "taker",
    "viewer",
    "editor",
    "west",
    "east",
    "staff",
]
EVERYBODY = set(ROLES)
STAFF = {"staff"}
HOLDERS = {"viewer", "editor"}
# The plant's own people, the regulator of its place, and the operator.
CLOSE = HOLDERS | {"west"} | STAFF

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return worlds.two_counties()


def _who(world, sees):
    people = {role: world.users.get(role, AnonymousUser()) for role in ROLES}
    return {role for role, user in people.items() if sees(user)}


def _open(world):
    return world.supplies["ash"]


def _withdrawn(world):
    return worlds.supply(world, "plant", stock_kg=1, status="withdrawn")


def _expired(world):
    return worlds.supply(world, "plant", stock_kg=1, valid_until=worlds.yesterday())


@pytest.mark.parametrize(
    ("make", "seen_by"),
    [(_open, EVERYBODY), (_withdrawn, CLOSE), (_expired, CLOSE)],
)
def test_supplies(world, make, seen_by):
    row = make(world)
    assert _who(world, lambda user: row in policy.supplies(user)) == seen_by


@pytest.mark.parametrize(
    ("changes", "seen_by"),
    [
        ({}, EVERYBODY),
        ({"status": "withdrawn"}, CLOSE),
        ({"valid_until": worlds.yesterday()}, CLOSE),
    ],
)
def test_demands(world, changes, seen_by):
    row = worlds.demand(world, "plant", capacity_kg=1, **changes)
    assert _who(world, lambda user: row in policy.demands(user)) == seen_by


@pytest.mark.parametrize(
    ("origin", "has_open_listing", "seen_by"),
    [
        ("registered", True, EVERYBODY),
        ("registered", False, CLOSE),
        ("tracker", False, EVERYBODY),
        ("demo", False, EVERYBODY),
    ],
)
def test_facilities_and_their_organisations(world, origin, has_open_listing, seen_by):
    site = world.facilities["plant"]
    site.origin, site.source = origin, "a list"
    site.save()
    if not has_open_listing:
        site.supplies.update(status="withdrawn")
    assert _who(world, lambda user: site in policy.facilities(user)) == seen_by
    owner = site.organisation
    assert _who(world, lambda user: owner in policy.organisations(user)) == seen_by


@pytest.mark.parametrize(
    ("status", "seen_by"),
    [
        ("done", EVERYBODY),
        ("queued", {"east"} | STAFF),
        ("running", {"east"} | STAFF),
        ("failed", {"east"} | STAFF),
    ],
)
def test_plans(world, status, seen_by):
    run = worlds.plan(status, created_by=world.users["east"])
    assert _who(world, lambda user: run in policy.runs(user)) == seen_by


@pytest.mark.parametrize(
    ("origin", "seen_by"),
    [("registered", CLOSE), ("tracker", EVERYBODY), ("demo", EVERYBODY)],
)
def test_runs_of_a_supply_and_what_they_found(world, origin, seen_by):
    world.facilities["lab"] = worlds.facility(
        world, "lab", "holder", worlds.WEST, origin=origin
    )
    row = worlds.supply(world, "lab", stock_kg=1)
    run = worlds.supply_run(row)
    match = worlds.match(run, row, world.demands["kiln"], mass_kg=1)
    refusal = worlds.refusal(run, row, world.routes["road_base"])
    assert _who(world, lambda user: run in policy.runs(user)) == seen_by
    assert _who(world, lambda user: match in policy.matches(user)) == seen_by
    assert _who(world, lambda user: refusal in policy.refusals(user)) == seen_by
    assert _who(world, lambda user: policy.may_see_costs(user, row)) == seen_by


def test_a_published_plan_shows_a_registered_match_to_both_sides_only(world):
    match = worlds.match(
        worlds.plan(), world.supplies["ash"], world.demands["kiln"], mass_kg=1
    )
    both_sides = CLOSE | {"taker", "east"}
    assert _who(world, lambda user: match in policy.matches(user)) == both_sides


def test_editing(world):
    site = world.facilities["plant"]
    editors = {"editor"} | STAFF
    assert _who(world, lambda u: policy.may_edit(u, site.organisation)) == editors
    assert _who(world, lambda u: site in policy.editable_facilities(u)) == editors


@pytest.mark.parametrize(
    ("adcode", "planners"),
    [
        ("510000", STAFF),
        ("510100", {"west"} | STAFF),
        ("510101", {"west"} | STAFF),
        ("510201", {"east"} | STAFF),
    ],
)
def test_starting_a_plan(world, adcode, planners):
    assert _who(world, lambda user: policy.may_plan(user, adcode)) == planners


def test_a_second_membership_does_not_double_rows(world):
    world.organisations["holder"].memberships.create(
        user=world.users["stranger"], role="editor"
    )
    rows = policy.supplies(world.users["stranger"])
    assert rows.count() == 1


def test_the_invented_steps_back_as_soon_as_something_is_real(world):
    invented = world.facilities["plant"].organisation
    Organisation.objects.update(is_invented=True)
    row = world.supplies["ash"]
    plan = worlds.plan("done", is_invented=True)
    assert _who(world, lambda user: row in policy.supplies(user)) == EVERYBODY
    assert _who(world, lambda user: plan in policy.runs(user)) == EVERYBODY
    Organisation.objects.exclude(pk=invented.pk).update(is_invented=False)
    assert _who(world, lambda user: row in policy.supplies(user)) == HOLDERS | STAFF
    site = row.facility
    assert _who(world, lambda user: site in policy.facilities(user)) == HOLDERS | STAFF
    assert _who(world, lambda user: plan in policy.runs(user)) == STAFF


@pytest.mark.parametrize(("successor", "sees"), [("510101", True), ("510201", False)])
def test_a_regulator_of_a_retired_code_watches_what_came_after(world, successor, sees):
    regulator = User.objects.create_user("old", password="a word")
    regulator.jurisdictions.create(adcode="510190")
    Succession.objects.create(
        retired="510190",
        successor=successor,
        since=date(2016, 3, 20),
        name_zh="旧县",
        source="a notice",
        confidence="H",
    )
    plant = world.facilities["plant"]
    assert policy.may_read_ledger(regulator, plant) == sees
    assert policy.may_plan(regulator, successor)
    found = policy.plannable_regions(regulator).values_list("adcode", flat=True)
    assert list(found) == [successor]


@pytest.mark.parametrize(
    ("adcode", "seen_by"),
    [("510104", {"west"} | STAFF), ("510203", {"east"} | STAFF), ("510000", STAFF)],
)
def test_balances_in_full(world, adcode, seen_by):
    """Everybody else sees what the newest edition tells: tests/maps/test_published."""
    assert _who(world, lambda user: policy.sees_figures(user, adcode)) == seen_by


@pytest.mark.parametrize(
    ("adcode", "seen_by"),
    [("510104", {"west"}), ("510203", {"east"}), ("510000", set())],
)
def test_why_a_figure_is_confidential(world, adcode, seen_by):
    """Staff may read it too; the page asks for them by themselves."""
    assert _who(world, lambda user: policy.watches_region(user, adcode)) == seen_by
