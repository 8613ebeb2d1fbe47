"""Copies the database and the uploaded files of a running portal into a folder of their own, named by the moment.

    .venv/bin/python deploy/backup.py FOLDER [--keep 14]

SQLite is copied by its own means, so that a write in between does no harm, and the copy is checked; PostgreSQL is
dumped with pg_dump, which has to be installed. Only who runs it may read the copies: they hold editors' accounts. What
readers ask is in none, since it is nowhere. How to restore one is said in docs/operators.md.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")

from django.conf import settings


def copy_sqlite(source: str, target: Path) -> None:
    reading, writing = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target)
    with closing(reading), closing(writing):
        reading.backup(writing)
        # A file of one piece, without the log that SQLite writes beside a database in use.
        writing.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = writing.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise SystemExit(f"The copy of the database is damaged: {verdict}")


def dump_postgresql(database: dict[str, str], target: Path) -> None:
    where = {
        "PGHOST": database.get("HOST"),
        "PGPORT": str(database.get("PORT") or ""),
        "PGUSER": database.get("USER"),
        # In the environment, since every user of the machine can read a command line.
        "PGPASSWORD": database.get("PASSWORD"),
    }
    environment = {**os.environ, **{name: value for name, value in where.items() if value}}
    command = ["pg_dump", "--format=custom", "--no-owner", "--file", str(target), database["NAME"]]
    subprocess.run(command, env=environment, check=True)  # noqa: S603


def back_up(into: Path) -> None:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        copy_sqlite(str(database["NAME"]), into / "portal.sqlite3")
    else:
        dump_postgresql(database, into / "portal.dump")
    if Path(settings.MEDIA_ROOT).is_dir():
        with tarfile.open(into / "media.tar.gz", "w:gz") as archive:
            archive.add(settings.MEDIA_ROOT, arcname="media")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--keep", type=int, default=14, help="how many copies stay; older ones go (default: 14)"
    )
    options = parser.parse_args()
    if options.keep < 1:
        parser.error("--keep: at least the new copy has to stay")

    os.umask(0o077)
    options.folder.mkdir(parents=True, exist_ok=True)
    name = f"portal-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    unfinished = options.folder / f".{name}"
    unfinished.mkdir()
    try:
        back_up(unfinished)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    # It gets its name when it is whole, so that nobody restores half a copy.
    unfinished.rename(options.folder / name)
    for old in sorted(options.folder.glob("portal-????????T??????Z"))[: -options.keep]:
        shutil.rmtree(old)
    sys.stdout.write(f"{options.folder / name}\n")


if __name__ == "__main__":
    main()
