"""The invented world as values: tables plus a fixed seed, the same on every machine."""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from wastehub.accounts.credit_code import check_character
from wastehub.units import kg_from_tonnes

SEED = 20251
MARK_ZH = "虚构"
MARK_EN = "Invented"
SOURCE = "虚构演示数据 / invented demonstration data, no real plant"
# No administrative division has the code 999999: nobody can own such a credit code.
CREDIT_CODE_START = "91999999DEM"
# How much the tables' masses are shaken, either way, so that no two look copied.
SHAKE = 0.08
TONNES_PER_KT = 1000

FOLDER = Path(__file__).parent
# The sexagenary cycle: as invented as a name of a works can sound.
STEMS = (
    ("甲", "Jia"),
    ("乙", "Yi"),
    ("丙", "Bing"),
    ("丁", "Ding"),
    ("戊", "Wu"),
    ("己", "Ji"),
    ("庚", "Geng"),
    ("辛", "Xin"),
    ("壬", "Ren"),
    ("癸", "Gui"),
)
BRANCHES = (
    ("子", "zi"),
    ("丑", "chou"),
    ("寅", "yin"),
    ("卯", "mao"),
    ("辰", "chen"),
    ("巳", "si"),
    ("午", "wu"),
    ("未", "wei"),
    ("申", "shen"),
    ("酉", "you"),
    ("戌", "xu"),
    ("亥", "hai"),
)


@dataclass(frozen=True)
class Site:
    """A works; ``east`` and ``north`` in [-1, 1] lead away from its county's middle."""

    code: str
    name_zh: str
    name_en: str
    credit_code: str
    adcode: str
    east: float
    north: float


@dataclass(frozen=True)
class Offer:
    """A supply; ``assay`` names a report in the tables, or nothing."""

    code: str
    site: str
    material: str
    stock_kg: int
    rate_kg_per_year: int
    price_yuan_per_t: Decimal
    valid_days: int
    assay: str


@dataclass(frozen=True)
class Want:
    """A demand; the base is the capacity where the table gives none."""

    code: str
    site: str
    route: str
    capacity_kg_per_year: int
    base_kg_per_year: int
    price_yuan_per_t: Decimal
    farthest_km: float | None
    valid_days: int


@dataclass(frozen=True)
class World:
    """Everything invented; ``assays`` gives each report's values by parameter."""

    sites: tuple[Site, ...]
    offers: tuple[Offer, ...]
    wants: tuple[Want, ...]
    assays: dict[str, dict[str, float]]


def generate(seed: int = SEED) -> World:
    """The world of a seed."""
    dice = random.Random(seed)  # noqa: S311 - a demo needs no secrets
    sites = tuple(_site(number, row, dice) for number, row in enumerate(_rows("sites")))
    offers = tuple(
        _offer(number, row, dice) for number, row in enumerate(_rows("supplies"), 1)
    )
    wants = tuple(
        _want(number, row, dice) for number, row in enumerate(_rows("demands"), 1)
    )
    return World(sites, offers, wants, _assays())


def _site(number: int, row: dict[str, str], dice: random.Random) -> Site:
    stem, branch = STEMS[number % 10], BRANCHES[number % 12]
    start = f"{CREDIT_CODE_START}{number:06d}"
    return Site(
        code=row["code"],
        name_zh=f"{MARK_ZH}·{stem[0]}{branch[0]}{row['kind_zh']}",
        name_en=f"{MARK_EN} {stem[1]}{branch[1]} {row['kind_en']}",
        credit_code=start + check_character(start),
        adcode=row["adcode"],
        east=dice.uniform(-1, 1),
        north=dice.uniform(-1, 1),
    )


def _offer(number: int, row: dict[str, str], dice: random.Random) -> Offer:
    return Offer(
        code=f"supply{number:02d}",
        site=row["site"],
        material=row["material"],
        stock_kg=_shaken_kg(row["stock_kt"], dice),
        rate_kg_per_year=_shaken_kg(row["rate_kt_per_year"], dice),
        price_yuan_per_t=Decimal(row["price_yuan_per_t"]),
        valid_days=int(row["valid_days"]),
        assay=row["assay"],
    )


def _want(number: int, row: dict[str, str], dice: random.Random) -> Want:
    capacity_kg = _shaken_kg(row["capacity_kt_per_year"], dice)
    base_kt = row["base_kt_per_year"]
    return Want(
        code=f"demand{number:02d}",
        site=row["site"],
        route=row["route"],
        capacity_kg_per_year=capacity_kg,
        base_kg_per_year=_shaken_kg(base_kt, dice) if base_kt else capacity_kg,
        price_yuan_per_t=Decimal(row["price_yuan_per_t"]),
        farthest_km=float(row["farthest_km"]) if row["farthest_km"] else None,
        valid_days=int(row["valid_days"]),
    )


def _assays() -> dict[str, dict[str, float]]:
    assays: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows("assays"):
        assays[row["assay"]][row["parameter"]] = float(row["value"])
    return dict(assays)


def _shaken_kg(mass_kt: str, dice: random.Random) -> int:
    """A mass near the table's, in whole tonnes."""
    shaken_t = float(mass_kt) * TONNES_PER_KT * (1 + dice.uniform(-SHAKE, SHAKE))
    return kg_from_tonnes(round(shaken_t))


def _rows(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
