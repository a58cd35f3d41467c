#!/usr/bin/env python
"""Django's command line for WasteHub."""

import os
import sys

from django.core.management import execute_from_command_line

from wastehub import celery  # noqa: F401  (so that commands can enqueue tasks)

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wastehub.settings.base")
    execute_from_command_line(sys.argv)
