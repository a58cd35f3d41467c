"""Edits wait in drafts, another person publishes them, and nothing faulty gets in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils import timezone

from seeds import drafts, editing
from seeds.history import differences, key_of, published_rows, rows_of
from seeds.load import load_catalogue
from seeds.replay import replay_rows
from tests import worlds
from tests.seeds.drafting import (
    EXPANSION,
    add,
    cells,
    change,
    expansion,
    published,
    remove,
)
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft, Limit, Rulebook, UseRoute
from wastehub.errors import Refused
from wastehub.registry.services import assay_create

WHERE = {
    "route__code": "road_base",
    "material__code": "steel_slag",
    "parameter__code": "expansion",
}
SOURCED = {"source": "a test", "confidence": "M"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_catalogue()


def person(name: str, *permissions: str) -> User:
    user = User.objects.create_user(username=name, is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="catalogue", codename__in=permissions
        )
    )
    return user


@pytest.fixture
def author() -> User:
    return User.objects.create_superuser(username="author")


@pytest.fixture
def reviewer() -> User:
    return person("reviewer", "publish_draft")


@pytest.fixture
def draft(author: User) -> Draft:
    return editing.begin(title="Expansion, read again", user=author)


def test_a_proposal_is_not_published(draft: Draft) -> None:
    before, version = expansion(), Rulebook.current_version()
    change(draft, "limits", EXPANSION, value="1.5")
    assert (expansion(), Rulebook.current_version()) == (before, version)
    (told,) = drafts.changes_of(draft)
    assert [(each.column, each.after) for each in told.cells] == [("value", "1.5")]


def test_another_person_publishes(draft: Draft, reviewer: User) -> None:
    before = expansion()
    change(draft, "limits", EXPANSION, value="1.5")
    rulebook = published(draft, reviewer)
    assert expansion() == 1.5 != before
    assert Rulebook.current_version() == rulebook.version
    assert (rulebook.draft, rulebook.changed_rows) == (draft, 1)
    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == ("published", reviewer)


def test_the_key_of_a_changed_row_stays(draft: Draft, reviewer: User) -> None:
    before = Limit.objects.get(value=2, **WHERE)
    change(draft, "limits", EXPANSION, value="1.5")
    published(draft, reviewer)
    assert Limit.objects.get(pk=before.pk).value == 1.5


def test_rows_are_added_and_removed(draft: Draft, reviewer: User) -> None:
    names = {"name_zh": "瓦", "name_en": "Tiles"}
    add(draft, "routes", code="tiles", **names, **SOURCED)
    remove(draft, "limits", EXPANSION)
    published(draft, reviewer)
    assert UseRoute.objects.filter(code="tiles").exists()
    assert EXPANSION not in published_rows()["limits"]
    assert list(published_rows()["routes"]) == sorted(published_rows()["routes"])


def test_the_author_can_not_publish(draft: Draft) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    with pytest.raises(Refused) as refused:
        published(draft, draft.author)
    assert refused.value.code == "four_eyes"
    assert expansion() == 2.0


def test_the_database_refuses_the_author_too(draft: Draft) -> None:
    own = {"published_by": draft.author, "published_at": timezone.now()}
    rows = Draft.objects.filter(pk=draft.pk)
    with pytest.raises(IntegrityError, match="draft_published_by_another"):
        rows.update(status="published", submitted_at=timezone.now(), **own)


def test_the_database_wants_to_know_who_published(draft: Draft) -> None:
    with pytest.raises(IntegrityError, match="draft_published_by_somebody"):
        Draft.objects.filter(pk=draft.pk).update(status="published")


def test_who_may_not_publish_is_refused(draft: Draft) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    with pytest.raises(Refused) as refused:
        published(draft, person("clerk", "change_limit"))
    assert refused.value.code == "not_allowed"


@pytest.mark.parametrize(
    ("codename", "is_allowed"), [("change_limit", True), ("change_material", False)]
)
def test_a_table_is_edited_by_who_may_change_it(
    codename: str, is_allowed: bool
) -> None:
    draft = editing.begin(title="Limits", user=person("clerk", codename))
    if is_allowed:
        change(draft, "limits", EXPANSION, value="1.5")
    else:
        with pytest.raises(Refused) as refused:
            change(draft, "limits", EXPANSION, value="1.5")
        assert refused.value.code == "not_allowed"
    assert draft.edits.count() == int(is_allowed)


def test_nobody_edits_the_draft_of_somebody_else(draft: Draft) -> None:
    row = cells("limits", EXPANSION, value="1.5")
    at = {"table": "limits", "key": EXPANSION, "cells": row}
    with pytest.raises(Refused) as refused:
        editing.propose(draft=draft, user=person("other", "change_limit"), **at)
    assert refused.value.code == "draft_not_yours"


def test_a_row_that_is_there_is_not_added(draft: Draft) -> None:
    with pytest.raises(Refused) as refused:
        add(draft, "limits", **cells("limits", EXPANSION, value="1"))
    assert refused.value.code == "row_exists"


def test_a_row_that_is_not_there_is_not_changed(draft: Draft) -> None:
    with pytest.raises(Refused) as refused:
        remove(draft, "routes", ("nowhere",))
    assert refused.value.code == "row_missing"


def test_a_row_keeps_its_key(draft: Draft) -> None:
    with pytest.raises(Refused) as refused:
        change(draft, "limits", EXPANSION, parameter="moisture")
    assert refused.value.code == "key_changed"


def test_a_change_back_leaves_the_draft(draft: Draft) -> None:
    before = cells("limits", EXPANSION)
    change(draft, "limits", EXPANSION, value="1.5")
    change(draft, "limits", EXPANSION, value=before["value"])
    assert not draft.edits.exists()
    with pytest.raises(Refused) as refused:
        change(draft, "limits", EXPANSION, value=before["value"])
    assert refused.value.code == "nothing_changed"


def test_an_edit_is_taken_back(draft: Draft) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    editing.take_back(draft=draft, table="limits", key=EXPANSION, user=draft.author)
    with pytest.raises(Refused) as refused:
        editing.submit(draft=draft, user=draft.author)
    assert refused.value.code == "draft_empty"


def test_a_row_published_in_between_stops_the_draft(
    draft: Draft, reviewer: User
) -> None:
    other = editing.begin(title="The same row", user=draft.author)
    change(draft, "limits", EXPANSION, value="1.5")
    change(other, "limits", EXPANSION, value="1.8")
    editing.submit(draft=draft, user=draft.author)
    published(other, reviewer)
    with pytest.raises(Refused) as refused:
        editing.publish(draft=draft, user=reviewer)
    assert refused.value.code == "row_changed"
    assert "limits.csv: road_base steel_slag expansion <=" in refused.value.message
    assert expansion() == 1.8
    editing.hand_back(draft=draft, user=reviewer, note="Look again")
    change(draft, "limits", EXPANSION, value="1.5")
    published(draft, reviewer)
    assert expansion() == 1.5


def test_what_another_draft_made_faulty_is_not_published(
    draft: Draft, reviewer: User
) -> None:
    ours = {"name_zh": "瓦", "name_en": "Tiles", **SOURCED}
    other = editing.begin(title="No such route", user=draft.author)
    add(draft, "routes", code="tiles", **ours)
    published(draft, reviewer)
    draft = editing.begin(title="What it takes", user=draft.author)
    pair = {"route": "tiles", "material": "steel_slag"}
    add(draft, "admissions", **pair, admitted="true", max_share_frac="1", **SOURCED)
    editing.submit(draft=draft, user=draft.author)
    remove(other, "routes", ("tiles",))
    version = published(other, reviewer).version
    with pytest.raises(Refused, match=r"'tiles' is not in routes\.csv"):
        editing.publish(draft=draft, user=reviewer)
    assert Rulebook.current_version() == version


def test_publishing_twice_publishes_once(draft: Draft, reviewer: User) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    first = published(draft, reviewer)
    assert editing.publish(draft=draft, user=reviewer) == first
    assert Rulebook.objects.count() == 2


STEPS: dict[str, Callable[[Draft], Any]] = {
    "edit": lambda draft: change(draft, "limits", EXPANSION, value="1.2"),
    "submit": lambda draft: editing.submit(draft=draft, user=draft.author),
    "withdraw": lambda draft: editing.withdraw(draft=draft, user=draft.author),
    "hand back": lambda draft: editing.hand_back(draft=draft, user=draft.author),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_published_draft_stays_as_it_is(
    draft: Draft, reviewer: User, step: Callable[[Draft], Any]
) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    published(draft, reviewer)
    with pytest.raises(Refused):
        step(draft)


def test_the_database_freezes_what_is_published(draft: Draft, reviewer: User) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    rulebook = published(draft, reviewer)
    rows = (
        draft.edits.all(),
        Draft.objects.filter(pk=draft.pk),
        Rulebook.objects.filter(pk=rulebook.pk),
    )
    for found in rows:
        with (
            pytest.raises(IntegrityError, match=r"settled|not open"),
            transaction.atomic(),
        ):
            found._raw_delete(found.db)
    with pytest.raises(IntegrityError, match="settled"):
        rows[2].update(version="another")


def test_a_submitted_draft_is_not_edited(draft: Draft) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    editing.submit(draft=draft, user=draft.author)
    with pytest.raises(Refused) as refused:
        change(draft, "limits", EXPANSION, value="1.2")
    assert refused.value.code == "draft_not_open"


def test_an_open_draft_is_not_published(draft: Draft, reviewer: User) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    with pytest.raises(Refused) as refused:
        editing.publish(draft=draft, user=reviewer)
    assert refused.value.code == "draft_not_submitted"


def test_a_withdrawn_draft_is_over(draft: Draft, reviewer: User) -> None:
    change(draft, "limits", EXPANSION, value="1.5")
    editing.withdraw(draft=draft, user=draft.author)
    with pytest.raises(Refused):
        editing.publish(draft=draft, user=reviewer)
    assert expansion() == 2.0


def test_history_keeps_the_rows_of_every_rulebook(draft: Draft, reviewer: User) -> None:
    first = Rulebook.objects.latest()
    change(draft, "limits", EXPANSION, value="1.5")
    second = published(draft, reviewer)
    old, new = (rows_of(Rulebook.objects.get(pk=row.pk)) for row in (first, second))
    assert old["limits"][EXPANSION]["value"] == "2.0"
    (told,) = differences(old, new)
    assert (told.table, told.key, told.kind) == ("limits", EXPANSION, "changed")


def test_a_draft_without_a_title_is_refused(author: User) -> None:
    with pytest.raises(Refused) as refused:
        editing.begin(title=" ", user=author)
    assert "title" in refused.value.fields


def test_a_replay_tells_which_verdicts_a_draft_changes(draft: Draft) -> None:
    today = timezone.localdate()
    worlds.two_counties()
    slag = worlds.supply("steel_slag")
    values = {"expansion": 1.9}
    assay_create(supply=slag, sampled_on=today - timedelta(days=1), values=values)
    change(draft, "limits", EXPANSION, value="1.5")
    made = drafts.tried(draft)
    version = Rulebook.current_version()
    replay = replay_rows(made.catalogue, made.records, today)
    changed = {row.route: row for row in (*replay.changes, *replay.regrounded)}
    assert changed["road_base"].after.ground.value == 1.5
    assert (Rulebook.current_version(), expansion()) == (version, 2.0)


def test_every_row_in_force_is_found_by_its_key() -> None:
    for table, rows in published_rows().items():
        assert all(key_of(table, row) == key for key, row in rows.items())
