"""What was shipped against the best that could have been, in worlds reckoned by hand.

The sites lie on one parallel, in two counties of two prefectures; roads are straight
times the circuity, loading costs 8 yuan a tonne, a tonne-kilometre 0.425 yuan and 78 g
of CO2, as the engine's defaults have it where the catalogue has no factors.
"""

from datetime import date
from math import cos, radians

import pytest
from django.core.management import CommandError, call_command

from maps import periods, shipped
from maps.groups import invented_or_real
from maps.reality import Reality, reality
from maps.subjects import subject
from tests import worlds
from tests.ledger.yard import add, gypsum, retarder, works
from wastehub.catalogue.models import (
    Admission,
    Limit,
    Material,
    Parameter,
    Treatment,
    TypicalValue,
    UseRoute,
)
from wastehub.errors import Refused
from wastehub.geodesy import SPHERE_RADIUS_KM, great_circle_km
from wastehub.ledger.kinds import Evidence, Kind
from wastehub.ledger.services import entry_correct
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.registry.querysets import FacilityQuerySet

pytestmark = pytest.mark.django_db

YEAR = periods.parse("2025")
DAY = date(2025, 3, 10)
CIRCUITY = 1.324
SOURCED = {"source": "a test", "confidence": "H"}


def ship(sender: Facility, taker: Facility, mass_kg: int, **values: object) -> object:
    """Generated and shipped on one day; the taker's own ledger is not asked."""
    day = values.pop("day", DAY)
    add(sender, Kind.GENERATED, mass_kg, occurred_on=day)
    told = {"occurred_on": day, "counterparty": taker} | values
    return add(sender, Kind.SHIPPED, mass_kg, **told)


def uses(taker: Facility, mass_kg: int, **values: object) -> None:
    """What arrived is used up."""
    told = {"counterparty_name": "邻厂", "occurred_on": DAY}
    add(taker, Kind.RECEIVED, mass_kg, **told)
    add(taker, Kind.USED, mass_kg, occurred_on=DAY, **values)


def held(code: str = "phosphogypsum", **how: object) -> Reality:
    """The province's year, unless said."""
    adcode = how.get("adcode", "510000")
    senders = how.get("senders", invented_or_real(is_invented=False).within(adcode))
    return reality(subject(code), senders, how.get("period", YEAR), adcode)


def km(one: Facility, other: Facility) -> float:
    return CIRCUITY * great_circle_km(
        one.point.x, one.point.y, other.point.x, other.point.y
    )


@pytest.fixture
def two_that_cross() -> dict[str, Facility]:
    """West and east each send 20 t across to the taker beside the other."""
    worlds.two_counties()
    sites = {
        "west": works(104.1),
        "near_west": works(104.2),
        "east": works(105.9),
        "near_east": works(105.7),
    }
    ship(sites["west"], sites["near_east"], 20_000)
    ship(sites["east"], sites["near_west"], 20_000)
    for taker in ("near_west", "near_east"):
        uses(sites[taker], 20_000)
    return sites


def test_a_crossing_can_be_avoided_by_what_the_exchange_saves(two_that_cross) -> None:
    found = held().total
    # 1.6 and 1.7 degrees were hauled, 0.1 and 0.2 would do: 3.0 degrees less by 20 t.
    degree_km = SPHERE_RADIUS_KM * radians(1) * cos(radians(30.5)) * CIRCUITY
    assert found.real.tonne_km == pytest.approx(20 * 3.3 * degree_km, rel=1e-4)
    assert found.avoidable.tonne_km == pytest.approx(20 * 3.0 * degree_km, rel=1e-4)
    assert found.avoidable_frac == pytest.approx(3.0 / 3.3, rel=1e-4)


def test_cost_and_co2_follow_the_tonne_kilometres_and_loading_stays(
    two_that_cross,
) -> None:
    found = held().total
    saved = found.avoidable.tonne_km
    assert found.real.cost_yuan == pytest.approx(
        40 * 8 + 0.425 * found.real.tonne_km, rel=1e-9
    )
    assert found.avoidable.cost_yuan == pytest.approx(0.425 * saved, rel=1e-9)
    assert found.avoidable.co2_kg == pytest.approx(0.078 * saved, rel=1e-9)


def test_the_crossing_is_named_with_its_hauls(two_that_cross) -> None:
    sites = two_that_cross
    (crossing,) = held().crossings
    assert crossing.mass_kg == 20_000
    assert {spot.facility for spot in crossing.spots} == set(sites.values())
    hauls = sorted([crossing.haul_km, crossing.other_haul_km])
    assert hauls == pytest.approx(
        [
            km(sites["west"], sites["near_east"]),
            km(sites["east"], sites["near_west"]),
        ]
    )
    assert crossing.saved_tonne_km == pytest.approx(
        held().total.avoidable.tonne_km, rel=1e-5
    )


