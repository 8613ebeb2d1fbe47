"""What holds for all tests.

A test that cannot run on this machine is skipped with a line that says what it lacks and how to get it. Where
``REQUIRE_ALL`` is set, as the continuous integration does, such a skip is a failure.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))

# Skips that are no failure anywhere: data that is not part of the project, and what concerns the other
# database.
EXEMPT_MARKERS = ["shared_data", "postgresql", "sqlite"]

JAVA = shutil.which("java")
VNU_JAR = Path(os.environ.get("VNU_JAR") or Path(settings.BASE_DIR) / "var" / "vnu" / "vnu.jar")

# `make vnu` needs both; without them the checker cannot be had, and the parser alone looks at the pages.
if not JAVA or not shutil.which("npm"):
    EXEMPT_MARKERS.append("vnu")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def is_postgresql() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def pytest_configure(config: pytest.Config) -> None:
    # Tests clear the cache, so every worker has a Redis database of its own.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    default = settings.CACHES["default"]
    if worker.startswith("gw") and "redis" in default["BACKEND"].lower():
        address, _, number = default["LOCATION"].rpartition("/")
        default["LOCATION"] = f"{address}/{int(number) + 1 + int(worker.removeprefix('gw'))}"


def pytest_report_header() -> list[str]:
    if is_postgresql():
        return [f"database: PostgreSQL, cache: {settings.CACHES['default']['BACKEND'].rpartition('.')[2]}"]
    return ["database: SQLite (another: DATABASE_URL=postgresql://USER@127.0.0.1:5432/NAME make test)"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    on_sqlite = pytest.mark.skip(
        reason="needs PostgreSQL: start one, and DATABASE_URL=postgresql://USER@127.0.0.1:5432/NAME make test"
    )
    on_postgresql = pytest.mark.skip(
        reason="says something about SQLite only: make test without DATABASE_URL"
    )
    without_browser = pytest.mark.skip(
        reason="needs a browser: install Chromium, on Debian and Ubuntu with: apt-get install chromium"
    )
    without_checker = pytest.mark.skip(
        reason="needs Java 17 and the Nu checker: install Java and npm, make vnu"
    )
    here = Path(__file__).parent
    drives_browser = False
    for item in items:
        if (here / "browser") in item.path.parents:
            item.add_marker("browser")
        if item.get_closest_marker("browser"):
            drives_browser = drives_browser or bool(CHROMIUM)
            if not CHROMIUM:
                item.add_marker(without_browser)
        if item.get_closest_marker("postgresql") and not is_postgresql():
            item.add_marker(on_sqlite)
        if item.get_closest_marker("sqlite") and is_postgresql():
            item.add_marker(on_postgresql)
        if item.get_closest_marker("vnu") and not (JAVA and VNU_JAR.is_file()):
            item.add_marker(without_checker)
    if drives_browser:
        # Playwright's event loop runs in the tests' thread, until the run's end and after the databases are
        # removed; Django would refuse to use a database beside it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    exempt = any(item.get_closest_marker(name) for name in EXEMPT_MARKERS)
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail") and not exempt:
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL is set, and this test was skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report: Any = yield
    if REQUIRE_ALL and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL is set, and this file was skipped: {report.longrepr}"
    return report


def _migrated_database() -> Path:
    """Where an empty database is kept after all migrations, which take a quarter of a minute; another one for other
    migrations and libraries.
    """
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256((root / "requirements-dev.lock").read_bytes())
    for file in sorted([*root.glob("*/migrations/*.py"), *root.glob("portal/settings/*.py")]):
        digest.update(file.read_bytes())
    return Path(tempfile.gettempdir()) / f"sozialraum-portal-{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """A database in memory begins as the one that an earlier run left behind."""
    kept = _migrated_database()
    if is_postgresql() or not kept.is_file():
        yield
        return
    # The name that Django gives to a test database in memory; it lives as long as somebody is connected.
    memory = sqlite3.connect("file:memorydb_default?mode=memory&cache=shared", uri=True)
    with closing(memory), closing(sqlite3.connect(kept)) as left_behind:
        left_behind.backup(memory)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    kept = _migrated_database()
    if is_postgresql() or kept.is_file():
        return
    written = kept.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), closing(sqlite3.connect(written)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    written.replace(kept)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """A rolled-back test leaves the journal's version as it was, and its pages and facts would reach the next. So would
    the language of its last request.
    """
    from portal import tree
    from search import lookup, words
    from spaces import open_now, register, texts

    translation.deactivate()
    cache.clear()
    lookup.forget()
    open_now.forget()
    register.forget()
    texts.forget()
    tree.forget()
    words.forget()


@pytest.fixture(scope="session")
def nu_checker() -> list[str]:
    """The command of the Nu checker; it takes files and folders, and says as JSON what it finds."""
    return [str(JAVA), "-jar", str(VNU_JAR), "--format", "json", "--exit-zero-always", "--stdout"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's own Chromium, asking nobody else's server for anything."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": BROWSER_FLAGS,
    }
