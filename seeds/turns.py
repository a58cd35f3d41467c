"""Loads of public input wait for each other, so that none meets another's half."""

from django.db import connection

# Half of the lock's name; the other half, as matching.claims has it, is nothing.
LOADING = 0x57480004


def wait_for_turn() -> None:
    """Hold back every other load until this transaction ends, however it ends.

    Two loads at once would both find a row missing and both write it. The catalogue,
    the map, the trackers and the demo read what the others write, so all share a turn.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOADING])
