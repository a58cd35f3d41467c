"""The tasks that the clock starts: each is known to the workers, and does its work."""

import pytest
from django.conf import settings

from wastehub.celery import app


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values())
def test_what_the_clock_starts_is_a_task(entry):
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks


@pytest.mark.django_db
@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values())
def test_a_task_with_nothing_to_do_does_nothing(entry):
    app.loader.import_default_modules()
    assert app.tasks[entry["task"]]() == 0
