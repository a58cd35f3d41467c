"""Kept answers: one a key, and forgotten after some days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from wastehub.accounts.models import User
from wastehub.trail.answers import KEPT_FOR, answer_to, drop_old
from wastehub.trail.models import KeptAnswer

pytestmark = pytest.mark.django_db


def kept(user: User, key: str, age: timedelta) -> KeptAnswer:
    answer = KeptAnswer.objects.create(
        user=user,
        key=key,
        method="POST",
        path="/",
        digest="",
        status=201,
        content_type="",
        location="",
        body=b"",
    )
    KeptAnswer.objects.filter(pk=answer.pk).update(created_at=timezone.now() - age)
    return answer


def test_a_key_is_a_user_s_own():
    ann, bob = (User.objects.create_user(name) for name in ("ann", "bob"))
    answer = kept(ann, "k", timedelta())
    assert answer_to(ann, "k") == answer
    assert answer_to(bob, "k") is None


def test_only_old_keys_are_forgotten():
    ann = User.objects.create_user("ann")
    kept(ann, "old", KEPT_FOR + timedelta(minutes=1))
    young = kept(ann, "young", KEPT_FOR - timedelta(minutes=1))
    assert drop_old() == 1
    assert KeptAnswer.objects.get() == young
