"""New rows by COPY, the quickest way into PostgreSQL, where many come at once."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Model

_Row = TypeVar("_Row", bound=Model)


def copy_in(model: type[_Row], rows: Iterable[_Row]) -> int:
    """Insert rows as they come, in one statement; how many there were.

    The same rows as ``bulk_create`` makes, with keys from the table's sequence, but the
    objects do not learn theirs. The database's checks hold, and no signal is sent.

    Raises
    ------
    django.db.IntegrityError
        A row breaks one of the table's checks; then none is inserted.
    """
    options = model._meta  # noqa: SLF001  (the documented way to a model's fields)
    fields = [field for field in options.concrete_fields if not field.primary_key]
    table = connection.ops.quote_name(options.db_table)
    columns = ", ".join(
        connection.ops.quote_name(str(field.column)) for field in fields
    )
    statement = f"COPY {table} ({columns}) FROM STDIN"
    count = 0
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            values = (field.pre_save(row, True) for field in fields)
            prepared = zip(fields, values, strict=True)
            copy.write_row(
                [field.get_db_prep_save(value, connection) for field, value in prepared]
            )
            count += 1
    return count
