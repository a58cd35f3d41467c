"""A queue that is down delays work; it does not lose the row that asked for it."""

import pytest
from celery import Celery
from django.db import transaction

from matching.tasks import wake
from wastehub.accounts.models import User


@pytest.mark.django_db(transaction=True)
def test_a_row_is_kept_when_the_queue_is_away():
    away = Celery("away", broker="redis+socket:///nowhere/r.sock", set_as_current=False)
    nudge = away.task(lambda: None, name="nudge")
    with transaction.atomic():
        User.objects.create_user("asker")
        wake(nudge)
    assert User.objects.filter(username="asker").exists()
