"""From sound rows to tables: what is new, what changed, what may go.

A row keeps its primary key for as long as its natural key stays the same, so that
matches and refusals go on pointing at the rule they rest on.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from seeds.rows import Catalogue, Row
from seeds.schema import TABLES
from seeds.tabular import Fault
from wastehub.catalogue.models import (
    Admission,
    Category,
    Displacement,
    Factor,
    LaboratoryTest,
    Limit,
    Material,
    Parameter,
    PolicyTarget,
    Standard,
    Treatment,
    TypicalValue,
    UseRoute,
)

# Rows that others name come first; rows that vanished go in the opposite order.
MODELS: Mapping[str, Any] = {
    "parameters": Parameter,
    "tests": LaboratoryTest,
    "categories": Category,
    "materials": Material,
    "standards": Standard,
    "routes": UseRoute,
    "typical": TypicalValue,
    "admissions": Admission,
    "limits": Limit,
    "treatments": Treatment,
    "factors": Factor,
    "displacements": Displacement,
    "policy_targets": PolicyTarget,
}
_NAMED = {
    "category": "categories",
    "route": "routes",
    "material": "materials",
    "parameter": "parameters",
    "factor": "factors",
}
# What the file repeats of a row's parameter, and the table does not.
_REPEATED = {"typical": ("unit",), "limits": ("unit", "basis"), "treatments": ("unit",)}

Key = tuple[Any, ...]
Ids = Mapping[str, Mapping[Key, int]]


@dataclass(frozen=True)
class Change:
    """What a load did to one table; a row that was ended counts as removed."""

    rows: int
    created: int = 0
    updated: int = 0
    removed: int = 0


def write_tables(catalogue: Catalogue) -> tuple[dict[str, Change], list[Fault]]:
    """Make the tables say what the catalogue says; to be called in a transaction.

    A rule that the catalogue has dropped and past results cite is ended on the eve of
    today, so that they go on citing it. The faults are other rows that were dropped and
    are still used. Where there are any, the caller must roll back.
    """
    rows = catalogue.tables()
    changes: dict[str, Change] = {}
    gone: dict[str, list[Any]] = {}
    ids: dict[str, dict[Key, int]] = {}
    for name, model in MODELS.items():
        stored = {_key(name, vars(item)): item for item in model.objects.all()}
        wanted = _wanted(name, rows[name], ids)
        created = _create(name, wanted, stored)
        updated = _update(name, wanted, stored)
        ids[name] = {key: item.pk for key, item in (stored | created).items()}
        gone[name] = [item for key, item in stored.items() if key not in wanted]
        changes[name] = Change(len(wanted), len(created), updated)
    removed, faults = _remove(gone)
    return {
        name: replace(change, removed=removed[name]) for name, change in changes.items()
    }, faults


def _wanted(name: str, rows: tuple[Row, ...], ids: Ids) -> dict[Key, dict[str, Any]]:
    values = [_model_values(name, row.values(), ids) for row in rows]
    return {_key(name, row): row for row in values}


def _model_values(name: str, row: dict[str, Any], ids: Ids) -> dict[str, Any]:
    """A row's values by the names of the model's attributes, codes made into keys."""
    values = dict(row)
    for column in _REPEATED.get(name, ()):
        del values[column]
    for column, table in _NAMED.items():
        if column in values:
            values[f"{column}_id"] = ids[table].get((values.pop(column),))
    if "standard" in values:
        cited = (values.pop("standard"), values.pop("edition"))
        values["standard_id"] = ids["standards"].get(cited)
    return values


def _key(name: str, values: Mapping[str, Any]) -> Key:
    return tuple(
        values[f"{column}_id" if column in _NAMED else column]
        for column in TABLES[name].key
    )


def _create(
    name: str, wanted: Mapping[Key, dict[str, Any]], stored: Mapping[Key, Any]
) -> dict[Key, Any]:
    model = MODELS[name]
    new = {key: model(**row) for key, row in wanted.items() if key not in stored}
    model.objects.bulk_create(new.values())
    return new


def _update(
    name: str, wanted: Mapping[Key, dict[str, Any]], stored: Mapping[Key, Any]
) -> int:
    changed = []
    touched: set[str] = set()
    for key in wanted.keys() & stored.keys():
        item = stored[key]
        news = {at: v for at, v in wanted[key].items() if getattr(item, at) != v}
        for attribute, value in news.items():
            setattr(item, attribute, value)
        touched |= news.keys()
        changed += [item] if news else []
    if changed:
        MODELS[name].objects.bulk_update(changed, sorted(touched))
    return len(changed)


def _remove(gone: Mapping[str, list[Any]]) -> tuple[Counter[str], list[Fault]]:
    """Deletes what nothing refers to, ends rules that are cited, reports the rest."""
    removed: Counter[str] = Counter()
    faults = []
    eve = timezone.localdate() - timedelta(days=1)
    for name in reversed(list(gone)):
        for item in gone[name]:
            users = _users(item)
            if not users:
                item.delete()
                removed[name] += 1
            elif not _can_end(item, eve):
                faults.append(_still_used(name, item, users))
            elif item.valid_to is None or item.valid_to > eve:
                item.valid_to = eve
                item.save(update_fields=["valid_to"])
                removed[name] += 1
    return removed, faults


def _can_end(item: Any, eve: date) -> bool:
    """Whether a row has days, and began before today."""
    if not hasattr(item, "valid_to"):
        return False
    return item.valid_from is None or item.valid_from <= eve


def _still_used(name: str, item: Any, users: str) -> Fault:
    table = TABLES[name]
    cells = (getattr(item, column) for column in table.key)
    row = " ".join(str(cell) for cell in cells if cell is not None)
    return Fault(f"{name}.csv", f"the row {row!r} is gone but in use ({users})")


def _users(item: Any) -> str:
    """Whatever still refers to a row, counted: ``2 supply, 1 match``."""
    counts = {
        relation.related_model: relation.related_model.objects.filter(
            **{relation.field.name: item}
        ).count()
        for relation in item._meta.related_objects  # noqa: SLF001
    }
    return ", ".join(
        f"{count} {model._meta.verbose_name}"  # noqa: SLF001
        for model, count in counts.items()
        if count
    )
