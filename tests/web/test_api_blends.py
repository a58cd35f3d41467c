"""The cheapest mix near a kiln, by the API: who may see what, and what it says.

The slag lies 95.7 km from the kiln. Its haul by the engine's defaults is 8 yuan and
0.425 yuan for each of 1.324 x 95.7 km, 61.9 in all; with -5.5 asked it costs 56.4.
"""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.web import mixing
from tests.web import world as worlds
from wastehub.catalogue.models import Factor, Parameter, TypicalValue
from wastehub.registry.models import Facility, Supply
from wastehub.web.api.blends import BlendEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return mixing.kiln()


def _told(client, question):
    answer = mixing.ask(client, question)
    assert answer.status_code == 200, answer.json()
    return answer.json()


def _shares(told):
    return {
        part["candidate"]["base"] or part["candidate"]["supply"]: part["share_frac"]
        for part in told["parts"]
    }


def test_half_rock_half_slag_make_a_meal_of_45_percent_lime(client, world):
    told = _told(client, mixing.lime(high=45))
    slag = str(world.supplies["slag"].public_id)
    assert _shares(told) == pytest.approx({"rock": 0.5, slag: 0.5})
    (part,) = [row for row in told["parts"] if row["candidate"]["supply"]]
    assert part["candidate"]["price_yuan_per_t"] == pytest.approx(56.4, abs=0.2)
    price = part["candidate"]["price_yuan_per_t"]
    assert told["cost_yuan_per_t"] == pytest.approx((30 + price) / 2)
    (line,) = told["limits"]
    assert line["value"] == pytest.approx(45)
    assert line["high_price"] == pytest.approx((30 - price) / 10)


def test_its_haul_winds_as_the_roads_around_both_ends_do(client, world):
    """As a plan reckons it: 2 around the slag, the average around the kiln."""
    county = world.supplies["slag"].facility.county.adcode
    Factor.objects.create(
        code=f"circuity_{county}", value=2, unit="km/km", confidence="M"
    )
    told = _told(client, mixing.lime(high=45))
    (part,) = [row for row in told["parts"] if row["candidate"]["supply"]]
    haul = 8 + 0.425 * (2 + 1.324) / 2 * 95.7
    assert part["candidate"]["price_yuan_per_t"] == pytest.approx(haul - 5.5, abs=0.2)


def test_the_price_of_a_supply_is_what_the_search_shows(client, world):
    told = _told(client, mixing.lime(high=45))
    (part,) = [row for row in told["parts"] if row["candidate"]["supply"]]
    shown = client.get(f"/api/v1/supplies/{part['candidate']['supply']}/").json()
    assert part["candidate"]["asked_yuan_per_t"] == shown["price_yuan_per_t"]


def test_a_supply_of_unknown_lime_is_left_out_and_named(client, world):
    told = _told(client, mixing.lime(high=45))
    assert told["left_out"] == [
        {
            "supply": str(world.supplies["ash"].public_id),
            "why": "unknown",
            "keys": ["cao"],
        }
    ]


def test_an_unknown_content_may_be_counted_as_nothing_and_is_marked(client, world):
    told = _told(client, mixing.lime(high=25) | {"counts_unknown": True})
    (ash,) = [row for row in told["parts"] if "cao" in row["candidate"]["unknown"]]
    assert ash["share_frac"] == pytest.approx(0.5)
    assert told["limits"][0]["is_unknown"]


def test_what_is_usual_stands_in_for_an_assay_and_is_marked(client, world):
    TypicalValue.objects.create(
        material=world.materials["fly_ash"],
        parameter_id=_parameter("cao"),
        low=2,
        high=6,
        **mixing.TOLD,
    )
    told = _told(client, mixing.lime(high=27))
    (ash,) = [row for row in told["parts"] if row["candidate"]["estimated"]]
    assert ash["candidate"]["estimated"] == ["cao"]
    assert ash["share_frac"] == pytest.approx(0.5)
    assert told["limits"][0]["is_estimated"]


