"""The invented region as values: whole, always the same, and plainly invented."""

from collections import Counter

import pytest

from seeds.checking import FOLDER
from seeds.demo.generating import World, generate
from seeds.rows import Catalogue
from seeds.schema import read_catalogue
from wastehub.accounts import credit_code


@pytest.fixture(scope="module")
def world() -> World:
    return generate()


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    found, faults, _ = read_catalogue(FOLDER)
    assert not faults
    return found


def test_one_seed_gives_one_world_and_another_seed_another(world: World) -> None:
    assert generate() == world
    assert generate(seed=1) != world


def test_every_name_says_that_it_is_invented(world: World) -> None:
    assert all(site.name_zh.startswith("虚构") for site in world.sites)
    assert all(site.name_en.startswith("Invented ") for site in world.sites)
    assert len({site.name_zh for site in world.sites}) == len(world.sites)


def test_credit_codes_are_right_and_can_belong_to_nobody(world: World) -> None:
    codes = [site.credit_code for site in world.sites]
    assert [credit_code.fault(code) for code in codes] == [None] * len(codes)
    # Digits 3 to 8 are the division that registered the owner: there is no 999999.
    assert {code[2:8] for code in codes} == {"999999"}
    assert len(set(codes)) == len(codes)


def test_all_ten_routes_and_eleven_materials_are_there(
    world: World, catalogue: Catalogue
) -> None:
    routes = {want.route for want in world.wants}
    materials = {offer.material for offer in world.offers}
    assert (len(routes), len(materials)) == (10, 11)
    assert routes <= {route.code for route in catalogue.routes}
    assert materials <= {material.code for material in catalogue.materials}
    assert (len(world.offers), len(world.wants)) == (45, 40)


def test_every_listing_stands_at_a_site(world: World) -> None:
    known = {site.code for site in world.sites}
    listed = {offer.site for offer in world.offers} | {w.site for w in world.wants}
    assert listed == known


def test_prices_are_asked_paid_and_nothing(world: World) -> None:
    for listings in (world.offers, world.wants):
        signs = Counter(
            (item.price_yuan_per_t > 0) - (item.price_yuan_per_t < 0)
            for item in listings
        )
        assert min(signs[-1], signs[0], signs[1]) >= 1


def test_masses_are_positive_and_bases_hold_capacities(world: World) -> None:
    assert all(offer.stock_kg + offer.rate_kg_per_year > 0 for offer in world.offers)
    assert all(w.base_kg_per_year >= w.capacity_kg_per_year > 0 for w in world.wants)


def test_reports_are_plausible_to_the_catalogue(
    world: World, catalogue: Catalogue
) -> None:
    limits = {row.code: row for row in catalogue.parameters}
    for name, values in world.assays.items():
        for code, value in values.items():
            row = limits[code]
            assert row.plausible_low <= value <= row.plausible_high, (name, code)


def test_each_report_is_used_and_some_supplies_have_none(world: World) -> None:
    assert {offer.assay for offer in world.offers} == {*world.assays, ""}
