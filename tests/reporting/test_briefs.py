"""Monthly briefs are made once, when their month is told, for who watches."""

from datetime import date

import pytest

from tests import worlds
from tests.ledger.yard import add, gypsum, works
from wastehub.accounts.models import Jurisdiction, User
from wastehub.catalogue.models import Category
from wastehub.ledger.kinds import Kind
from wastehub.notices.models import Notice
from wastehub.notices.telling import tell_untold
from wastehub.reporting.briefs import briefs_make
from wastehub.reporting.models import MonthlyBrief

pytestmark = pytest.mark.django_db

DUE = date(2026, 10, 16)


@pytest.fixture
def watcher() -> User:
    """A regulator of the west county, where gypsum was made in September."""
    worlds.two_counties()
    category = Category.objects.create(
        code="SW10", name_zh="磷石膏", source="a test", confidence="L"
    )
    material = gypsum()
    material.category = category
    material.save()
    add(works(), Kind.GENERATED, 5_000, occurred_on=date(2026, 9, 9))
    user = User.objects.create_user("watcher")
    Jurisdiction.objects.create(user=user, adcode=worlds.WEST)
    return user


def test_a_brief_is_made_once_declarations_are_due(watcher: User) -> None:
    assert briefs_make(date(2026, 10, 15)) == 0
    assert briefs_make(DUE) == 1
    brief = MonthlyBrief.objects.get()
    assert (brief.adcode, brief.month) == (worlds.WEST, date(2026, 9, 1))
    assert brief.made_on == DUE


def test_twice_makes_one(watcher: User) -> None:
    briefs_make(DUE)
    assert briefs_make(date(2026, 10, 17)) == 0


def test_a_month_of_which_nothing_is_told_has_no_brief(watcher: User) -> None:
    assert briefs_make(date(2026, 11, 16)) == 0


def test_the_region_s_regulators_are_told_and_nobody_else(watcher: User) -> None:
    stranger = User.objects.create_user("stranger")
    Jurisdiction.objects.create(user=stranger, adcode=worlds.EAST)
    User.objects.create_user("nobody")
    briefs_make(DUE)
    Notice.objects.all().delete()
    tell_untold()
    told = Notice.objects.filter(kind="brief_made").values_list("user__username")
    assert list(told) == [("watcher",)]
