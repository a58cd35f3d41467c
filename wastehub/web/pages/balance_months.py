"""All months of the balance at once, for a map that runs through them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from maps.figures import Cell
from maps.published import Shown
from wastehub.web.pages.balance_map import label_of
from wastehub.web.pages.balance_measures import Measure
from wastehub.web.pages.balance_reading import Reading
from wastehub.web.pages.balance_rows import (
    Coloured,
    cells_of,
    figures_of,
    scale_over,
)
from wastehub.web.pages.period_words import month_words, slider_months


def months_told(reading: Reading, measure: Measure) -> dict[str, Any]:
    """By group and month: class, words on the map, cells of the table.

    Groups of which nothing is ever known are left out: they stay uncoloured.
    """
    months = reading.months(slider_months())
    scaled = scale_over(measure, (one for told in months.values() for one in told[1:]))
    figures = {
        month: figures_of(told, measure, scaled) for month, told in months.items()
    }
    return {
        "months": [month.strftime("%Y-%m") for month in months],
        "words": [month_words(month) for month in months],
        "legend": scaled.legend(),
        "whole": reading.question.within,
        "groups": _groups(months, figures),
    }


def _groups(
    months: Mapping[date, list[Shown]], figures: Mapping[date, Mapping[str, Coloured]]
) -> dict[str, list[dict[str, Any]]]:
    by_key: dict[str, list[Shown]] = {}
    for told in months.values():
        for one in told:
            by_key.setdefault(one.cell.key, []).append(one)
    return {
        key: [
            _told(one.cell, figures[month][key])
            for month, one in zip(months, told, strict=True)
        ]
        for key, told in by_key.items()
        if any(not one.cell.is_empty for one in told)
    }


def _told(cell: Cell, figure: Coloured) -> dict[str, Any]:
    return {
        "class": figure.code,
        "estimated": figure.is_estimated,
        "told": label_of(figure),
        "cells": [] if figure.is_hidden else cells_of(cell),
    }
