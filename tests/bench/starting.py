"""A new process' first plan, stage by stage: what compiling and loading take."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from tests.bench.sizes import HANDFUL
from tests.bench.table import Row


def measure() -> Iterator[Row]:
    """Once without compiled code on disk, and once with what that left."""
    command = [sys.executable, "-m", "tests.bench.first_call", *HANDFUL.arguments()[:2]]
    with TemporaryDirectory() as kept:
        environment = {**os.environ, "NUMBA_CACHE_DIR": kept}
        for remark in ("compiles", "loads what was compiled"):
            run = subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            )
            for stage, seconds in json.loads(run.stdout).items():
                yield Row("start", str(HANDFUL), stage, seconds, None, 1, remark)
