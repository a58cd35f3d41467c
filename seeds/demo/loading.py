"""The invented world into the registry, and again without change."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from seeds.demo.generating import MARK_ZH, SOURCE, Offer, Site, Want, World, generate
from seeds.turns import wait_for_turn
from wastehub.accounts.models import Organisation
from wastehub.accounts.services import organisation_create
from wastehub.catalogue.models import Material, UseRoute
from wastehub.errors import Refused
from wastehub.geodesy import Datum
from wastehub.places.models import SRID, Region
from wastehub.places.services import county_at
from wastehub.registry.models import Assay, Facility, Supply
from wastehub.registry.services import (
    assay_create,
    demand_put,
    facility_put,
    supply_put,
)

KEY = "demo"
# The farthest a works stands from its county's middle; halved until it is inside.
SPREAD_DEG = 0.08
HALVINGS = 8
SAMPLED_DAYS_AGO = 40


@dataclass(frozen=True)
class Loaded:
    """What the demo region holds, and how many rows this loading wrote."""

    facilities: int
    supplies: int
    demands: int
    assays: int
    changed: int


def is_loaded() -> bool:
    """Whether any invented facility stands in the registry."""
    return Facility.objects.filter(origin=Facility.Origin.DEMO).exists()


def holds_listings() -> bool:
    """Whether any facility at all stands in the registry."""
    return Facility.objects.exists()


@transaction.atomic
def load_demo(today: date | None = None) -> Loaded:
    """Put the invented region in; listings run from the day of loading.

    Loading again on the same day writes nothing; on a later day it renews what the
    listings' last days are.

    Raises
    ------
    Refused
        The boundaries or the catalogue are not loaded.
    """
    wait_for_turn()
    world, day = generate(), today or timezone.localdate()
    _check_ready(world)
    changed = 0
    sites: dict[str, Facility] = {}
    for site in world.sites:
        sites[site.code], is_changed = _put_site(site)
        changed += is_changed
    for offer in world.offers:
        changed += _put_offer(offer, sites[offer.site], world, day)
    for want in world.wants:
        changed += _put_want(want, sites[want.site], day)
    return Loaded(
        facilities=len(world.sites),
        supplies=len(world.offers),
        demands=len(world.wants),
        assays=sum(bool(offer.assay) for offer in world.offers),
        changed=changed,
    )


def owner_of(site: Site) -> Organisation:
    """The site's owner, found by its invented credit code or created."""
    owner = Organisation.objects.filter(credit_code=site.credit_code).first()
    return owner or organisation_create(
        name_zh=site.name_zh,
        name_en=site.name_en,
        credit_code=site.credit_code,
        is_invented=True,
    )


def _check_ready(world: World) -> None:
    if not Region.objects.current().exists():
        message = _("No boundaries are loaded: run load_places first.")
        raise Refused("boundaries_missing", message)
    for model, wanted in (
        (Material, {offer.material for offer in world.offers}),
        (UseRoute, {want.route for want in world.wants}),
    ):
        known = set(
            model.objects.filter(code__in=wanted).values_list("code", flat=True)
        )
        if known != wanted:
            message = _("The catalogue is not loaded: run load_catalogue first.")
            raise Refused("catalogue_missing", message)


def _put_site(site: Site) -> tuple[Facility, bool]:
    point = _point(site)
    return facility_put(
        source_key=f"{KEY}:{site.code}",
        organisation=owner_of(site),
        name_zh=site.name_zh,
        name_en=site.name_en,
        lon=point.x,
        lat=point.y,
        datum=Datum.WGS84,
        origin=Facility.Origin.DEMO,
        source=SOURCE,
    )


def _point(site: Site) -> Point:
    """A point near the middle of the county, and surely inside it."""
    county = Region.objects.current().filter(adcode=site.adcode).first()
    if county is None:
        message = _("The county %s is not loaded: run load_places first.") % site.adcode
        raise Refused("boundaries_missing", message)
    middle = county.shape.point_on_surface
    for halving in range(HALVINGS):
        reach = SPREAD_DEG / 2**halving
        lon = round(middle.x + reach * site.east, 6)
        lat = round(middle.y + reach * site.north, 6)
        point = Point(lon, lat, srid=SRID)
        if _is_in(point, site.adcode):
            return point
    return Point(middle.x, middle.y, srid=SRID)


def _is_in(point: Point, adcode: str) -> bool:
    try:
        return county_at(point).adcode == adcode
    except Refused:
        return False


def _put_offer(offer: Offer, site: Facility, world: World, day: date) -> int:
    supply, is_changed = supply_put(
        source_key=f"{KEY}:{offer.code}",
        facility=site,
        material=Material.objects.get(code=offer.material),
        stock_kg=offer.stock_kg,
        rate_kg_per_year=offer.rate_kg_per_year,
        price_yuan_per_t=offer.price_yuan_per_t,
        valid_until=day + timedelta(days=offer.valid_days),
    )
    return is_changed + _put_assay(offer, supply, world, day)


def _put_assay(offer: Offer, supply: Supply, world: World, day: date) -> bool:
    report_number = f"{MARK_ZH}-{offer.code}"
    known = Assay.objects.filter(supply=supply, report_number=report_number)
    if not offer.assay or known.exists():
        return False
    assay_create(
        supply=supply,
        sampled_on=day - timedelta(days=SAMPLED_DAYS_AGO),
        values=world.assays[offer.assay],
        laboratory=f"{MARK_ZH}实验室",
        report_number=report_number,
    )
    return True


def _put_want(want: Want, site: Facility, day: date) -> bool:
    _demand, is_changed = demand_put(
        source_key=f"{KEY}:{want.code}",
        facility=site,
        route=UseRoute.objects.get(code=want.route),
        capacity_kg_per_year=want.capacity_kg_per_year,
        base_kg_per_year=want.base_kg_per_year,
        price_yuan_per_t=want.price_yuan_per_t,
        farthest_km=want.farthest_km,
        valid_until=day + timedelta(days=want.valid_days),
    )
    return is_changed
