"""The real thing for tests that look from outside: a seeded site and its worker.

Plain ``db`` tests roll back in pytest-django's own test database. A browser or a worker
sees only what is committed, and emptying every table after each such test would cost
more than the test. So these tests share a database of their own, filled once by the
very script that ``make run`` uses, and served by a real gunicorn. Nothing is rolled
back there: a test that adds something gives it a name of its own.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from wastehub.celery import app

ROOT = Path(__file__).resolve().parent.parent
BACKLOG = 128
"""So many callers may wait at the door while the site is not there."""


@dataclass(frozen=True)
class Site:
    """A running site: where it answers, which database it serves, where it logs."""

    url: str
    database: str
    log: Path

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @contextmanager
    def orm(self) -> Iterator[None]:
        """Let this process's models read and write the site's database."""
        with models_reach(NAME=self.database):
            yield


@contextmanager
def models_reach(**elsewhere: Any) -> Iterator[None]:
    """Let this process's models read and write another database, by its settings."""
    own = {name: connection.settings_dict[name] for name in elsewhere}
    connection.close()
    connection.settings_dict.update(elsewhere)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)


def environment(database: str) -> dict[str, str]:
    """What a process of the site reads, with the servers of this test run."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}")
    return {
        **os.environ,
        "DATABASE_URL": url.geturl(),
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "wastehub.settings.test",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def own_database() -> Iterator[str]:
    """An empty database beside the one of the ``db`` tests; yields its name."""
    usual = urlsplit(os.environ["DATABASE_URL"]).path.strip("/")
    # Each of the processes that share a suite out has its own.
    name = f"test_{usual}_{os.environ.get('PYTEST_XDIST_WORKER', 'all')}_site"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def seed(database: str) -> None:
    """Everything that a first ``make run`` loads."""
    done = subprocess.run(
        [sys.executable, ".dev/prepare.py"],
        cwd=ROOT,
        env=environment(database),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Seeding failed:\n{done.stdout}\n{done.stderr}")


def started(
    *arguments: str, environment: dict[str, str], log: Path, **options: Any
) -> subprocess.Popen[bytes]:
    """A module of this Python, running in the background."""
    with log.open("a") as words:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            **options,
        )


@contextmanager
def process(
    *arguments: str, database: str, log: Path, **options: Any
) -> Iterator[None]:
    """A module of this Python in the background, stopped at the end."""
    child = started(*arguments, environment=environment(database), log=log, **options)
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def gunicorn(door: socket.socket, *, workers: int, threads: int) -> tuple[str, ...]:
    """The arguments of a web process on a socket that is open already."""
    bind = ("gunicorn", "wastehub.wsgi", "--bind", f"fd://{door.fileno()}")
    size = ("--workers", str(workers), "--threads", str(threads))
    return (*bind, *size, "--no-control-socket")


@contextmanager
def served(
    database: str, log: Path, *, workers: int = 1, threads: int = 4
) -> Iterator[Site]:
    """gunicorn on a socket that is open already, so that no port is ever guessed."""
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as door:
        arguments = gunicorn(door, workers=workers, threads=threads)
        with process(*arguments, database=database, log=log, pass_fds=[door.fileno()]):
            port = door.getsockname()[1]
            yield Site(f"http://127.0.0.1:{port}", database, log)


def celery_worker(*, concurrency: int) -> tuple[str, ...]:
    """The arguments of a worker."""
    size = ("--concurrency", str(concurrency))
    return ("celery", "-A", "wastehub.celery", "worker", *size)


@contextmanager
def working(database: str, log: Path) -> Iterator[None]:
    """A Celery worker on an empty queue, answering before the test goes on."""
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()
    with process(*celery_worker(concurrency=1), database=database, log=log):
        wait_until(lambda: app.control.ping(timeout=0.5), seconds=60, what=log)
        yield


def wait_until(answer: Callable[[], object], *, seconds: float, what: object) -> None:
    """Ask until the answer is true, or fail naming what was waited for."""
    deadline = time.monotonic() + seconds
    while not answer():
        if time.monotonic() > deadline:
            words = what.read_text() if isinstance(what, Path) else what
            raise TimeoutError(f"Nothing after {seconds} s: {words}")
        time.sleep(0.1)