def test_where_nobody_could_do_better_nothing_is_avoidable() -> None:
    worlds.two_counties()
    west, east = works(104.1), works(105.9)
    near_west, near_east = works(104.2), works(105.7)
    ship(west, near_west, 20_000)
    ship(east, near_east, 30_000)
    uses(near_west, 20_000)
    uses(near_east, 30_000)
    found = held()
    assert found.total.real_kg_m == found.total.best_kg_m > 0
    assert found.total.avoidable_frac == 0
    assert not found.crossings


def test_a_period_in_which_nothing_was_shipped_is_empty(two_that_cross) -> None:
    found = held(period=periods.parse("2024"))
    assert (found.flows, found.total.mass_kg) == (0, 0)
    assert found.total.avoidable_frac is None
    assert not found.by_region


def test_the_prefectures_add_up_to_the_province(two_that_cross) -> None:
    _split_into_two_prefectures()
    ship(two_that_cross["west"], two_that_cross["near_west"], 7_000)
    found = held()
    assert {part.group.key for part in found.by_region} == {"510100", "510200"}
    for name in ("mass_kg", "real_kg_m", "best_kg_m"):
        parts = [getattr(part.compared, name) for part in found.by_region]
        assert sum(parts) == getattr(found.total, name)


def test_within_a_prefecture_only_what_it_sent_is_exchanged(two_that_cross) -> None:
    _split_into_two_prefectures()
    found = held(adcode="510100")
    assert found.total.mass_kg == 20_000
    assert found.total.avoidable.kg_m == 0
    assert [part.group.key for part in found.by_region] == [worlds.WEST]


def test_what_is_used_in_another_way_is_not_exchanged() -> None:
    senders = _two_that_cross_by(board())
    assert held(senders=senders).total.avoidable.kg_m == 0


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "may"),
    [
        (None, None, True),
        (None, date(2025, 12, 31), True),
        (date(2026, 2, 1), None, True),
        (None, date(2025, 12, 30), False),
    ],
)
def test_a_use_that_the_rules_of_then_or_today_admit_may_be_exchanged(
    valid_from: date | None, valid_to: date | None, may: bool
) -> None:
    senders = _two_that_cross_by(board())
    for sender in senders:
        worlds.supply("phosphogypsum", sender)
    for route in (board(), retarder()):
        _admit(route, valid_from=valid_from, valid_to=valid_to)
    assert (held(senders=senders).total.avoidable.kg_m > 0) is may


def test_a_lot_that_had_to_be_treated_first_is_not_exchanged() -> None:
    senders = _two_that_cross_by(board())
    for sender in senders:
        worlds.supply("phosphogypsum", sender)
    for route in (board(), retarder()):
        _admit(route)
        _bound_moisture(route)
    assert held(senders=senders).total.avoidable.kg_m == 0


def test_what_nobody_is_known_to_use_stays_where_it_went() -> None:
    worlds.two_counties()
    west, east = works(104.1), works(105.9)
    near_west, near_east = works(104.2), works(105.7)
    ship(west, near_east, 20_000)
    ship(east, near_west, 20_000)
    assert held().total.avoidable.kg_m == 0


def test_one_material_never_stands_in_for_another(two_that_cross) -> None:
    slag = Material.objects.create(
        code="slag",
        name_zh="渣",
        reach_km=200,
        colour="#000000",
        source="a test",
        confidence="L",
    )
    ship(two_that_cross["west"], two_that_cross["near_west"], 9_000)
    _ship_of(slag, two_that_cross["west"], two_that_cross["near_east"], 5_000)
    found = held("all")
    by_code = {part.group.key: part.compared for part in found.by_material}
    assert by_code["slag"].avoidable.kg_m == 0
    assert by_code["slag"].mass_kg == 5_000
    assert by_code["phosphogypsum"].avoidable == found.total.avoidable
    assert held("slag").total.mass_kg == 5_000


def test_what_was_sent_counts_and_not_what_arrived(two_that_cross) -> None:
    add(
        two_that_cross["near_west"],
        Kind.RECEIVED,
        3_000,
        occurred_on=DAY,
        counterparty=two_that_cross["east"],
    )
    assert held().total.mass_kg == 40_000


def test_a_taker_known_by_its_name_only_is_left_out_and_told(two_that_cross) -> None:
    add(two_that_cross["west"], Kind.GENERATED, 6_000, occurred_on=DAY)
    add(two_that_cross["west"], Kind.SHIPPED, 6_000, occurred_on=DAY)
    found = held()
    assert (found.total.mass_kg, found.unplaced_kg) == (40_000, 6_000)


