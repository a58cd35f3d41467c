"""Whether a folder of catalogue files is fit to be loaded, asked without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import ngettext

from seeds.coverage import Coverage, coverage_of
from seeds.idle import idle_rows
from seeds.rows import Catalogue
from seeds.schema import Records, read_catalogue
from seeds.tabular import Fault
from wastehub.errors import Refused

FOLDER = Path(__file__).resolve().parent / "catalogue"


@dataclass(frozen=True)
class Checked:
    """A sound catalogue: its version, the rows that serve nothing, what it covers."""

    version: str
    warnings: Sequence[Fault]
    coverage: Coverage


def check_catalogue(folder: Path = FOLDER) -> Checked:
    """Whether the files in a folder are sound, and what they cover.

    Warnings are told of a sound folder only: while a row can not be read, nobody knows
    whether another row serves it.

    Raises
    ------
    Refused
        ``catalogue_faulty``, with every fault in the message.
    """
    catalogue, _ = sound_folder(folder)
    return Checked(
        version=catalogue.version(),
        warnings=idle_rows(catalogue),
        coverage=coverage_of(catalogue),
    )


def sound_folder(folder: Path) -> tuple[Catalogue, Records]:
    """The rows of a folder, as values and as cells.

    Raises
    ------
    Refused
        ``catalogue_faulty``, with every fault in the message.
    """
    catalogue, faults, records = read_catalogue(folder)
    refuse(faults)
    return catalogue, records


def refuse(faults: Sequence[Fault], fields: Mapping[str, str] | None = None) -> None:
    """Nothing where there is no fault.

    Raises
    ------
    Refused
        ``catalogue_faulty``, with every fault in the message, a line each; ``fields``
        are what is said beside the cells of a form.
    """
    if not faults:
        return
    count = len(faults)
    told = ngettext(
        "The catalogue has %(count)d fault; nothing was written.",
        "The catalogue has %(count)d faults; nothing was written.",
        count,
    )
    listed = "\n".join(str(fault) for fault in faults)
    raise Refused("catalogue_faulty", f"{told % {'count': count}}\n{listed}", fields)
