"""A database of the bench's own on the servers that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests import stack


@contextmanager
def own_database() -> Iterator[None]:
    """Models reach a database filled as by a first start; it is dropped at the end."""
    usual = connection.settings_dict["NAME"]
    name = f"{usual}_bench"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        stack.seed(name)
        connection.close()
        connection.settings_dict["NAME"] = name
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
