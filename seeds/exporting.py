"""The rows of a rulebook as CSV files, to be committed or compared."""

import csv
import io
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from wastehub.catalogue.models import Rulebook
from wastehub.errors import Refused


def files_of(rulebook: Rulebook) -> dict[str, str]:
    """The text of each file by its name; rows stand as they stood when published.

    Raises
    ------
    Refused
        ``rows_not_kept``
    """
    if rulebook.tables is None:
        message = _("The rows of this rulebook were not kept.")
        raise Refused("rows_not_kept", message)
    return {f"{name}.csv": _text(rows) for name, rows in rulebook.tables.items()}


def zip_of(rulebook: Rulebook) -> bytes:
    """The same files in an archive.

    Raises
    ------
    Refused
        ``rows_not_kept``
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in sorted(files_of(rulebook).items()):
            file.writestr(name, text)
    return archive.getvalue()


def export_catalogue(folder: Path, version: str = "") -> Rulebook:
    """Write the rulebook in force, or an older one, into a folder.

    ``version`` is the beginning of its hash.

    Raises
    ------
    Refused
        ``rulebook_missing``, ``rows_not_kept``, ``folder_not_writable``
    """
    history = Rulebook.newest_first().filter(version__startswith=version)
    rulebook = history.defer(None).first()
    if rulebook is None:
        raise Refused("rulebook_missing", _("There is no such rulebook."))
    files = files_of(rulebook)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Refused("folder_not_writable", str(error)) from error
    return rulebook


def _text(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
