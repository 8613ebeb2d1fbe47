"""The portal as it is delivered: with the starter content, and behind gunicorn as ``deploy/`` sets it up.

Most tests build the few facts they need (``tests.factories``). This is for those that drive a browser, read what a
server writes, or say something about the content itself. The server always has SQLite and a local cache, whatever the
tests themselves run on.
"""

import fcntl
import os
import re
import secrets
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
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from portal import tree
from search import lookup, words
from spaces import open_now, register, texts

ROOT = Path(__file__).resolve().parent.parent

#: The languages into which a server's content is translated, besides German: the one nearest to it, the one that most
#: know, one from right to left, and one in a script of its own. The others show what an untranslated language shows.
TRANSLATED = ("de-simple", "en", "ar", "ti")

# One process for all of them: starting Django takes longer than some of them.
BUILD = """
import django, logging, sys
django.setup()
logging.disable(logging.INFO)
from django.core.management import call_command
for command in ("migrate", "load_gazetteer", "load_starter"):
    call_command(command, verbosity=0)
call_command("load_translations", *sys.argv[1:], verbosity=0)
"""

#: The variables of a server whose readers come through a web server on the same machine, and what that adds.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.base",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUSTED_PROXIES": "1",
}
PROXIED = {"X-Forwarded-Proto": "https"}

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
def starter_content(blocker: DjangoDbBlocker, *languages: str) -> Iterator[None]:
    """The starter content in the tests' own database, translated into these languages, until the block ends; for a
    fixture of a whole file. A language costs about four seconds.
    """
    forget()
    with blocker.unblock(), transaction.atomic():
        for command in ("load_gazetteer", "load_starter"):
            call_command(command, stdout=StringIO())
        if languages:
            call_command("load_translations", *languages, stdout=StringIO())
        yield
        transaction.set_rollback(True)
    forget()


def forget() -> None:
    for kept in (lookup, words, tree, open_now, register, texts):
        kept.forget()


def starter_database(shared: pytest.TempPathFactory) -> Path:
    """A file with the starter content, translated into `TRANSLATED`, which nobody may write to; made once for all
    workers of a run, in about half a minute.
    """
    folder = shared.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    database = folder / "starter.sqlite3"
    with (folder / "starter.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            database_in(folder, TRANSLATED).rename(database)
    return database


def database_in(folder: Path, languages: tuple[str, ...]) -> Path:
    """A new file with the starter content, translated into these languages."""
    database = folder / "unfinished.sqlite3"
    database.unlink(missing_ok=True)
    _run([sys.executable, "-c", BUILD, *languages], environment(database))
    _fold_in_the_log(database)
    return database


@contextmanager
def served(
    database: Path,
    folder: Path,
    application: str = "portal.wsgi",
    *,
    as_in_production: bool = False,
    for_editors: bool = False,
) -> Iterator[Server]:
    """The portal with a copy of this database, on a port of its own choice, until the block ends. With the tests'
    settings, or with production's; then it believes to stand behind a web server, which says in `PROXIED` that
    the reader came by HTTPS. `for_editors`: with the files of the admin too.
    """
    own = Path(shutil.copyfile(database, folder / "portal.sqlite3"))
    static, lines = folder / "static", folder / "lines"
    variables = {**environment(own), "STATIC_ROOT": str(static), "PYTHONUNBUFFERED": "1"}
    # The portal's own files only: enough for a visitor, and no second is spent on the editors' thousand.
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    if as_in_production:
        variables |= PRODUCTION
        foreign = [word for name in ("wagtail*", "rest_framework", "admin") for word in ("--ignore", name)]
        _run([*collect, *foreign], variables)
    elif for_editors:
        _run(collect, variables)
    else:
        shutil.copytree(ROOT / "portal" / "static", static)
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0"]
    command += ["--pythonpath", str(folder), application]
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
        raise RuntimeError(f"The portal could not be set up:\n{done.stdout}{done.stderr}")


def _fold_in_the_log(database: Path) -> None:
    """SQLite writes beside a database in use; a copy needs all of it in one file."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
