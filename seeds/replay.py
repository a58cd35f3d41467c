"""What other rows would make of the verdicts, were they published."""

from datetime import date
from pathlib import Path

from django.db import transaction

from matching.replay import Replay, compared, snapshot
from seeds.checking import sound_folder
from seeds.publish import publish_rows
from seeds.rows import Catalogue
from seeds.schema import Records
from seeds.turns import wait_for_turn


def replay_catalogue(folder: Path, as_of: date) -> Replay:
    """The verdicts that change from the published rows to those of a folder.

    Raises
    ------
    Refused
        ``catalogue_faulty``: the folder can not be published; every fault is told.
    """
    return replay_rows(*sound_folder(folder), as_of)


def replay_rows(catalogue: Catalogue, records: Records, as_of: date) -> Replay:
    """The verdicts that change from the published rows to those of a catalogue.

    It is published in a transaction that is always rolled back, so it is refused here
    for whatever would refuse it when it is published.

    Raises
    ------
    Refused
        ``catalogue_faulty``: a row that is gone is still in use.
    """
    with transaction.atomic():
        wait_for_turn()
        before = snapshot(as_of)
        publish_rows(catalogue, records)
        replayed = compared(before, snapshot(as_of))
        transaction.set_rollback(True)
    return replayed
