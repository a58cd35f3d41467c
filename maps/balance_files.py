"""A balance written out: as JSON's parts, as aligned text, CSV, and GeoJSON.

All are made of the columns of :mod:`maps.columns`, so that they say the same.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.contrib.gis.db.models.functions import AsGeoJSON, GeoFunc
from django.utils.translation import gettext as _

from maps import columns
from maps.answered import Answer
from maps.balance import ALWAYS
from maps.columns import COLUMNS, FRACTION, TONNE, Column
from maps.figures import Cell
from maps.published import Shown
from maps.question import REGION_LEVELS
from wastehub.places.models import Region
from wastehub.registry.models import Facility
from wastehub.tables import csv_lines
from wastehub.units import KG_PER_TONNE

_PRECISION: Final = 6
_IN_TEXT: Final = (
    "name_zh",
    "generated_t",
    "used_t",
    "disposed_t",
    "surplus_t",
    "closing_stock_t",
    "utilisation_frac",
    "balance_frac",
)
_GAP: Final = "  "


class _Outward(GeoFunc):
    """Outer rings anticlockwise, as RFC 7946 wants them."""

    function = "ST_ForcePolygonCCW"
    geom_param_pos = (0,)


def question_told(answer: Answer) -> dict[str, Any]:
    """What was asked, as JSON: ``as_of`` is none where all that is known counts."""
    question = answer.question
    return {
        "material": question.subject.code,
        "material_zh": question.subject.name_zh,
        "material_en": question.subject.name_en,
        "level": question.level,
        "within": question.within,
        "period": question.period.code,
        "first_month": question.period.first.isoformat(),
        "last_month": question.period.last.isoformat(),
        "as_of": None if question.as_of == ALWAYS else question.as_of.isoformat(),
        "invented": answer.is_invented,
    }


def balance_told(answer: Answer) -> dict[str, Any]:
    """The whole answer as JSON; ``total`` is none where a cell is hidden."""
    total = answer.total
    return {
        **question_told(answer),
        "columns": [
            {"name": one.name, "unit": one.unit, "zh": one.zh, "en": one.en}
            for one in COLUMNS
        ],
        "cells": columns.rows(answer.cells),
        "total": total and columns.total_row(total),
    }


def json_lines(answer: Answer) -> Iterator[str]:
    """The same as text."""
    yield json.dumps(balance_told(answer), ensure_ascii=False, indent=2)


def csv_of_balance(answer: Answer) -> Iterator[str]:
    """A line of names with units, then a line each cell; a hidden one has no figures.

    The heads are the columns' names, whatever the reader's language.
    """
    told = ([row[one.name] for one in COLUMNS] for row in columns.rows(answer.cells))
    return csv_lines([one.name for one in COLUMNS], told)


def geojson_of_balance(
    answer: Answer, named: Sequence[Column] = COLUMNS, **beside: Any
) -> Iterator[str]:
    """A feature collection (RFC 7946) of the drawn shapes with the figures.

    A site is a point; a company lies nowhere and has no geometry. What was asked
    stands beside the features, and so does what else is given.
    """
    head = json.dumps({"question": question_told(answer), **beside}, ensure_ascii=False)
    yield '{"type": "FeatureCollection", ' + head[1:-1] + ', "features": ['
    comma = ""
    told = columns.rows(answer.cells)
    for row, shape in zip(told, _shapes(answer), strict=True):
        kept = {column.name: row[column.name] for column in named}
        properties = json.dumps(kept, ensure_ascii=False)
        # The database writes the geometry; it is not read again to be written again.
        yield (
            f'{comma}{{"type": "Feature", "id": {json.dumps(row["key"])}, '
            f'"geometry": {shape}, "properties": {properties}}}'
        )
        comma = ",\n"
    yield "]}\n"


def text_of_balance(answer: Answer) -> Iterator[str]:
    """Aligned lines for a terminal: the main figures, the total, and what is amiss."""
    question = answer.question
    yield f"{question.subject.name_zh} {question.subject.code}  {question.period.code}"
    if answer.is_invented:
        yield _("Invented for demonstration; no real company is meant.")
    shown = [one for one in COLUMNS if one.name in _IN_TEXT]
    lines = [[_head(one) for one in shown]]
    lines += [_cells(shown, row) for row in columns.rows(answer.cells)]
    if answer.total is not None:
        lines.append(_cells(shown, columns.total_row(answer.total)))
    yield from _aligned(lines)
    yield from warnings(answer.cells)


def warnings(cells: tuple[Shown, ...]) -> Iterator[str]:
    """A sentence for each cell whose figures do not close, with the size of the gap."""
    for cell in (shown.cell for shown in cells):
        if cell.unexplained_kg:
            yield _(
                "%(name)s: the stock changed by %(gap)s t that no figure explains."
            ) % {"name": cell.name_zh, "gap": _tonnes(cell.unexplained_kg)}
        yield from _excess(cell)


def _excess(cell: Cell) -> Iterator[str]:
    excess_kg = cell.utilisation.excess_kg
    if excess_kg:
        yield _(
            "%(name)s: %(gap)s t were used beyond what was generated and drawn from"
            " former years' stock; the rate counts at most all of it."
        ) % {"name": cell.name_zh, "gap": _tonnes(excess_kg)}


def _shapes(answer: Answer) -> Iterator[str]:
    """A geometry for each cell, in their order."""
    keys = [shown.cell.key for shown in answer.cells]
    level = answer.question.level
    if level in REGION_LEVELS:
        found = Region.objects.current().filter(adcode__in=keys)
        drawn = AsGeoJSON(_Outward("drawn_shape"), precision=_PRECISION)
        known = dict(found.annotate(drawn=drawn).values_list("adcode", "drawn"))
    elif level == "site":
        sites = Facility.objects.filter(public_id__in=keys)
        drawn = AsGeoJSON("point", precision=_PRECISION)
        placed = sites.annotate(drawn=drawn).values_list("public_id", "drawn")
        known = {str(public_id): point for public_id, point in placed}
    else:
        known = {}
    return (known.get(key, "null") for key in keys)


def _head(column: Column) -> str:
    unit = {TONNE: " t", FRACTION: " %"}.get(column.unit, "")
    return f"{column.head}{unit}"


def _cells(shown: list[Column], row: Mapping[str, Any]) -> list[str]:
    if row["hidden"]:
        return [row["name_zh"], *["-"] * (len(shown) - 1)]
    return [_as_text(one, row[one.name]) for one in shown]


def _as_text(column: Column, value: Any) -> str:
    if value is None:
        return "-"
    if column.unit == TONNE:
        return f"{value:,.3f}"
    return f"{value * 100:.2f}" if column.unit == FRACTION else str(value)


def _tonnes(mass_kg: int) -> str:
    return f"{mass_kg / KG_PER_TONNE:,.3f}"


def _aligned(lines: list[list[str]]) -> Iterator[str]:
    """Names to the left, figures to the right."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for name, *figures in lines:
        told = [name + " " * (widths[0] - _width(name))]
        for figure, width in zip(figures, widths[1:], strict=True):
            told.append(" " * (width - _width(figure)) + figure)
        yield _GAP.join(told).rstrip()


def _width(text: str) -> int:
    """How many places it takes in a terminal: a Chinese character two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
