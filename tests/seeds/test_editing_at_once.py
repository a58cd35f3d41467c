"""Two people press the button at once: one publication comes of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from seeds import editing
from seeds.load import load_catalogue
from tests.seeds.drafting import EXPANSION, change, expansion
from wastehub.accounts.models import User
from wastehub.catalogue.models import Draft, Rulebook

pytestmark = pytest.mark.django_db(transaction=True)


def publish(draft_pk: int, username: str) -> str:
    """In a thread, so in a session of its own."""
    try:
        draft = Draft.objects.get(pk=draft_pk)
        user = User.objects.get(username=username)
        return editing.publish(draft=draft, user=user).version
    finally:
        connection.close()


def test_two_clicks_at_once_publish_once() -> None:
    load_catalogue()
    author, *_ = (
        User.objects.create_superuser(username=name) for name in ("a", "b", "c")
    )
    draft = editing.begin(title="Expansion, read again", user=author)
    change(draft, "limits", EXPANSION, value="1.5")
    editing.submit(draft=draft, user=author)
    with ThreadPoolExecutor(2) as people:
        versions = list(people.map(publish, [draft.pk] * 2, ["b", "c"]))
    assert versions[0] == versions[1]
    assert Rulebook.objects.count() == 2
    assert expansion() == 1.5
