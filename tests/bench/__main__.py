"""``python -m tests.bench [name ...]``, with the servers in the environment."""

import os
import sys

import django

# What a site may be told must not change what is measured.
for name in ("DEBUG", "DEMO"):
    os.environ.pop(name, None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wastehub.settings.test")
django.setup()

from tests.bench.run import main  # noqa: E402  (its models need the settings)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