def test_wet_slag_is_weighed_wet_and_limited_dry(client, world):
    slag = world.supplies["slag"]
    slag.assays.get().values.create(parameter_id=_parameter("moisture"), value=50)
    told = _told(client, mixing.lime(high=45))
    (part,) = [row for row in told["parts"] if row["candidate"]["supply"]]
    assert part["share_frac"] == pytest.approx(2 / 3)
    assert part["dry_share_frac"] == pytest.approx(1 / 2)
    assert told["moisture_frac"] == pytest.approx(1 / 3)
    assert told["cost_yuan_per_dry_t"] == pytest.approx(told["cost_yuan_per_t"] * 1.5)


def test_a_modulus_is_limited_as_a_ratio(client, world):
    """Lime over silica is 4 in the slag: (50 - 10 x) / (10 x) = 9 at x = 1/2."""
    question = mixing.lime(high=49.9) | {"limits": [{"key": "cao_sio2", "high": 9}]}
    told = _told(client, question)
    assert sorted(_shares(told).values()) == pytest.approx([0.5, 0.5])


def test_a_limit_of_clinker_counts_the_meal_that_a_tonne_of_it_takes(client, world):
    question = mixing.lime() | {"limits": [{"key": "clinker.cao", "high": 67.5}]}
    told = _told(client, question)
    assert told["limits"][0]["value"] == pytest.approx(67.5)
    assert sorted(_shares(told).values()) == pytest.approx([0.5, 0.5])


def test_a_fill_has_its_solids_and_its_binder(client, world):
    """0.7 of a tonne is dry, 5 % of that binder; the ash brings 0.665 of it, wet."""
    mixing.fill(world)
    question = {
        "recipe": "backfill",
        "near": mixing.NEAR_THE_KILN,
        "limits": [{"key": "solids", "low": 70}, {"key": "binder", "low": 5}],
        "base": [
            {"code": "cement", "price_yuan_per_t": 350, "is_binder": True},
            {"code": "water", "price_yuan_per_t": 2, "moisture_percent": 100},
        ],
    }
    ash = str(world.supplies["ash"].public_id)
    dry, binder = 0.7, 0.05 * 0.7
    wet_ash = (dry - binder) / 0.8
    by_hand = {ash: wet_ash, "cement": binder, "water": 1 - wet_ash - binder}
    assert _shares(_told(client, question)) == pytest.approx(by_hand)
    capped = question | {"shares": [{"material": "fly_ash", "most_frac": 0.8}]}
    told = _told(client, capped)
    assert _shares(told)[ash] == pytest.approx(0.8)
    assert _shares(told)["cement"] == pytest.approx(0.7 - 0.64)


def test_a_demand_brings_its_place_its_masses_and_the_rulebook_s_shares(client, world):
    """40 t of slag in 100 t of meal, of which the rulebook allows 30 %."""
    worlds.tracked(world, "plant")
    client.force_login(world.users["taker"])
    question = mixing.lime(high=47)
    del question["recipe"], question["near"], question["shares"]
    question["demand"] = str(world.demands["meal"].public_id)
    told = _told(client, question)
    lines = {row["key"]: row for row in told["limits"]}
    assert lines["share.steel_slag"]["high"] == 0.3
    assert lines["wastes"]["high"] == 0.5
    assert lines["cao"]["value"] == pytest.approx(47)
    told = _told(client, question | {"limits": [{"key": "cao", "high": 46}]})
    assert not told["is_feasible"]
    assert [row["limit"] for row in told["conflict"]] == ["cao", "share.steel_slag"]


def test_no_more_goes_in_than_there_is(client, world):
    worlds.tracked(world, "plant")
    question = mixing.lime(high=45) | {"mix_t": 100}
    told = _told(client, question)
    assert not told["is_feasible"]
    slag = str(world.supplies["slag"].public_id)
    assert [(row["limit"], row["supply"]) for row in told["conflict"]] == [
        ("cao", None),
        (None, slag),
    ]
    assert told["conflict"][1]["bound"] == pytest.approx(0.4)


