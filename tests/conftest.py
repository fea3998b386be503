"""Fixtures for all tests: a database file, uploads, a broker, a worker and a browser of each test run's own."""

import gc
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from celery import Celery
from django.conf import settings as django_settings
from django.db import connections
from django.test import TransactionTestCase, override_settings
from kombu import pools
from playwright.sync_api import Browser, Page, expect, sync_playwright
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped,unused-ignore]

from coursework import append_only
from coursework.celery import app as celery_app
from coursework.runtime.broker import running_broker

# The same examples in every run, so that a failure is a change's own. HYPOTHESIS_PROFILE=explore looks for new ones,
# few is for a second run of the same tests.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("few", derandomize=True, deadline=None, max_examples=15)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=500)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Hashing a password slowly is the point in production, and most of a suite's time here.
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Every test client would look through all static files anew: a third of the time of a test that asks for one page.
_look_through = WhiteNoiseMiddleware.add_files_from_finders
_static_files: dict[str, dict[str, Any]] = {}


def _look_through_once(middleware: WhiteNoiseMiddleware) -> None:
    if middleware.static_prefix not in _static_files:
        before = set(middleware.files)
        _look_through(middleware)
        found = {url: file for url, file in middleware.files.items() if url not in before}
        _static_files[middleware.static_prefix] = found
    middleware.files.update(_static_files[middleware.static_prefix])


WhiteNoiseMiddleware.add_files_from_finders = _look_through_once

# Looking for garbage again and again among what a suite loads and keeps takes a tenth of its time.
gc.set_threshold(100_000, 50, 50)

# The browser's driver runs an event loop in the tests' thread, where Django takes every query for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# As long as a page takes at most on two busy cores; what is there at once is seen at once.
expect.set_options(timeout=15_000)

_NO_BROKER = "redis+socket:///nonexistent/broker.sock"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: tests run as root in containers. The others keep it from calling its maker's hosts.
_CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP *.test 127.0.0.1",  # names that a test gives to servers of its own
)


# --- Database and files ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Put SQLite's test database into a file, as it is in use: live servers and workers open it a second time."""
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _flush_empties_the_record_too() -> None:
    """Let Django empty the database after a test that commits, as far as the record of events is in its way.

    Its `flush` ends with the signal of `migrate`, by which the triggers come back.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def fixture_teardown(test: TransactionTestCase) -> None:
        with connections["default"].cursor() as cursor:
            of_table = f" ON {append_only.TABLE}" if cursor.db.vendor == "postgresql" else ""
            for name in append_only.triggers(cursor.db):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}")
        flush(test)

    TransactionTestCase._fixture_teardown = fixture_teardown  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give each test a data directory of its own, with its uploads in it. Made when something is written there."""
    directory = tmp_path_factory.getbasetemp() / f"data-{next(_numbers)}"
    with override_settings(DATA_DIR=directory, MEDIA_ROOT=directory / "media"):
        yield directory


_numbers = iter(range(sys.maxsize))


# --- Broker and worker -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """Give the address of a Redis: that of REDIS_URL, else an embedded one, started when the first test wants it."""
    given = os.environ.get("REDIS_URL")
    if given:
        yield given
    else:
        with running_broker() as url:
            yield url


@pytest.fixture(scope="session", autouse=True)
def _no_broker_unless_asked_for() -> None:
    """Take the broker away: a test that wants one says so by the `broker` fixture."""
    _connect_celery(_NO_BROKER)


@pytest.fixture
def broker(broker_url: str, worker_id: str) -> Iterator[Celery]:
    """Give the Celery application connected to a broker with empty queues, apart from all other tests'."""
    prefix = f"test-{os.getpid()}-{worker_id}-{next(_numbers)}:"
    _connect_celery(broker_url.replace("unix://", "redis+socket://", 1), prefix)
    try:
        yield celery_app
    finally:
        with redis.from_url(broker_url) as client:
            for key in client.scan_iter(f"{prefix}*"):
                client.delete(key)
        _connect_celery(_NO_BROKER)


def _connect_celery(url: str, prefix: str = "") -> None:
    application: Any = celery_app  # its type stubs know nothing of changing the settings of a running one
    application.conf.broker_url = url
    application.conf.broker_transport_options = {
        **django_settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "global_keyprefix": prefix,
    }
    # All three keep the connections that they were made with.
    pools.reset()
    application._pool = None
    application.amqp._producer_pool = None


@pytest.fixture
def worker_environment(transactional_db: None, broker: Celery, broker_url: str, data_dir: Path) -> dict[str, str]:
    """Give the environment in which another process sees the test's database, broker and uploads."""
    return {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "REDIS_URL": broker_url,
        "REDIS_KEY_PREFIX": broker.conf.broker_transport_options["global_keyprefix"],
        "DATA_DIR": str(data_dir),
        "PYTHON": sys.executable,  # scripts of ours run by the same Python as the test
        "PYTHONUNBUFFERED": "1",
        # Tests wait for workers; standing back behind all the other tests, these would hardly get on.
        "WORKER_NICENESS": "0",
    }


def _database_url() -> str:
    database = connections["default"].settings_dict
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    account = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
    return f"postgres://{account}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture
def worker(worker_environment: dict[str, str], data_dir: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a real Celery worker beside the test. Its log is worker.log in the data directory."""
    data_dir.mkdir(parents=True, exist_ok=True)
    options = [
        "--queues",
        "verification,practice",
        "--concurrency",
        "1",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    with (data_dir / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app", "coursework", "worker", *options],
            env=worker_environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# --- Browser -----------------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `make browser` finds it."""
    for item in items:
        if "chromium_path" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of a Chromium. Where there is none, skip, or with REQUIRE_BROWSER=1 fail."""
    for name in (os.environ.get("CHROMIUM"), *_CHROMIUM_NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    reason = f"no Chromium found: looked for {', '.join(_CHROMIUM_NAMES)}; CHROMIUM may name one"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Run a headless Chromium for the whole test run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=list(_CHROMIUM_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page without cookies. A script's error and what the security policy refuses fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    refused: list[str] = []
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    # A handler still waiting for an answer would fail the next test instead of this one.
    page.unroute_all(behavior="ignoreErrors")
    context.close()
    assert refused == []
