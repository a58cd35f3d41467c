"""The open data as a file, for the page and for the API."""

from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpResponse

from maps.open_data import OpenData
from maps.open_files import open_csv, open_geojson, open_package, open_xlsx
from wastehub.tables import CSV_TYPE, XLSX_TYPE

_WRITERS: Final[dict[str, tuple[str, Callable[[OpenData], bytes]]]] = {
    "csv": (CSV_TYPE, lambda data: _joined(open_csv(data))),
    "xlsx": (XLSX_TYPE, open_xlsx),
    "geojson": ("application/geo+json", lambda data: _joined(open_geojson(data))),
    "gpkg": ("application/geopackage+sqlite3", open_package),
}
ENDINGS: Final = tuple(_WRITERS)


def file_of(data: OpenData, ending: str) -> HttpResponse:
    """A download, with the day of the edition in its name."""
    kind, write = _WRITERS[ending]
    asked = data.question
    name = (
        f"wastehub-open-{asked.subject.code}-{asked.level}-{asked.period.code}"
        f"-{data.view.edition.as_of}.{ending}"
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write(data), content_type=kind, headers=headers)


def _joined(pieces: Iterator[str]) -> bytes:
    return "".join(pieces).encode()
