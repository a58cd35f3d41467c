"""Loading the catalogue: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from seeds.checking import FOLDER, sound_folder
from seeds.coverage import Tally, tally
from seeds.history import kept
from seeds.publish import publish_rows
from seeds.rows import Catalogue
from seeds.schema import Records
from seeds.turns import wait_for_turn
from seeds.undoing import refuse_undoing, undone_by
from seeds.upsert import Change
from wastehub.catalogue.models import Rulebook


@dataclass(frozen=True)
class Report:
    """What a catalogue holds, and what a load did with it.

    ``is_overtaken`` are files that had been loaded before, with edits published since.
    """

    version: str
    changes: Mapping[str, Change]
    limits: Tally
    written: bool
    is_overtaken: bool


def load_catalogue(
    folder: Path = FOLDER, *, dry_run: bool = False, replace: bool = False
) -> Report:
    """Make the tables of the catalogue say what the files in a folder say.

    Files that are the latest rulebook already are left alone. So are files that were
    loaded once and have not changed since, where operators have published edits on top
    of them. With ``replace`` the files win over any edit; with ``dry_run`` everything
    is tried and nothing is kept.

    Raises
    ------
    Refused
        ``catalogue_faulty``: the files are not sound, or a row that vanished from them
        is still in use. The message lists every fault.
        ``edits_would_be_undone``: the files are new and say otherwise than an edit that
        was published since the last files; the message lists the rows.
        Nothing has been written.
    """
    catalogue, records = sound_folder(folder)
    version = catalogue.version()
    with transaction.atomic():
        wait_for_turn()
        latest = _latest()
        if latest is not None and latest.version == version:
            _keep_rows(latest, records)
            return _report(catalogue)
        if latest is not None and latest.draft_id and not replace:
            if Rulebook.objects.filter(version=version).exists():
                return _report(catalogue, is_overtaken=True)
            refuse_undoing(undone_by(records))
        changes = publish_rows(catalogue, records)
        transaction.set_rollback(dry_run)
    return _report(catalogue, changes, written=not dry_run)


def _latest() -> Any:
    return Rulebook.newest_first().annotate(has_rows=Q(tables__isnull=False)).first()


def _keep_rows(latest: Any, records: Records) -> None:
    """Gives a rulebook from before rows were kept the rows it was named after."""
    if not latest.has_rows:
        Rulebook.objects.filter(pk=latest.pk).update(tables=kept(records))


def _report(
    catalogue: Catalogue,
    changes: Mapping[str, Change] | None = None,
    *,
    written: bool = False,
    is_overtaken: bool = False,
) -> Report:
    done = changes or {}
    return Report(
        version=catalogue.version(),
        changes={
            name: done.get(name, Change(len(rows)))
            for name, rows in catalogue.tables().items()
        },
        limits=tally(catalogue.limits),
        written=written,
        is_overtaken=is_overtaken,
    )
