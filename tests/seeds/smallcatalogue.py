"""What the trackers need of the catalogue: the real factors, and bare materials."""

import csv
from pathlib import Path

from wastehub.catalogue.models import Factor, Material, UseRoute

FACTORS_CSV = Path(__file__).parents[2] / "seeds" / "catalogue" / "factors.csv"
MATERIALS = (
    "bf_slag",
    "bf_slag_v_ti",
    "steel_slag_eaf",
    "fly_ash",
    "fly_ash_cfb",
    "iron_tailings",
    "steel_slag",
)
ROUTES = ("cement_blending", "mine_backfill", "raw_meal", "set_retarder")


def factor_rows() -> list[dict[str, str]]:
    """The rows of factors.csv as they stand."""
    with FACTORS_CSV.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load() -> None:
    """Factors as shipped; materials and routes by code alone."""
    for row in factor_rows():
        bounds = {side: float(row[side]) if row[side] else None for side in BOUNDS}
        said = {name: row[name] for name in TEXTS}
        Factor.objects.create(value=float(row["value"]), **bounds, **said)
    sourced = {"source": "a test", "confidence": "L"}
    for code in MATERIALS:
        Material.objects.create(
            code=code, name_zh=code, reach_km=150, colour="#000000", **sourced
        )
    for code in ROUTES:
        UseRoute.objects.create(code=code, name_zh=code, **sourced)


BOUNDS = ("low", "high")
TEXTS = ("code", "name_zh", "name_en", "unit", "source", "confidence")
