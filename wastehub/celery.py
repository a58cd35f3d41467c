"""The Celery application; tasks live beside the services they call."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wastehub.settings.base")

app = Celery("wastehub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
