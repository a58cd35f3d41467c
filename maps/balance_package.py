"""A balance as a GeoPackage: regions with their outlines and figures, and the facts."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
from pyogrio.raw import write

from maps.figures import Cell
from wastehub.ledger.kinds import Evidence
from wastehub.places.models import Region
from wastehub.units import KG_PER_TONNE

LAYER: Final = "balance"
_MASSES: Final = (
    "opening_stock_kg",
    "generated_kg",
    "received_kg",
    "used_kg",
    "own_used_kg",
    "own_used_old_kg",
    "shipped_kg",
    "disposed_kg",
    "loss_kg",
    "closing_stock_kg",
    "shipped_out_kg",
    "received_in_kg",
)


def balance_package(
    cells: Sequence[Cell], facts: Iterable[tuple[str, str, Any]]
) -> bytes:
    """Regions that have an outline on the current map, WGS 84, masses in tonnes.

    A ratio of which there is none is empty. The facts are the layer's description.
    """
    shapes = shapes_of([cell.key for cell in cells])
    drawn = [cell for cell in cells if cell.key in shapes]
    outlines = [shapes[cell.key] for cell in drawn]
    return package(outlines, dict(_columns(drawn)), _description(facts))


def package(
    outlines: Sequence[bytes], columns: Mapping[str, np.ndarray], description: str
) -> bytes:
    """One layer of outlines (well-known binary, WGS 84) with a column a field."""
    file = BytesIO()
    write(
        file,
        geometry=np.array([*outlines, None], dtype=object)[:-1],
        field_data=list(columns.values()),
        fields=list(columns),
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
        driver="GPKG",
        layer=LAYER,
        layer_metadata={"DESCRIPTION": description},
    )
    return file.getvalue()


def shapes_of(adcodes: Sequence[str]) -> dict[str, bytes]:
    """Outlines on the current map, by adcode; what has none is left out."""
    rows = Region.objects.current().filter(adcode__in=adcodes)
    return {
        adcode: bytes(shape.wkb)
        for adcode, shape in rows.values_list("adcode", "drawn_shape")
    }


def _columns(cells: Sequence[Cell]) -> Iterable[tuple[str, np.ndarray]]:
    for name in ("key", "name_zh", "name_en"):
        yield _called(name), np.array([getattr(c, name) for c in cells], dtype=object)
    for name in _MASSES:
        tonnes = [_mass_kg(cell, name) / KG_PER_TONNE for cell in cells]
        yield f"{name.removesuffix('_kg')}_t", np.array(tonnes, dtype=float)
    for name in ("utilisation", "balance"):
        ratios = [getattr(cell, name).value for cell in cells]
        yield name, np.array(ratios, dtype=float)
    for evidence in Evidence:
        shares = [cell.share(evidence) for cell in cells]
        yield f"{evidence}_frac", np.array(shares, dtype=float)


def _called(name: str) -> str:
    return "adcode" if name == "key" else name


def _mass_kg(cell: Cell, name: str) -> int:
    return getattr(cell if hasattr(cell, name) else cell.total, name)


def _description(facts: Iterable[tuple[str, str, Any]]) -> str:
    return "\n".join(f"{zh} {en}: {value}" for zh, en, value in facts)
