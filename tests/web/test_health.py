"""The health check names the part that is broken, on real servers."""

import re

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.db import close_old_connections, connection

from wastehub.celery import app
from wastehub.web import health

PARTS = {"database", "redis", "worker"}


@pytest.fixture
def nobodys_queue():
    """A Redis database of the same server in which no worker listens."""
    broker = re.sub(r"(virtual_host=|/)\d+$", r"\g<1>14", settings.REDIS_URL)
    return Celery("nobody", broker=broker, set_as_current=False)


@pytest.fixture
def dead_queue():
    broker = "redis+socket:///nowhere/redis.sock"
    return Celery("dead", broker=broker, set_as_current=False)


@pytest.fixture
def dead_database():
    database = connection.copy()
    database.settings_dict["HOST"] = "/nowhere"
    return database


@pytest.mark.django_db(transaction=True)
def test_everything_is_up(client):
    with start_worker(app, perform_ping_check=False, shutdown_timeout=30):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "version": settings.VERSION,
        "database": "ok",
        "redis": "ok",
        "worker": "ok",
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_it_asks_no_name(client, django_assert_num_queries):
    client.cookies["sessionid"] = "whoever"
    with django_assert_num_queries(1):
        client.get("/healthz")


@pytest.mark.django_db
def test_a_broken_queue_is_named(client, dead_queue, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_read_url", dead_queue.conf.broker_url)
    monkeypatch.setattr(app.conf, "broker_write_url", dead_queue.conf.broker_url)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    told = answer.json()
    assert {part for part in PARTS if told[part] != "ok"} == {"redis", "worker"}


def test_a_queue_without_a_worker_is_silent(nobodys_queue):
    assert health.redis_state(nobodys_queue) == "ok"
    assert health.worker_state(nobodys_queue) == "silent"


def test_a_database_that_is_away_is_down(dead_database):
    assert health.state_of(health.database_state, dead_database) == "down"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client, method):
    assert getattr(client, method)("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_request_after_the_database_came_back_is_served(client):
    client.get("/sources/")
    _end_the_session_from_outside(connection.copy())
    # What begins every request; the test client leaves it out.
    close_old_connections()
    assert client.get("/sources/").status_code == 200


def _end_the_session_from_outside(other):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", mine)
    other.close()
