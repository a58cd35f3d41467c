"""The open data written out, each with its licence and what it leaves out."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from django.conf import settings
from django.utils import timezone

from maps import columns
from maps.balance_files import geojson_of_balance, question_told
from maps.balance_package import package, shapes_of
from maps.columns import HIDDEN, NAMES, OPEN, TEXT
from maps.download_notes import Both, Download, read_me
from maps.editions import PARAMS
from maps.open_data import OpenData
from maps.published import Shown
from wastehub.tables import csv_lines, xlsx_file

COLUMNS: Final = (*NAMES, *OPEN, HIDDEN)
DEFINITIONS: Final = (
    Both(
        "产消平衡率=(本地综合利用量+处置量)/产生量;词语见工信部联节〔2024〕58号。",
        "Balance = (used there + disposed of) / generated; words as in 工信部联节"
        "〔2024〕58号.",
    ),
    Both(
        "综合利用率=产生者综合利用量/(产生量+利用往年贮存量),不超过1;国家统计局一般工业"
        "固体废物表。",
        "Utilisation = used of one's own / (generated + used from former years' "
        "stock), at most 1; National Bureau of Statistics, table of general industrial "
        "solid waste.",
    ),
)
_MARK: Final = "\ufeff"


def read_me_lines(data: OpenData) -> list[str]:
    """What stands with every download, in Chinese and English."""
    question = data.question
    names = question.subject
    told = Download(
        title=Both(f"{names.name_zh}产消平衡", f"Balance of {names.name_en}"),
        period=question.period.code,
        made_at=timezone.localtime(data.view.edition.made_at),
        licence=settings.OPEN_DATA_LICENCE,
        min_firms=PARAMS.min_firms,
        definitions=DEFINITIONS,
        is_invented=data.answer.is_invented,
    )
    return read_me(told).splitlines()


def open_told(data: OpenData) -> dict[str, Any]:
    """All of it as JSON; ``total`` is the region that the others lie in."""
    return {
        **question_told(data.answer),
        "licence": settings.OPEN_DATA_LICENCE,
        "read_me": read_me_lines(data),
        "columns": [
            {"name": one.name, "unit": one.unit, "zh": one.zh, "en": one.en}
            for one in COLUMNS
        ],
        "cells": [_row(one) for one in data.answer.cells],
        "total": _row(data.whole),
    }


def open_csv(data: OpenData) -> Iterator[str]:
    """The read-me in lines that begin with #, then the table."""
    yield _MARK + "".join(f"# {line}\r\n" for line in read_me_lines(data))
    for line in csv_lines([one.name for one in COLUMNS], _table(data)):
        yield line.removeprefix(_MARK)


def open_xlsx(data: OpenData) -> bytes:
    """A sheet of figures, and the read-me."""
    heads = [f"{one.zh} {one.en}{f' [{one.unit}]' * bool(one.unit)}" for one in COLUMNS]
    notes = [[line] for line in read_me_lines(data)]
    return xlsx_file(
        [("数据 Data", heads, _table(data)), ("说明 Read me", ["说明 Read me"], notes)]
    )


def open_geojson(data: OpenData) -> Iterator[str]:
    """The drawn shapes with their figures (RFC 7946)."""
    return geojson_of_balance(
        data.answer,
        COLUMNS,
        licence=settings.OPEN_DATA_LICENCE,
        read_me=read_me_lines(data),
    )


def open_package(data: OpenData) -> bytes:
    """A GeoPackage; zones have no outline of their own here and are left out."""
    shapes = shapes_of([one.cell.key for one in data.answer.cells])
    rows = [_row(one) for one in data.answer.cells if one.cell.key in shapes]
    told = {
        column.name: np.array(
            [row[column.name] for row in rows],
            dtype=object if column.unit == TEXT else float,
        )
        for column in COLUMNS
    }
    outlines = [shapes[row["key"]] for row in rows]
    return package(outlines, told, "\n".join(read_me_lines(data)))


def _table(data: OpenData) -> list[list[Any]]:
    return [list(_row(one).values()) for one in data.answer.cells]


def _row(shown: Shown) -> dict[str, Any]:
    told = columns.row(shown)
    return {column.name: told[column.name] for column in COLUMNS}