def test_what_was_weighed_is_told_apart(two_that_cross) -> None:
    sites = two_that_cross
    ship(sites["west"], sites["near_east"], 1_000, evidence=Evidence.WEIGHED)
    assert held().weighed_kg == 1_000


def test_a_shipment_taken_back_altogether_is_none(two_that_cross) -> None:
    entry = ship(two_that_cross["west"], two_that_cross["near_west"], 4_000)
    entry_correct(entry=entry, mass_kg=0, reason="never left")
    assert held().flows == 2


def test_the_number_of_questions_does_not_grow_with_the_sites(
    two_that_cross, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    held()
    with django_assert_max_num_queries(40) as before:
        held()
    for place in range(3):
        taker = works(104.3 + place / 10)
        ship(two_that_cross["west"], taker, 1_000)
        uses(taker, 1_000)
    with django_assert_num_queries(len(before)):
        held()


def test_more_flows_than_can_be_reckoned_at_once_are_refused(
    two_that_cross, monkeypatch
) -> None:
    monkeypatch.setattr(shipped, "MOST_FLOWS", 1)
    with pytest.raises(Refused) as refused:
        held()
    assert refused.value.code == "too_many_flows"
    assert list(refused.value.fields) == ["period"]


def test_a_region_that_is_not_on_the_map_is_refused(two_that_cross) -> None:
    with pytest.raises(Refused) as refused:
        held(adcode="999999")
    assert list(refused.value.fields) == ["area"]


def test_the_command_prints_a_line_a_region_and_the_total(
    two_that_cross, capsys
) -> None:
    call_command("reality", "--material", "phosphogypsum", "--period", "2025")
    head, region, total = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["shipped", "t"]
    assert region.split()[:3] == ["510100", "成都市", "40"]
    assert total.split()[:2] == ["total", "40"]


@pytest.mark.parametrize(
    "asked", [("--material", "gold"), ("--period", "soon"), ("--area", "1")]
)
def test_the_command_says_what_it_can_not_answer(two_that_cross, asked) -> None:
    with pytest.raises(CommandError):
        call_command("reality", *asked)


def _split_into_two_prefectures() -> None:
    west = Region.objects.get(adcode="510100")
    east = Region.objects.create(
        boundary_set=west.boundary_set,
        adcode="510200",
        level="prefecture",
        parent=west.parent,
        name_zh="东市",
        shape=west.shape,
        drawn_shape=west.shape,
    )
    county = Region.objects.filter(adcode=worlds.EAST)
    county.update(parent=east, adcode="510205")


def board() -> UseRoute:
    """Another use."""
    return UseRoute.objects.get_or_create(
        code="board", defaults={"name_zh": "石膏板", **SOURCED}
    )[0]


def _two_that_cross_by(other: UseRoute) -> FacilityQuerySet:
    """As above, but the one taker uses it in another way; the senders."""
    worlds.two_counties()
    west, east = works(104.1), works(105.9)
    near_west, near_east = works(104.2), works(105.7)
    ship(west, near_east, 20_000)
    ship(east, near_west, 20_000)
    uses(near_west, 20_000, route=other)
    uses(near_east, 20_000, route=retarder())
    return Facility.objects.filter(pk__in=[west.pk, east.pk])


def _admit(route: UseRoute, **dates: date | None) -> None:
    Admission.objects.create(
        route=route, material=gypsum(), admitted=True, **SOURCED, **dates
    )


def _bound_moisture(route: UseRoute) -> None:
    """At most 8 % where 20 % is usual; it can be dried."""
    moisture, _made = Parameter.objects.get_or_create(
        code="moisture",
        defaults={
            "name_zh": "含水率",
            "name_en": "moisture",
            "unit": "%",
            "basis": "wet",
            "plausible_low": 0,
            "plausible_high": 100,
        },
    )
    usual = {"material": gypsum(), "parameter": moisture}
    TypicalValue.objects.get_or_create(
        **usual, defaults={"low": 20, "high": 20, **SOURCED}
    )
    price = {"fixed_yuan_per_t": 10, "yuan_per_t_per_unit": 2, "reaches": 5}
    Treatment.objects.get_or_create(
        **usual, code="dry", defaults={"name_zh": "烘干", **price, **SOURCED}
    )
    Limit.objects.create(
        route=route, parameter=moisture, operator="<=", value=8.0, **SOURCED
    )


def _ship_of(
    material: Material, sender: Facility, taker: Facility, mass_kg: int
) -> None:
    add(sender, Kind.GENERATED, mass_kg, occurred_on=DAY, material=material)
    told = {"occurred_on": DAY, "counterparty": taker, "material": material}
    add(sender, Kind.SHIPPED, mass_kg, **told)
