"""Rows that come again from an outside source: found by their key, written if changed.

A row's ``public_id`` follows from its key, so that two machines that load the same
source give the same identities, and a plan over them the same bytes.
"""

import uuid
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import QuerySet

_NAMESPACE = uuid.UUID("5d1f3c9e-6f0a-4a86-9f0c-2d6b7f0f5a11")

Row = TypeVar("Row", bound=models.Model)


def public_id(source_key: str) -> uuid.UUID:
    """The identity of whatever has this key."""
    return uuid.uuid5(_NAMESPACE, source_key)


@transaction.atomic
def put(model: type[Row], source_key: str, **values: Any) -> tuple[Row, bool]:
    """Create the row of this key, or bring it up to date.

    Returns
    -------
    The row, and whether anything was written. Writing nothing keeps ``changed_at``.
    """
    rows: QuerySet[Row] = QuerySet(model).select_for_update()
    row = rows.filter(source_key=source_key).first()
    if row is None:
        identity = public_id(source_key)
        row = model(source_key=source_key, public_id=identity, **values)
        row.full_clean()
        row.save(force_insert=True)
        return row, True
    changed = {name: new for name, new in values.items() if getattr(row, name) != new}
    if not changed:
        return row, False
    for name, new in changed.items():
        setattr(row, name, new)
    row.full_clean()
    row.save()
    return row, True
