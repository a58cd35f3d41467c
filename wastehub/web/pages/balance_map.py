"""What the balance map draws over the frame, as plain data for its script."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from math import hypot
from statistics import fmean
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.gis.db.models import Extent
from django.urls import reverse
from django.utils.translation import gettext as _

from maps.figures import Cell
from maps.moves import Move
from maps.periods import Period
from maps.question import REGION_LEVELS, ZONE_LEVELS, Question
from wastehub.ledger.periods import month_end
from wastehub.places import adcodes
from wastehub.places.models import Region, RegionQuerySet
from wastehub.registry.models import Facility
from wastehub.units import KG_PER_TONNE
from wastehub.web import policy, reveal
from wastehub.web.pages.balance_rows import Coloured, Side
from wastehub.web.pages.listing import map_point
from wastehub.web.pages.regions import counties_of, counties_of_zones, zone_names
from wastehub.web.templatetags.figures import mass
from wastehub.web.templatetags.naming import name

MOST_SITES: Final = 400
MOST_FLOWS: Final = 80
# What is no region itself is drawn over the outlines of counties.
DRAWN_LEVEL: Final = "county"
_AXES: Final = ("lon", "lat")


def drawn(question: Question, side: Side) -> dict[str, Any]:
    """One map's fills: regions, or the counties that zones consist of."""
    level = question.level if question.level in REGION_LEVELS else DRAWN_LEVEL
    keyed = {key: key for key in side.figures if adcodes.is_adcode(key)}
    names: dict[str, dict[str, str]] = {}
    if question.level in ZONE_LEVELS:
        keyed = counties_of_zones(question.level)
        names = zone_names(question.level)
    return {
        "level": level,
        "within": question.within,
        "box": _box(question),
        "regions": regions_drawn(side.figures, keyed, names),
        "words": _words(),
    }


def regions_drawn(
    figures: Mapping[str, Coloured],
    keyed: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
) -> dict[str, dict[str, Any]]:
    """By adcode: the class, the pattern and the words of its group.

    Parameters
    ----------
    names
        Of groups of several regions: each is written once, in the one in its middle.
    """
    places = _places(keyed)
    bearers = _in_the_middle(places, keyed)
    found = _fills(figures, keyed, places)
    for adcode, region in found.items():
        if region["key"] in names:
            region.update(names[region["key"]])
            region["is_named"] = bearers[region["key"]] == adcode
    return found


def _in_the_middle(
    places: Mapping[str, Mapping[str, Any]], keyed: Mapping[str, str]
) -> dict[str, str]:
    """By group: which of its regions lies nearest to the mean of their middles."""
    members: dict[str, list[str]] = {}
    for adcode in places:
        members.setdefault(keyed[adcode], []).append(adcode)
    found = {}
    for key, codes in members.items():
        lon, lat = (fmean(places[code][axis] for code in codes) for axis in _AXES)
        found[key] = min(
            codes,
            key=lambda code: hypot(
                places[code]["lon"] - lon, places[code]["lat"] - lat
            ),
        )
    return found


def _fills(
    figures: Mapping[str, Coloured],
    keyed: Mapping[str, str],
    places: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Any]]:
    return {
        adcode: {
            "key": key,
            "class": figures[key].code,
            "estimated": figures[key].is_estimated,
            "hidden": figures[key].is_hidden,
            "told": label_of(figures[key]),
            "is_named": True,
            **places[adcode],
        }
        for adcode, key in keyed.items()
        if adcode in places and key in figures
    }


def label_of(figure: Coloured) -> str:
    """What is written on the map: nothing where nothing is known."""
    if figure.is_hidden or figure.code == "none":
        return ""
    return f"{figure.sign} {figure.told}".strip()