def test_limits_in_conflict_are_named_and_others_are_not(client, world):
    question = mixing.lime(low=52)
    question["limits"] += [{"key": "sio2", "high": 60}]
    told = _told(client, question)
    assert not told["is_feasible"]
    assert told["parts"] == []
    assert told["conflict"] == [
        {"side": "low", "bound": 52.0, "limit": "cao", "supply": None, "base": None}
    ]


def test_a_dearer_base_goes_in_where_a_limit_asks_for_it(client, world):
    question = mixing.lime(low=52) | {"base": [mixing.ROCK, mixing.CHALK]}
    assert _shares(_told(client, question)) == pytest.approx(
        {"rock": 0.6, "chalk": 0.4}
    )


def test_an_earlier_answer_s_basis_is_a_start_and_changes_nothing(client, world):
    first = _told(client, mixing.lime(high=45))
    cold = _told(client, mixing.lime(high=44))
    warm = _told(client, mixing.lime(high=44) | {"start": first["basis"]})
    assert warm["cost_yuan_per_t"] == pytest.approx(cold["cost_yuan_per_t"])


def test_a_closed_supply_is_mixed_for_nobody(client, world):
    Supply.objects.filter(pk=world.supplies["slag"].pk).update(status="withdrawn")
    for client in (Client(), _logged_in(world, "staff"), _logged_in(world, "editor")):
        assert _told(client, mixing.lime())["in_reach"] == 1


def test_invented_supplies_are_not_mixed_with_real_ones(client, world):
    invented = world.organisations["stranger"]
    type(invented).objects.filter(pk=invented.pk).update(is_invented=True)
    world.facilities["stage"] = worlds.facility(
        world, "stage", "stranger", worlds.EAST, origin="demo"
    )
    worlds.supply(world, "stage", rate_kg=9_000)
    assert Facility.objects.real().exists()
    for client in (Client(), _logged_in(world, "staff"), _logged_in(world, "stranger")):
        assert _told(client, mixing.lime())["in_reach"] == 2


def test_a_supply_beyond_the_radius_is_not_in_reach(client, world):
    assert _told(client, mixing.lime() | {"within_km": 90})["in_reach"] == 0


def test_a_demand_that_is_not_seen_is_not_there(client, world):
    demand = world.demands["meal"]
    type(demand).objects.filter(pk=demand.pk).update(status="withdrawn")
    question = {"demand": str(demand.public_id), "base": [mixing.ROCK], "limits": []}
    assert mixing.ask(client, question).status_code == 400
    assert mixing.ask(_logged_in(world, "taker"), question).status_code == 200
    assert mixing.ask(_logged_in(world, "stranger"), question).status_code == 400


def _logged_in(world, role):
    client = Client()
    client.force_login(world.users[role])
    return client


def _parameter(code):
    return Parameter.objects.get(code=code).pk


def _rock(**changes):
    return {"base": [mixing.ROCK | changes]}


