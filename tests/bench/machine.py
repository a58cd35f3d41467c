"""What the figures were measured on."""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.db import connection

GIB = 2**30


def machine() -> Iterator[str]:
    """A line each for the machine, the programs and the load when it began."""
    cores = len(os.sched_getaffinity(0))
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    yield f"{_cpu_model()}, {cores} cores, {memory_gib:.0f} GiB of memory"
    names = ("numpy", "numba", "highspy", "ortools")
    programs = (f"{name} {version(name)}" for name in names)
    yield ", ".join([f"Python {platform.python_version()}", *programs])
    yield _servers()
    yield f"Load when it began: {os.getloadavg()[0]:.1f}"


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _servers() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), postgis_lib_version()"
        )
        postgresql, postgis = cursor.fetchone()
    return f"PostgreSQL {postgresql.split()[0]}, PostGIS {postgis}"
