"""The private servers: out of everybody's way, and there again after a crash."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clones import Clone, clone_in

SERVICES = 'source .dev/services.sh && make_state && export_settings && cd "$STATE"'
START = f"{SERVICES} && start_services >/dev/null"
QUERY = "psql -X -h $SOCKETS -U wastehub -d wastehub -Atc"


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """A clone whose path has a space and two Chinese characters in it."""
    with clone_in(tmp_path / "a place" / "废物") as clone:
        yield clone


@pytest.fixture
def stranger() -> Iterator[str]:
    """The number of a living process that has nothing to do with the servers."""
    process = subprocess.Popen(["sleep", "600"])
    yield str(process.pid)
    alive = process.poll() is None
    process.kill()
    process.wait()
    assert alive


def test_they_open_no_port(clone: Clone) -> None:
    ports = "echo port; redis-cli -s $SOCKETS/redis.sock config get port | tail -1"
    assert clone.answer(f"{START} && {ports}") == "0"
    assert clone.answer(f"{START} && {QUERY} 'SHOW listen_addresses'") == ""


def test_nobody_else_may_enter_the_socket_folder(clone: Clone) -> None:
    assert clone.answer(f"{START} && stat -c %a $SOCKETS") == "700"


def test_starting_twice_starts_once(clone: Clone) -> None:
    pids = "echo $(head -1 postgres/postmaster.pid) $(cat redis/redis.pid)"
    assert clone.answer(f"{START} && {pids}") == clone.answer(f"{START} && {pids}")


def test_data_survive_a_crash_that_leaves_strangers_under_the_old_numbers(
    clone: Clone, stranger: str
) -> None:
    clone.answer(f"{START} && {QUERY} 'CREATE TABLE kept AS SELECT 42 AS answer'")
    clone.answer(f"{START} && redis-cli -s $SOCKETS/redis.sock set kept 43")
    clone.answer(
        f"{SERVICES}"
        " && kill -KILL $(head -1 postgres/postmaster.pid)"
        " $(cat redis/redis.pid) && wait_until 100 eval '! services_running'"
        f" && sed -i 1s/.*/{stranger}/ postgres/postmaster.pid"
        f" && echo {stranger} >redis/redis.pid"
    )
    assert clone.answer(f"{START} && {QUERY} 'SELECT answer FROM kept'") == "42"
    assert clone.answer(f"{START} && redis-cli -s $SOCKETS/redis.sock get kept") == "43"


def test_a_database_that_was_killed_starts_when_its_last_process_is_gone(
    clone: Clone,
) -> None:
    """The children of a dead server go when they notice; here one takes seconds."""
    slow_child = 'cd "$STATE/postgres" && { sleep 3 & } && cd "$STATE"'
    told = clone.answer(
        f"{START} && kill -KILL $(head -1 postgres/postmaster.pid) && {slow_child}"
        " && start_services >/dev/null && gone $! && echo alone"
    )
    assert told == "alone"


def test_servers_named_in_the_environment_are_used_as_they_are(clone: Clone) -> None:
    given = {"DATABASE_URL": "postgis://elsewhere/site", "REDIS_URL": "redis://other/3"}
    asked = f"{START} && services_running || echo $DATABASE_URL $REDIS_URL"
    assert clone.answer(asked, **given) == "postgis://elsewhere/site redis://other/3"


def test_the_secret_key_is_made_once_and_closed_to_others(clone: Clone) -> None:
    key = clone.answer(f"{SERVICES} && echo $SECRET_KEY")
    assert len(key) == 64
    assert clone.answer(f"{SERVICES} && echo $SECRET_KEY") == key
    assert clone.answer(f"{SERVICES} && stat -c %a secret_key") == "600"


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    with clone_in(tmp_path / ("deep" * 30) / ("deeper" * 10)) as clone:
        socket = clone.answer("source .dev/env.sh && echo $SOCKETS/.s.PGSQL.5432.lock")
    assert len(os.fsencode(socket)) < 100
