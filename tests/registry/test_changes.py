"""The state of the demands changes with every statement that may change one of them."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from seeds.load import load_catalogue
from tests import worlds
from wastehub.accounts.models import Organisation
from wastehub.places.models import Region
from wastehub.registry.changes import demands_state, forget_old_changes
from wastehub.registry.models import Demand, DemandChange, Facility

pytestmark = pytest.mark.django_db


@pytest.fixture
def demand() -> Demand:
    worlds.two_counties()
    load_catalogue()
    return worlds.demand()


@pytest.mark.parametrize("table", [Demand, Facility, Organisation, Region])
def test_an_update_of_what_tells_of_a_demand_is_another_state(
    demand: Demand, table: type[Model]
) -> None:
    before = demands_state()
    table._default_manager.update(id=F("id"))
    assert demands_state() != before


def test_a_new_site_without_demands_changes_nothing(demand: Demand) -> None:
    before = demands_state()
    worlds.supply(at=worlds.facility(104.7))
    assert demands_state() == before


def test_a_demand_that_comes_or_goes_does(demand: Demand) -> None:
    states = [demands_state()]
    other = worlds.demand("raw_meal")
    states.append(demands_state())
    other.delete()
    states.append(demands_state())
    assert len(set(states)) == 3


def test_what_is_rolled_back_is_no_change(demand: Demand) -> None:
    before = demands_state()
    with transaction.atomic():
        Demand.objects.update(farthest_km=1)
        inside = demands_state()
        transaction.set_rollback(True)
    Demand.objects.update(farthest_km=2)
    assert len({before, inside, demands_state()}) == 3


def test_forgetting_never_leads_back_to_a_state_that_was(demand: Demand) -> None:
    seen = demands_state()
    Demand.objects.update(farthest_km=1)
    news = DemandChange.objects.exclude(pk__in=seen)
    long_ago = timezone.now() - timedelta(hours=2)
    news.update(at=long_ago)
    forget_old_changes()
    assert not news.filter(at=long_ago).exists()
    assert demands_state() != seen
    assert len(demands_state()) == len(seen) + 1


def test_nothing_old_is_no_reason_to_forget(demand: Demand) -> None:
    before = demands_state()
    forget_old_changes()
    assert demands_state() == before
