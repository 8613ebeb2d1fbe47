"""Compiles the interface's catalogues, without the gettext package."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


def compile_catalogue(source: Path) -> Path:
    """Compile one ``.po`` file into the ``.mo`` beside it, and return that one's path.

    Fuzzy and obsolete entries are left out, as gettext does. Raises OSError where the file is no catalogue.
    """
    target = source.with_suffix(".mo")
    # Written beside it and moved into place, so that a process that starts meanwhile never reads half a file.
    fresh = target.with_suffix(".mo.new")
    polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(fresh))
    fresh.replace(target)
    return target


class Command(BaseCommand):
    help = "Compiles the .po files of the interface, which needs no gettext package."
    # It makes what the checks may ask for.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="compile those that are up to date, too")

    def handle(self, *args: Any, force: bool = False, **options: Any) -> None:
        compiled = 0
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if not force and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                    continue
                try:
                    compile_catalogue(source)
                except (OSError, ValueError) as error:
                    raise CommandError(f"{source.relative_to(folder)}: {error}") from error
                compiled += 1
        self.stdout.write(f"{compiled} catalogues compiled.")
