"""New rows by COPY, the quickest way into PostgreSQL, where many come at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model

Columns = Mapping[str, Iterable[Any]]


def copy_in(model: type[Model], columns: Columns) -> int:
    """Insert rows that come as columns, in one statement; how many there were.

    Columns go by the names of attributes (``run_id``). Those that are not given get the
    database's default. The database's checks hold, and no signal is sent.

    Raises
    ------
    django.db.IntegrityError
        A row breaks one of the table's checks; then none is inserted.
    ValueError
        The columns differ in length.
    """
    options = model._meta  # noqa: SLF001  (the documented way to a model's fields)
    fields = {field.attname: field for field in options.concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(fields[name].column)) for name in columns)
    told = (_told(fields[name], values) for name, values in columns.items())
    count = 0
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(options.db_table)} ({names}) FROM STDIN") as copy,
    ):
        for row in zip(*told, strict=True):
            copy.write_row(row)
            count += 1
    return count


def _told(field: Any, values: Iterable[Any]) -> Iterable[Any]:
    """Values as the driver takes them."""
    if not isinstance(field, JSONField):
        return values
    return (field.get_db_prep_save(value, connection) for value in values)
