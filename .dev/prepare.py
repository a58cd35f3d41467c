"""Fill the database that the settings name: tables, facts, places, demo, first plan.

Every step leaves alone what is there already, so this may run before every start. One
process does it all because Django takes a second to start. ``DEMO=0`` leaves out the
invented region and its log-ins.
"""

import io
import os
import sys
import time

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from wastehub import celery  # noqa: F401  (so that commands can enqueue tasks)

TABLES = [("Bringing the tables up to date", ("migrate", "--no-input"))]
FACTS = [
    ("Loading the catalogue", ("load_catalogue", "--unless-edited")),
    ("Loading provinces, prefectures and counties", ("load_places", "--if-empty")),
    ("Loading economic regions, basins and retired codes", ("load_zones",)),
]
DEMO = [
    ("Loading the invented demo region", ("load_demo", "--if-empty")),
    ("Making the first plan", ("plan", "--region", "510000", "--if-none")),
]


def run(title: str, command: tuple[str, ...]) -> None:
    """Run one command quietly; its words are shown only if it fails."""
    print(f"  {title:<58}", end="", flush=True)
    begun = time.monotonic()
    words = io.StringIO()
    try:
        call_command(*command, stdout=words)
    except BaseException:
        print("failed", words.getvalue(), sep="\n\n", flush=True)
        raise
    print(f"{time.monotonic() - begun:3.0f} s", flush=True)


def steps() -> list[tuple[str, tuple[str, ...]]]:
    with_demo = os.environ.get("DEMO", "1") != "0"
    return TABLES + FACTS + (DEMO if with_demo else [])


def main() -> int:
    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        print(f"The database in DATABASE_URL can not be reached: {error}")
        return 1
    try:
        for title, command in steps():
            run(title, command)
    except CommandError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wastehub.settings.base")
    sys.exit(main())
