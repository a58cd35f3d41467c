"""Fixtures of the real stack; ``tests.stack`` says how it is built and why.

``site``     the seeded site behind a real gunicorn, one for the session
``site_db``  lets the test's own models read and write the site's database
``worker``   a real Celery worker for that site
``page``     a Chromium page on the site, which fails the test on any complaint
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests import stack
from wastehub.ledger.models import Entry

# On a busy machine an example may take long; that is no fault of the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

# MapLibre draws by WebGL, which a machine without a graphics card does in software.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM_PLACES = ["/usr/bin/chromium", "/usr/bin/google-chrome"]


def no_sweeping() -> str:
    """The trigger by which the database refuses to empty the ledger."""
    (trigger,) = (t for t in Entry._meta.triggers if t.name == "entries_are_kept")
    return trigger.get_pgid(Entry)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """The tests' own database may be emptied after a test with real transactions."""
    with django_db_blocker.unblock(), connection.cursor() as sql:
        sql.execute(f"ALTER TABLE ledger_entry DISABLE TRIGGER {no_sweeping()}")


@pytest.fixture
def attachments_folder(settings, tmp_path) -> Path:
    """The store of attachments is a folder of this test alone."""
    backend = settings.STORAGES["attachments"]["BACKEND"]
    own = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"attachments": own}
    return tmp_path


@pytest.fixture(scope="session")
def site(django_db_blocker, tmp_path_factory) -> Iterator[stack.Site]:
    """The site as a newcomer's first ``make run`` leaves it."""
    log = tmp_path_factory.mktemp("site") / "web.log"
    with django_db_blocker.unblock(), stack.own_database() as database:
        stack.seed(database)
        with stack.served(database, log) as running:
            yield running


@pytest.fixture
def site_db(site: stack.Site, django_db_blocker) -> Iterator[None]:
    """Models reach the site's database; what they write is committed and stays."""
    with django_db_blocker.unblock(), site.orm():
        yield


@pytest.fixture(scope="session")
def worker(site: stack.Site) -> Iterator[None]:
    """Tasks of the site are done for as long as the session lasts."""
    with stack.working(site.database, site.log.with_name("worker.log")):
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, so Django believes itself inside
    # asynchronous code and refuses to query. Nothing else runs in that loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    places = [os.environ.get("CHROMIUM", ""), *CHROMIUM_PLACES]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=next((p for p in places if p and Path(p).exists()), None),
            args=CHROMIUM_OPTIONS,
        )
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page had to complain of. A test that provokes one takes it out again."""
    return []


@pytest.fixture
def page(browser: Browser, site: stack.Site, complaints: list[str]) -> Iterator[Page]:
    """A page in Chinese on the site; errors and foreign requests fail the test."""
    context = browser.new_context(
        base_url=site.url, locale="zh-CN", viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(20_000)
    context.on("request", lambda request: _keep_foreign(request.url, site, complaints))
    context.on("console", lambda said: _keep_error(said, complaints))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    context.close()
    if complaints:
        pytest.fail("\n".join([*complaints, *_last_lines(site.log)]))


def _keep_foreign(url: str, site: stack.Site, complaints: list[str]) -> None:
    address = urlsplit(url)
    if address.scheme not in {"data", "blob"} and address.netloc != site.host:
        complaints.append(f"The page asked another host: {url}")


def _keep_error(said, complaints: list[str]) -> None:
    if said.type == "error":
        complaints.append(f"{said.text} ({said.location['url']})")


def _last_lines(log: Path, count: int = 20) -> list[str]:
    return ["", f"The end of {log}:", *log.read_text().splitlines()[-count:]]
