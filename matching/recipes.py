"""What a mix is for: the windows and the base materials it starts from.

Every number is an editable default: windows and prices are rows of the catalogue's
factors, with source and confidence. Base materials start as pure minerals, whose
composition is arithmetic, until the engineer puts an own assay in their place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from wastehub.catalogue.models import Factor, Parameter

CLINKER: Final = "clinker."
SOLIDS: Final = "solids"
BINDER: Final = "binder"
# Those of which GB 30760 gives reference values for raw meal.
METALS: Final = ("as", "cd", "cr", "cu", "mn", "ni", "pb", "zn")
RAW_MEAL_PER_CLINKER: Final = "raw_meal_per_t_clinker"

# Standard atomic masses to two decimals: Ca, C, O, Si, Al, H.
_CA, _C, _O, _SI, _AL, _H = 40.08, 12.01, 16.00, 28.09, 26.98, 1.008
_CAO = _CA + _O
_SIO2 = _SI + 2 * _O
_AL2O3 = 2 * _AL + 3 * _O
_CALCITE = _CAO + _C + 2 * _O
_KAOLINITE = _AL2O3 + 2 * _SIO2 + 2 * (2 * _H + _O)


@dataclass(frozen=True)
class Base:
    """A material that the engineer has anyway.

    ``values`` are by parameter code, in its unit, of the dry mass; what is not stated
    is none. ``price_yuan_per_t`` is delivered, per wet tonne; shares are of the wet
    mix.
    """

    code: str
    name_zh: str
    name_en: str
    price_yuan_per_t: float = 0.0
    moisture_percent: float = 0.0
    values: Mapping[str, float] = field(default_factory=dict)
    least_frac: float = 0.0
    most_frac: float = 1.0
    is_binder: bool = False


@dataclass(frozen=True)
class Window:
    """Bounds that a recipe suggests on one quantity, and where they were read.

    ``is_set`` says that the recipe starts with them; others wait for the engineer.
    """

    key: str
    low: float | None
    high: float | None
    factor: Factor | None
    is_set: bool


@dataclass(frozen=True)
class Recipe:
    """A use that mixes materials."""

    code: str
    route: str
    windows: tuple[Window, ...]
    base: tuple[Base, ...]
    raw_meal_per_clinker: float | None


@dataclass(frozen=True)
class _Draft:
    route: str
    # Quantity, the factor that bounds it, and whether the recipe starts with it.
    windows: tuple[tuple[str, str, bool], ...]
    base: tuple[Base, ...]
    has_clinker: bool


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)


_RAW_MEAL = _Draft(
    route="raw_meal",
    windows=(
        ("lsf", "raw_meal_lsf", True),
        ("sm", "raw_meal_sm", True),
        ("am", "raw_meal_am", True),
        ("kh", "raw_meal_kh", False),
        ("clinker.mgo", "clinker_mgo", False),
        ("clinker.so3", "clinker_so3", False),
        ("clinker.p2o5", "clinker_p2o5", False),
        ("clinker.na2o_eq", "clinker_na2o_eq", False),
        ("na2o_k2o", "raw_meal_na2o_k2o", False),
        ("cl", "raw_meal_cl", False),
        *((f"{metal}_total", f"raw_meal_{metal}_most", False) for metal in METALS),
        ("moisture", "", False),
    ),
    base=(
        Base(
            "limestone",
            "石灰石（按纯方解石）",
            "Limestone (as pure calcite)",
            values={"cao": _percent(_CAO, _CALCITE)},
        ),
        Base(
            "clay",
            "黏土（按纯高岭石）",
            "Clay (as pure kaolinite)",
            values={
                "sio2": _percent(2 * _SIO2, _KAOLINITE),
                "al2o3": _percent(_AL2O3, _KAOLINITE),
            },
        ),
        Base(
            "silica",
            "硅质校正原料（按纯石英）",
            "Siliceous corrective (as pure quartz)",
            values={"sio2": 100.0},
        ),
        Base(
            "iron_corrective",
            "铁质校正原料（按纯赤铁矿）",
            "Iron corrective (as pure hematite)",
            values={"fe2o3": 100.0},
        ),
    ),
    has_clinker=True,
)
_BACKFILL = _Draft(
    route="mine_backfill",
    windows=(
        (SOLIDS, "backfill_solids", True),
        (BINDER, "backfill_binder", True),
        ("so3", "", False),
        ("p2o5_soluble", "", False),
    ),
    base=(
        Base("binder", "胶凝材料", "Binder", is_binder=True),
        Base("water", "水", "Water", moisture_percent=100.0),
    ),
    has_clinker=False,
)
_DRAFTS: Final = {"raw_meal": _RAW_MEAL, "backfill": _BACKFILL}
RECIPES: Final = tuple(_DRAFTS)
RECIPE_OF_ROUTE: Final = {draft.route: code for code, draft in _DRAFTS.items()}


def recipe(code: str) -> Recipe:
    """The recipe with the catalogue's numbers of today; two queries.

    It leaves out quantities that the catalogue does not know.

    Raises
    ------
    KeyError
        There is no such recipe; the codes are :data:`RECIPES`.
    """
    draft = _DRAFTS[code]
    factors = {row.code: row for row in Factor.objects.all()}
    known = {SOLIDS, BINDER, *Parameter.objects.values_list("code", flat=True)}
    ratio = factors.get(RAW_MEAL_PER_CLINKER) if draft.has_clinker else None
    return Recipe(
        code=code,
        route=draft.route,
        windows=tuple(
            _window(key, factors.get(factor), is_set)
            for key, factor, is_set in draft.windows
            if key.removeprefix(CLINKER) in known
            and (ratio is not None or not key.startswith(CLINKER))
        ),
        base=tuple(_priced(row, factors) for row in draft.base),
        raw_meal_per_clinker=ratio.value if ratio else None,
    )


def _window(key: str, factor: Factor | None, is_set: bool) -> Window:
    if factor is None:
        return Window(key, None, None, None, False)
    if factor.low is None and factor.high is None:
        return Window(key, None, factor.value, factor, is_set)
    return Window(key, factor.low, factor.high, factor, is_set)


def _priced(base: Base, factors: Mapping[str, Factor]) -> Base:
    price = factors.get(f"{base.code}_yuan_per_t")
    return Base(**{**vars(base), "price_yuan_per_t": price.value if price else 0.0})
