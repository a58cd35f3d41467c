"""Only one worker does a thing at a time: a lock that dies with whoever holds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """What can be claimed; the first half of the lock's name."""

    RUN = 0x57480001
    SUPPLY = 0x57480002
    SWEEP = 0x57480003


@contextmanager
def claimed(work: Work, key: int = 0) -> Iterator[bool]:
    """Whether the work is this connection's alone, for the length of the block."""
    mine = _ask("SELECT pg_try_advisory_lock(%s, %s)", work, key)
    try:
        yield mine
    finally:
        if mine:
            _ask("SELECT pg_advisory_unlock(%s, %s)", work, key)


def _ask(question: str, work: Work, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [work.value, key % 2**31])
        return cursor.fetchone()[0]
