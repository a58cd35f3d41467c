"""Two square counties with a plant in each: the world of the API's tests.

Westhire (510101) spans longitude 104 to 105, Easthire (510201) 105 to 106; both span
latitude 30 to 31. They lie in prefectures 510100 and 510200 of province 510000.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from matching.models import Match, MatchRun, Refusal
from tests.worlds import draw_at_every_zoom
from wastehub.accounts.credit_code import check_character
from wastehub.accounts.models import Jurisdiction, Membership, Organisation, User
from wastehub.catalogue.models import (
    Admission,
    Limit,
    Material,
    Parameter,
    Standard,
    UseRoute,
)
from wastehub.celery import app
from wastehub.places.models import BoundarySet, Region
from wastehub.registry.models import Demand, Facility, Supply

WEST = (104.5, 30.5)
EAST = (105.5, 30.5)
IN_A_YEAR = timedelta(days=365)


@dataclass
class World:
    """Rows by the name that tests call them."""

    regions: dict[str, Region] = field(default_factory=dict)
    materials: dict[str, Material] = field(default_factory=dict)
    routes: dict[str, UseRoute] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    facilities: dict[str, Facility] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    runs: dict[str, MatchRun] = field(default_factory=dict)
    matches: dict[str, Match] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)


def two_counties() -> World:
    """Ash at a plant in the west, a kiln in the east, and people of every role."""
    world = World()
    _draw_regions(world)
    _write_catalogue(world)
    _found_organisations(world)
    _hire_people(world)
    world.facilities["plant"] = facility(world, "plant", "holder", WEST)
    world.facilities["kiln"] = facility(world, "kiln", "taker", EAST)
    world.supplies["ash"] = supply(world, "plant", stock_kg=2_000, rate_kg=12_000)
    world.demands["kiln"] = demand(world, "kiln", capacity_kg=50_000)
    return world


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    """A rectangle in degrees."""
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


def facility(
    world: World,
    name: str,
    organisation: str,
    lonlat: tuple[float, float],
    origin: str = "registered",
) -> Facility:
    """A site at a WGS 84 point, placed in its county."""
    point = Point(*lonlat, srid=4326)
    return Facility.objects.create(
        organisation=world.organisations[organisation],
        name_zh=f"{name}厂",
        name_en=name,
        origin=origin,
        source="" if origin == "registered" else "a list",
        point=point,
        entered_lon=point.x,
        entered_lat=point.y,
        datum="WGS84",
        county=Region.objects.at("county").containing(point).get(),
    )


def tracked(world: World, name: str) -> None:
    """A site known from a public tracker: everybody sees it in full."""
    world.facilities[name].origin = "tracker"
    world.facilities[name].source = "a list"
    world.facilities[name].save()


def supply(
    world: World, at: str, stock_kg: int = 0, rate_kg: int = 0, **values: object
) -> Supply:
    """A supply of fly ash unless said, valid for a year."""
    defaults = {
        "material": world.materials["fly_ash"],
        "valid_until": timezone.localdate() + IN_A_YEAR,
        "price_yuan_per_t": Decimal("-5.50"),
    }
    return Supply.objects.create(
        facility=world.facilities[at],
        stock_kg=stock_kg,
        rate_kg_per_year=rate_kg,
        **{**defaults, **values},
    )


def demand(world: World, at: str, capacity_kg: int, **values: object) -> Demand:
    """A demand for cement blending unless said, valid for a year."""
    defaults = {
        "route": world.routes["cement_blending"],
        "valid_until": timezone.localdate() + IN_A_YEAR,
        "base_kg_per_year": capacity_kg * 2,
        "price_yuan_per_t": Decimal("30.00"),
    }
    return Demand.objects.create(
        facility=world.facilities[at],
        capacity_kg_per_year=capacity_kg,
        **{**defaults, **values},
    )


def plan(status: str = "done", **values: object) -> MatchRun:
    """A plan of the province over twelve months."""
    defaults = {
        "adcode": "510000",
        "as_of": timezone.localdate(),
        "params": {"horizon_months": 12, "accept": "treated"},
        "error": "broken" if status == "failed" else "",
    }
    return MatchRun.objects.create(
        kind="region", status=status, **{**defaults, **values}
    )


def supply_run(of: Supply, status: str = "done") -> MatchRun:
    """A run over one supply."""
    return MatchRun.objects.create(
        kind="supply", supply=of, status=status, as_of=timezone.localdate()
    )


def match(run: MatchRun, of: Supply, to: Demand, mass_kg: int) -> Match:
    """A match whose parts add up: -5.50 - 30 + 0 + 40 = 4.50 yuan a tonne."""
    return Match.objects.create(
        run=run,
        supply=of,
        demand=to,
        verdict="yes",
        mass_kg=mass_kg,
        distance_km=95.8,
        haul_km=124.5,
        asked_yuan_per_t=Decimal("-5.50"),
        offered_yuan_per_t=Decimal("30.00"),
        treatment_yuan_per_t=Decimal("0"),
        haul_yuan_per_t=Decimal("40.00"),
        net_cost_yuan_per_t=Decimal("4.50"),
        deciding_limit=Limit.objects.first(),
        margin_frac=0.25,
    )


def refusal(run: MatchRun, of: Supply, by: UseRoute) -> Refusal:
    """A refusal by a limit that a treatment would mend."""
    return Refusal.objects.create(
        run=run,
        supply=of,
        route=by,
        kind="limit",
        limit=Limit.objects.first(),
        value=9.5,
        fix={"kind": "none"},
    )


def _draw_regions(world: World) -> None:
    drawn = BoundarySet.objects.create(
        code="squares", source="drawn here", tolerance_deg=0, is_current=True
    )
    for adcode, level, parent, shape in (
        ("510000", "province", None, box(104, 30, 106, 31)),
        ("510100", "prefecture", "510000", box(104, 30, 105, 31)),
        ("510200", "prefecture", "510000", box(105, 30, 106, 31)),
        ("510101", "county", "510100", box(104, 30, 105, 31)),
        ("510201", "county", "510200", box(105, 30, 106, 31)),
    ):
        world.regions[adcode] = Region.objects.create(
            boundary_set=drawn,
            adcode=adcode,
            level=level,
            parent=world.regions.get(parent),
            name_zh=f"地{adcode}",
            name_en=f"Place {adcode}",
            shape=shape,
            drawn_shape=shape,
        )
    draw_at_every_zoom(world.regions.values())


def _write_catalogue(world: World) -> None:
    told = {"source": "told here", "confidence": "H"}
    for code in ("fly_ash", "steel_slag"):
        world.materials[code] = Material.objects.create(
            code=code,
            name_zh=f"料{code}",
            name_en=code,
            reach_km=200,
            colour="#336699",
            **told,
        )
    for code in ("cement_blending", "road_base"):
        world.routes[code] = UseRoute.objects.create(
            code=code, name_zh=f"用{code}", name_en=code, **told
        )
    Admission.objects.create(
        route=world.routes["cement_blending"],
        material=world.materials["fly_ash"],
        admitted=True,
        **told,
    )
    Limit.objects.create(
        route=world.routes["cement_blending"],
        parameter=Parameter.objects.create(
            code="loi",
            name_zh="烧失量",
            name_en="loss on ignition",
            unit="%",
            basis="dry",
            plausible_low=0,
            plausible_high=60,
        ),
        operator="<=",
        value=8.0,
        standard=Standard.objects.create(
            code="X 1", edition="2020", title_zh="标准", title_en="Standard", **told
        ),
        clause="5.1",
        **told,
    )


def _found_organisations(world: World) -> None:
    for number, name in enumerate(("holder", "taker", "stranger")):
        stem = f"9151000000000000{number}"
        world.organisations[name] = Organisation.objects.create(
            name_zh=f"{name}公司",
            name_en=name,
            credit_code=stem + check_character(stem),
        )


def _hire_people(world: World) -> None:
    for name in ("editor", "viewer", "taker", "stranger", "west", "east", "staff"):
        world.users[name] = User.objects.create_user(
            name, password="pw", is_staff=name == "staff"
        )
    for name, organisation in (
        ("editor", "holder"),
        ("viewer", "holder"),
        ("taker", "taker"),
        ("stranger", "stranger"),
    ):
        Membership.objects.create(
            user=world.users[name],
            organisation=world.organisations[organisation],
            role="viewer" if name == "viewer" else "editor",
        )
    for name, adcode in (("west", "510100"), ("east", "510200")):
        Jurisdiction.objects.create(user=world.users[name], adcode=adcode)


def yesterday() -> date:
    """The day before today, where the platform stands."""
    return timezone.localdate() - timedelta(days=1)


@contextmanager
def worker_in_this_process() -> Iterator[None]:
    """Tasks are carried out where they are sent, and their faults are raised."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    try:
        yield
    finally:
        app.conf.update(task_always_eager=False, task_eager_propagates=False)
