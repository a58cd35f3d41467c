"""The suite's settings, for a site with a Redis and a receiver of its own."""

import os

from wastehub.settings.test import *  # noqa: F403

REDIS_URL = CELERY_BROKER_URL = os.environ["REDIS_URL"]
# The receiver listens on this machine, without TLS.
DEBUG = WEBHOOKS_INTO_PRIVATE_NETWORKS = True
