"""The portal as it is delivered: with the starter content, and behind gunicorn as ``deploy/`` sets it up.

Most tests build the few facts they need (``tests.factories``). This is for those that drive a browser, read what a
server writes, or say something about the content itself. The server always has SQLite and a local cache, whatever the
tests themselves run on.
"""

import fcntl
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from search import lookup

ROOT = Path(__file__).resolve().parent.parent

# One process for all three: starting Django takes longer than some of them.
BUILD = """
import django, logging
django.setup()
logging.disable(logging.INFO)
from django.core.management import call_command
for command in ("migrate", "load_gazetteer", "load_starter"):
    call_command(command, verbosity=0)
"""

_START = 60
_LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")


class Server(NamedTuple):
    """A running portal: its address, without a slash at the end, its database, and what it writes."""

    url: str
    database: Path
    lines: Path

    def written(self) -> str:
        return self.lines.read_text(encoding="utf-8", errors="replace")


@contextmanager
def starter_content(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The starter content in the tests' own database, until the block ends; for a fixture of a whole file."""
    lookup.forget()
    with blocker.unblock(), transaction.atomic():
        for command in ("load_gazetteer", "load_starter"):
            call_command(command, stdout=StringIO())
        yield
        transaction.set_rollback(True)
    lookup.forget()


def starter_database(shared: pytest.TempPathFactory) -> Path:
    """A file with the starter content, which nobody may write to; made once for all workers of a run."""
    folder = shared.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    database = folder / "starter.sqlite3"
    with (folder / "starter.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            unfinished = folder / "unfinished.sqlite3"
            unfinished.unlink(missing_ok=True)
            _run([sys.executable, "-c", BUILD], environment(unfinished))
            _fold_in_the_log(unfinished)
            unfinished.rename(database)
    return database


@contextmanager
def served(database: Path, folder: Path, application: str = "portal.wsgi") -> Iterator[Server]:
    """The portal with a copy of this database, on a port of its own choice, until the block ends."""
    own = Path(shutil.copyfile(database, folder / "portal.sqlite3"))
    # The portal's own files only: enough for a visitor, and no second is spent on the editors' thousand.
    static = Path(shutil.copytree(settings.BASE_DIR / "portal" / "static", folder / "static"))
    lines = folder / "lines"
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"]
    command += ["--pythonpath", str(folder), application]
    variables = {**environment(own), "STATIC_ROOT": str(static), "PYTHONUNBUFFERED": "1"}
    with lines.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=output, stderr=output)
        try:
            yield Server(_address(process, lines), own, lines)
        finally:
            process.terminate()
            process.wait(timeout=30)


def environment(database: Path) -> dict[str, str]:
    """The variables of an installation with this database; nothing of those that the tests run with."""
    foreign = ("DATABASE_URL", "CACHE_URL", "REDIS_URL", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": f"sqlite:///{database}",
    }


def _address(process: "subprocess.Popen[bytes]", lines: Path) -> str:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        if found := _LISTENING.search(lines.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"The portal did not start:\n{lines.read_text()}")


def _run(command: list[str], variables: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"The starter content could not be loaded:\n{done.stdout}{done.stderr}")


def _fold_in_the_log(database: Path) -> None:
    """SQLite writes beside a database in use; a copy needs all of it in one file."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
