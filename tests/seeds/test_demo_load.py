"""The invented region in the registry, over the real map, with its log-ins."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from maps.models import Alert
from seeds.demo import logins
from seeds.demo.declaring import SHORT
from seeds.demo.generating import generate
from seeds.demo.ledgers import RESTED
from seeds.demo.loading import load_demo
from seeds.load import load_catalogue
from seeds.places.load import load_places
from tests import worlds
from wastehub.accounts.models import Organisation, User
from wastehub.errors import Refused
from wastehub.exchange.models import Agreement, Offer, TransferNote
from wastehub.exchange.states import (
    AgreementStatus,
    DeclarationStatus,
    NoteStatus,
    OfferStatus,
)
from wastehub.geodesy import great_circle_km
from wastehub.ledger.checking import check
from wastehub.ledger.models import Entry, YardCapacity
from wastehub.ledger.periods import month_before
from wastehub.ledger.yards import clock_of
from wastehub.places.models import Zone
from wastehub.registry.models import Assay, Demand, Facility, Supply
from wastehub.reporting.declarations import figures_from_ledger
from wastehub.reporting.models import Declaration
from wastehub.reporting.standing import Standing, due_on, owed


def _command(*flags: str, **environment: str) -> str:
    said = StringIO()
    with mock.patch.dict("os.environ", {"DEMO_PASSWORD": ""} | environment):
        call_command("load_demo", *flags, stdout=said)
    return said.getvalue()


class DemoLoaded(TestCase):
    """Loaded once today by the command."""

    said: str

    @classmethod
    def setUpTestData(cls) -> None:
        load_places()
        load_catalogue()
        cls.said = _command("--show-logins")

    def test_every_works_stands_in_the_county_it_was_given(self) -> None:
        wanted = {f"demo:{site.code}": site.adcode for site in generate().sites}
        found = Facility.objects.select_related("county")
        assert {site.source_key: site.county.adcode for site in found} == wanted

    def test_every_facility_says_that_it_is_invented(self) -> None:
        assert set(Facility.objects.values_list("origin", flat=True)) == {"demo"}
        assert not Facility.objects.exclude(source__contains="虚构").exists()
        assert not Organisation.objects.exclude(name_zh__startswith="虚构").exists()
        assert not Assay.objects.exclude(laboratory__startswith="虚构").exists()

    def test_two_invented_parks_lie_around_invented_works(self) -> None:
        parks = Zone.objects.of_kind(Zone.Kind.PARK)
        held = {park.code: Facility.objects.in_zone(park).count() for park in parks}
        assert held == {"demo_park_shifang": 1, "demo_park_panzhihua": 2}
        assert all(park.is_invented for park in parks)
        assert all(park.name_zh.startswith("虚构") for park in parks)
        assert all("虚构" in park.source for park in parks)

    def test_a_park_reaches_four_kilometres_from_its_works(self) -> None:
        park = Zone.objects.get(code="demo_park_shifang")
        works = Facility.objects.get(source_key="demo:phosphate_shifang")
        for lon, lat in park.shape[0][0]:
            corner_km = great_circle_km(works.point.x, works.point.y, lon, lat)
            assert corner_km == pytest.approx(4, rel=0.001)

    def test_every_ledger_holds_and_closes_on_what_is_listed(self) -> None:
        assert check().faults == []
        listed = Counter[tuple[int, int]]()
        for supply in Supply.objects.all():
            listed[supply.facility_id, supply.material_id] += supply.stock_kg
        moved = TransferNote.objects.values("agreement__consignor")
        last_month = Entry.objects.exclude(facility__in=moved).newest()
        stocks = {
            (entry.facility_id, entry.material_id): entry.balance_kg
            for entry in last_month
        }
        assert {pile: stocks[pile] for pile in listed if pile in stocks} == {
            pile: kg for pile, kg in listed.items() if pile in stocks
        }
        assert len(stocks) > 20

    def test_the_ledgers_span_three_years_and_say_that_they_are_invented(self) -> None:
        months = {entry.occurred_on.replace(day=1) for entry in Entry.objects.all()}
        assert len(months) >= 36
        first = Entry.objects.exclude(note__contains="虚构").exclude(reference__gt="")
        assert not first.exists()

    def test_there_is_an_offer_an_agreement_and_a_note_in_every_state(self) -> None:
        for model, states in (
            (Offer, OfferStatus),
            (Agreement, AgreementStatus),
            (TransferNote, NoteStatus),
        ):
            found = set(model.objects.values_list("status", flat=True))
            assert found == set(states)

    def test_alerts_of_several_kinds_stand_and_all_are_invented(self) -> None:
        kinds = set(Alert.objects.values_list("kind", flat=True))
        assert {"deficit", "yard", "weights", "declared"} <= kinds
        assert not Alert.objects.filter(is_invented=False).exists()

    def test_there_is_a_declaration_in_every_state_and_every_standing(self) -> None:
        found = set(Declaration.objects.values_list("status", flat=True))
        assert found == set(DeclarationStatus)
        last = month_before(timezone.localdate())
        sites = Facility.objects.all()
        today = due_on(last)
        standings = {
            one.standing
            for month in (last, month_before(last))
            for one in owed(sites, month, today)
        }
        assert standings == set(Standing)

    def test_what_is_declared_is_what_the_ledger_says_but_for_the_gaps(self) -> None:
        gaps = [one for one in Declaration.objects.all() if one.figures.gap_kg]
        assert len(gaps) == len(SHORT) + 1
        assert not any(one.explanation for one in gaps)
        told = Declaration.objects.exclude(pk__in=[one.pk for one in gaps])
        for one in told.order_by("facility_id", "month")[::97]:
            assert one.figures == figures_from_ledger(
                facility=one.facility, material=one.material, month=one.month
            )

    def test_where_nothing_moved_a_zero_is_declared(self) -> None:
        (zero,) = Declaration.objects.filter(is_zero=True)
        assert (zero.facility.source_key, zero.carried_kg > 0) == (RESTED, True)

    def test_every_pile_that_is_offered_has_a_yard_with_room(self) -> None:
        yards = YardCapacity.objects.all()
        assert not yards.exclude(source__contains="虚构").exists()
        for yard in yards.select_related("facility", "material"):
            clock = clock_of(
                facility=yard.facility,
                material=yard.material,
                today=timezone.localdate(),
            )
            assert clock is not None
            assert clock.fill_frac < 1
        assert yards.count() > 20

    def test_every_listing_is_open_and_no_estimate(self) -> None:
        for model, number in ((Supply, 45), (Demand, 40)):
            assert model.objects.open().count() == number
            assert not model.objects.filter(is_estimated=True).exists()
            assert not model.objects.filter(valid_until__isnull=True).exists()

    def test_loading_again_writes_nothing(self) -> None:
        before = list(Supply.objects.order_by("pk").values())
        assert "; 0 changed." in _command()
        assert list(Supply.objects.order_by("pk").values()) == before
        assert Assay.objects.count() == 31

    def test_loading_later_renews_the_last_days(self) -> None:
        later = timezone.localdate() + timedelta(days=100)
        assert load_demo(today=later).changed == 85
        assert Supply.objects.open(later + timedelta(days=89)).count() == 45

    def test_if_empty_leaves_a_filled_registry_alone(self) -> None:
        Demand.objects.all().delete()
        assert _command("--if-empty") == ""
        assert not Demand.objects.exists()

    def test_the_command_tells_counts_and_log_ins(self) -> None:
        assert "43 facilities, 45 supplies (31 with an assay), 40 demands" in self.said
        for login in logins.LOGINS:
            assert f"{login.username}  {logins.OPEN_PASSWORD}  " in self.said

    def test_each_role_may_do_what_it_is_for(self) -> None:
        roles = {
            user.username: (
                user.is_superuser,
                [m.organisation.name_en for m in user.memberships.all()],
                [j.adcode for j in user.jurisdictions.all()],
            )
            for user in User.objects.all()
        }
        assert roles == {
            "demo-operator": (True, [], []),
            "demo-reviewer": (True, [], []),
            "demo-producer": (False, ["Invented Jiazi phosphate works"], []),
            "demo-consumer": (False, ["Invented Xinmao cement plant"], []),
            "demo-province": (False, [], ["510000"]),
            "demo-deyang": (False, [], ["510600"]),
        }

    def test_a_password_of_ones_own_stays_and_is_not_told(self) -> None:
        user = User.objects.get(username="demo-operator")
        user.set_password("mine")
        user.save()
        said = _command("--show-logins")
        user.refresh_from_db()
        assert user.check_password("mine")
        assert "demo-operator  (a password of your own)" in said

    def test_a_password_that_is_given_is_set(self) -> None:
        said = _command("--show-logins", DEMO_PASSWORD="another word")
        assert User.objects.get(username="demo-deyang").check_password("another word")
        assert "demo-deyang  another word  " in said

    @override_settings(HTTPS=True)
    def test_the_open_password_is_refused_over_https(self) -> None:
        with pytest.raises(CommandError, match="DEMO_PASSWORD"):
            _command()
        assert "; 6 changed." in _command(DEMO_PASSWORD="another word")


@pytest.mark.django_db
def test_without_boundaries_nothing_is_loaded() -> None:
    load_catalogue()
    with pytest.raises(Refused, match="load_places"):
        load_demo()


@pytest.mark.django_db
def test_without_a_catalogue_nothing_is_loaded() -> None:
    worlds.two_counties()
    with pytest.raises(Refused, match="load_catalogue"):
        load_demo()


@pytest.mark.django_db
def test_a_county_that_is_not_loaded_leaves_nothing_behind() -> None:
    worlds.two_counties()
    load_catalogue()
    with pytest.raises(Refused, match="510682"):
        load_demo()
    assert not Organisation.objects.exists()