def sites_drawn(
    user: policy.Viewer, question: Question, cells: Iterable[Cell]
) -> list[dict[str, Any]]:
    """The largest sites, by what they made and consumed, each with where it leads."""
    found = sorted(cells, key=lambda cell: -_size_kg(cell))[:MOST_SITES]
    sites = {site.public_id: site for site in _sites(found)}
    reveal.mark(user, sites.values())
    doors = site_doors(user, question, [cell.key for cell in found])
    return [
        {
            **map_point(sites[UUID(cell.key)]),
            "name": name(cell),
            "mass_t": _size_kg(cell) / KG_PER_TONNE,
            "makes": cell.total.generated_kg > 0,
            "told": _("generated %(made)s, consumed %(consumed)s, stock %(stock)s")
            % {
                "made": mass(cell.total.generated_kg),
                "consumed": mass(cell.total.consumed_kg),
                "stock": mass(max(0, cell.closing_stock_kg)),
            },
            "href": doors.get(cell.key, ""),
        }
        for cell in found
    ]


def site_doors(
    user: policy.Viewer, question: Question, keys: Collection[str]
) -> dict[str, str]:
    """Where each site leads: to its ledger of the period, or to its page, if any."""
    ledgers = policy.ledgers(user).filter(public_id__in=keys)
    pages = policy.facilities(user).filter(public_id__in=keys)
    doors = {
        str(code): reverse("facility", args=[code])
        for code in pages.values_list("public_id", flat=True)
    }
    asked = urlencode(_ledger_question(question))
    for code in ledgers.values_list("public_id", flat=True):
        doors[str(code)] = f"{reverse('ledger_of', args=[code])}?{asked}#entries"
    return doors


def flows_drawn(
    question: Question, moves: Sequence[Move], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The largest flows between groups, however well known, with both ends' places."""
    masses: dict[tuple[str, str], int] = {}
    for move in moves:
        ends = move.sender, move.taker
        masses[ends] = masses.get(ends, 0) + move.mass_kg
    places = _ends(question, {key for ends in masses for key in ends})
    largest = sorted(masses.items(), key=lambda item: -item[1])[:MOST_FLOWS]
    return [
        {
            "from": places[sender],
            "to": places[taker],
            "mass_t": mass_kg / KG_PER_TONNE,
            "told": f"{names[sender]} → {names[taker]} · {mass(mass_kg)}",
        }
        for (sender, taker), mass_kg in largest
        if sender in places and taker in places
    ]


def _size_kg(cell: Cell) -> int:
    return cell.total.generated_kg + cell.total.consumed_kg


def _ledger_question(question: Question) -> dict[str, str]:
    period: Period = question.period
    last: date = month_end(period.last)
    asked = {"first": period.first.isoformat(), "last": last.isoformat()}
    materials = question.subject.materials
    return asked | ({"material": materials[0].code} if len(materials) == 1 else {})


def _sites(cells: Iterable[Cell]) -> Iterable[Facility]:
    rows = Facility.objects.filter(public_id__in=[cell.key for cell in cells])
    return rows.select_related("county").defer("county__shape", "county__drawn_shape")


def _ends(question: Question, keys: Collection[str]) -> dict[str, dict[str, float]]:
    if question.level in REGION_LEVELS:
        return {
            key: {"lon": place["lon"], "lat": place["lat"]}
            for key, place in _places(keys).items()
        }
    if question.level != "site":
        return {}
    sites = Facility.objects.filter(public_id__in=keys)
    return {
        str(code): {"lon": point.x, "lat": point.y}
        for code, point in sites.values_list("public_id", "point")
    }


def _places(adcodes_: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = Region.objects.current().filter(adcode__in=list(adcodes_))
    columns = rows.values_list("adcode", "name_zh", "name_en", "middle")
    return {
        adcode: {
            "name_zh": zh,
            "name_en": en,
            "lon": round(at.x, 5),
            "lat": round(at.y, 5),
        }
        for adcode, zh, en, at in columns
    }


def _box(question: Question) -> list[float] | None:
    zone = question.place.zone
    if zone is not None and zone.shape:
        return list(zone.shape.extent)
    if question.within == adcodes.COUNTRY:
        return None
    rows = counties_of(zone) if zone else _region(question.within)
    box = rows.aggregate(box=Extent("drawn_shape"))["box"]
    return list(box) if box else None


def _region(adcode: str) -> RegionQuerySet:
    return Region.objects.current().filter(adcode=adcode)


def _words() -> dict[str, str]:
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "open": _("Open"),
    }