def _limit(**limit):
    return {"limits": [{"key": "cao", **limit}]}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"recipe": "soup"}, "recipe", "soup"),
        ({"recipe": None}, "recipe", "null"),
        ({"near": {"lon": 200, "lat": 30}}, "near", "Longitude"),
        ({"near": {"lon": "NaN", "lat": 30}}, "near.lon", "number"),
        ({"within_km": 0}, "within_km", "greater"),
        ({"within_km": "NaN"}, "within_km", "number"),
        ({"mix_t": -1}, "mix_t", "greater"),
        ({"mix_t": "NaN"}, "mix_t", "number"),
        ({"start": 2001 * "L"}, "start", "2000"),
        (_limit(key="gold", low=1), "limits.gold", "not known"),
        (_limit(key="ph", low=1), "limits.ph", "add up"),
        (_limit(key="clinker.cao_sio2"), "limits.clinker.cao_sio2", "add up"),
        (_limit(low=9, high=1), "limits.cao", "exceeds"),
        (_limit(low=1e7), "limits.0.low", "less"),
        (_limit(low="NaN"), "limits.0.low", "number"),
        (_limit(low=True), "limits.0.low", "number"),
        ({"limits": [{"key": "cao"}, {"key": "cao"}]}, "limits", "once"),
        ({"limits": [{"low": 1}]}, "limits.0.key", "required"),
        ({"limits": {}}, "limits", "list"),
        (_rock(values={}), "base.rock", "empty"),
        (_rock(values={"gold": 1}), "base.rock", "gold"),
        (_rock(values={"cao": -1}), "base.0.values", "0 or more"),
        (_rock(values={"cao": "x"}), "base.0.values.cao", "number"),
        (_rock(price_yuan_per_t="NaN"), "base.0.price_yuan_per_t", "number"),
        (_rock(moisture_percent=101), "base.0.moisture_percent", "100"),
        (_rock(moisture_percent=100), "base.rock", "water"),
        (_rock(least_frac=-0.1), "base.0.least_frac", "greater"),
        (_rock(least_frac=0.5, most_frac=0.4), "base.0.least_frac", "exceeds"),
        ({"base": [mixing.ROCK, mixing.ROCK]}, "base", "once"),
        ({"base": [], "within_km": 1}, "base", "nothing to mix"),
        ({"shares": [{"material": "gold"}]}, "shares.0.material", "no such code"),
        ({"shares": [{"most_frac": 1}]}, "shares.0.material", "Name either"),
    ],
)
def test_a_fault_is_a_400_with_field_and_reason(client, world, changes, field, reason):
    answer = mixing.ask(client, mixing.lime() | changes)
    assert answer.status_code == 400
    fields = answer.json()["fields"]
    assert list(fields) == [field]
    assert reason in fields[field]


def test_smallest_shares_beyond_the_whole_are_a_400(client, world):
    base = [mixing.ROCK | {"least_frac": 0.6}, mixing.CHALK | {"least_frac": 0.5}]
    answer = mixing.ask(client, mixing.lime() | {"base": base})
    assert answer.status_code == 400
    assert "more than the whole" in answer.json()["fields"]["shares"]


def test_a_use_without_a_recipe_is_a_400(client, world):
    question = {"demand": str(world.demands["kiln"].public_id)}
    answer = mixing.ask(client, question)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["demand"])


def test_a_smallest_share_beyond_what_there_is_is_a_400(client, world):
    slag = str(world.supplies["slag"].public_id)
    shares = [{"supply": slag, "least_frac": 0.6}]
    answer = mixing.ask(client, mixing.lime() | {"mix_t": 100, "shares": shares})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["shares"])


def test_nothing_is_stored_and_the_queries_do_not_grow(
    client, world, django_assert_max_num_queries
):
    for _ in range(5):
        worlds.supply(world, "plant", rate_kg=9_000)
    with django_assert_max_num_queries(40) as queries:
        _told(client, mixing.lime())
    assert not [row for row in queries if "INSERT" in row["sql"]]


def test_the_door_is_documented(client, db):
    schema = client.get("/api/schema/", {"format": "json"}).json()
    assert "post" in schema["paths"]["/api/v1/blends/"]


NASTY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
QUESTIONS = st.dictionaries(st.sampled_from(sorted(BlendEntry().fields)), NASTY)
LIMITS = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from(["cao", "cao_sio2", "moisture", "clinker.cao"])},
        optional={"low": st.floats(-99, 200), "high": st.floats(-99, 200)},
    ),
    max_size=4,
)


class NeverAFault(TestCase):
    """Whatever is thrown at the door, the door answers."""

    @classmethod
    def setUpTestData(cls):
        cls.world = mixing.kiln()

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(changes=QUESTIONS)
    def test_nonsense(self, changes):
        answer = mixing.ask(self.client, mixing.lime() | changes)
        assert answer.status_code in (200, 400)

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(limits=LIMITS, counts_unknown=st.booleans())
    def test_any_limits_have_a_mix_or_a_conflict(self, limits, counts_unknown):
        question = mixing.lime() | {"limits": limits, "counts_unknown": counts_unknown}
        answer = mixing.ask(self.client, question)
        assert answer.status_code in (200, 400)
        if answer.status_code == 200:
            told = answer.json()
            total = sum(part["share_frac"] for part in told["parts"])
            assert total == pytest.approx(float(told["is_feasible"]), abs=1e-6)
            assert bool(told["conflict"]) != told["is_feasible"]
