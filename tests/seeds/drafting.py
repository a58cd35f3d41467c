"""Steps that tests of editing take: change, add, remove, publish."""

from seeds import editing
from seeds.history import Key, published_rows
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft, Limit, Rulebook

# A limit of the shipped files, 2 %.
EXPANSION = ("road_base", "steel_slag", "", "expansion", "<=", "")


def cells(table: str, key: Key, **changes: str) -> dict[str, str]:
    return {**published_rows()[table][key], **changes}


def change(draft: Draft, table: str, key: Key, **changes: str) -> None:
    row = cells(table, key, **changes)
    editing.propose(draft=draft, table=table, key=key, cells=row, user=draft.author)


def add(draft: Draft, table: str, **row: str) -> None:
    editing.propose(draft=draft, table=table, key=None, cells=row, user=draft.author)


def remove(draft: Draft, table: str, key: Key) -> None:
    editing.propose(draft=draft, table=table, key=key, cells=None, user=draft.author)


def published(draft: Draft, user: User) -> Rulebook:
    editing.submit(draft=draft, user=draft.author)
    return editing.publish(draft=draft, user=user)


def expansion() -> float | None:
    return Limit.objects.get(
        route__code="road_base",
        material__code="steel_slag",
        parameter__code="expansion",
    ).value
