"""A site with its own PostgreSQL, web and worker, each of which may be killed.

PostgreSQL and Redis are those of a throw-away clone, started by the very scripts that
``make run`` uses: by an ordinary user or by root, and with every commit on the disk
before it is answered.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import dj_database_url
from django.core.management import call_command

from tests import stack
from tests.clones import Clone, clone_in

SERVICES = "source .dev/services.sh && make_state && export_settings"
START = f"{SERVICES} && start_services >/dev/null"


class Part(Protocol):
    """What can be killed and started again."""

    def kill(self) -> None: ...

    def start(self) -> None: ...


@dataclass
class Daemon:
    """A process of the site with its children."""

    arguments: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    options: dict[str, Any] = field(default_factory=dict)
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """In a group of its own, so that it is killed with all its children."""
        self.child = stack.started(
            *self.arguments,
            environment=self.environment,
            log=self.log,
            start_new_session=True,
            **self.options,
        )

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self.child is not None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
            self.child = None


@dataclass(frozen=True)
class Postgres:
    """The database server of a clone; Redis, which is never killed, starts with it."""

    clone: Clone

    def start(self) -> None:
        """As ``make run`` starts it, after a crash too."""
        self.clone.answer(START)

    def kill(self) -> None:
        """SIGKILL of the server; its children go when they notice."""
        number = self.clone.answer(
            f'{SERVICES} && head -n 1 "$PGDATA_DIR/postmaster.pid"'
        )
        os.kill(int(number), signal.SIGKILL)


@dataclass(frozen=True)
class House:
    """The running site: where it answers, where its queue is, and its parts."""

    host: str
    queue: str
    database_url: str
    parts: dict[str, Part]

    @contextmanager
    def orm(self) -> Iterator[None]:
        """Let this process's models read and write the site's database."""
        where = dj_database_url.parse(self.database_url)
        names = "NAME", "USER", "PASSWORD", "HOST", "PORT"
        with stack.models_reach(**{name: where[name] for name in names}):
            yield


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """An empty site, its tables made, for the length of the block."""
    with clone_in(folder / "clone") as clone, _door() as door:
        postgres = Postgres(clone)
        postgres.start()
        environment = _environment(clone)
        parts = {
            "postgres": postgres,
            "web": _web(door, environment, folder / "web.log"),
            "worker": _worker(environment, folder / "worker.log"),
        }
        house = House(
            host="{}:{}".format(*door.getsockname()),
            queue=environment["REDIS_URL"],
            database_url=environment["DATABASE_URL"],
            parts=parts,
        )
        with house.orm():
            call_command("migrate", verbosity=0)
        try:
            parts["web"].start()
            parts["worker"].start()
            yield house
        finally:
            parts["worker"].kill()
            parts["web"].kill()


def _door() -> socket.socket:
    """Open as long as the house stands: who comes while the web is dead waits."""
    return socket.create_server(("127.0.0.1", 0), backlog=stack.BACKLOG)


def _environment(clone: Clone) -> dict[str, str]:
    told = clone.answer(f'{SERVICES} && echo "$DATABASE_URL $REDIS_URL"')
    database_url, redis_url = told.split()
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "tests.crashes.settings",
        "PYTHONPATH": str(stack.ROOT),
    }


def _web(door: socket.socket, environment: dict[str, str], log: Path) -> Daemon:
    arguments = stack.gunicorn(door, workers=1, threads=4)
    return Daemon(arguments, environment, log, {"pass_fds": [door.fileno()]})


def _worker(environment: dict[str, str], log: Path) -> Daemon:
    return Daemon(stack.celery_worker(concurrency=2), environment, log)
