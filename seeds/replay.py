"""What a folder of catalogue files would make of the verdicts, were it published."""

from datetime import date
from pathlib import Path

from django.db import transaction

from matching.replay import Replay, compared, snapshot
from seeds.load import load_catalogue


def replay_catalogue(folder: Path, as_of: date) -> Replay:
    """The verdicts that change from the published rows to those of a folder.

    The folder is loaded in a transaction that is always rolled back, so it is refused
    here for whatever would refuse it when it is published.

    Raises
    ------
    Refused
        ``catalogue_faulty``: the folder can not be published; every fault is told.
    """
    with transaction.atomic():
        before = snapshot(as_of)
        load_catalogue(folder)
        replayed = compared(before, snapshot(as_of))
        transaction.set_rollback(True)
    return replayed
