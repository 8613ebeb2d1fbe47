import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search.answers import as_json
from search.lookup import index
from search.street_list import decode


class Command(BaseCommand):
    help = "Find the office for addresses. Prints one JSON object a line: the API's answer, with the address as input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="*", help='As typed. Example: "Schulstraße 12, 21357 Bardowick"')
        parser.add_argument(
            "--batch", metavar="FILE", help="A file with one address a line; - is standard input."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["address"]) == bool(options["batch"]):
            raise CommandError("Name either addresses or --batch FILE.")
        latest, today = index(), timezone.localdate()
        for text in _addresses(options["address"], options["batch"]):
            answer = {"input": text, **as_json(latest.find(text, today), latest)}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _addresses(typed: list[str], batch: str | None) -> Iterable[str]:
    if not batch:
        yield from typed
    elif batch == "-":
        yield from (line.rstrip("\r\n") for line in sys.stdin)
    else:
        try:
            text = decode(Path(batch).read_bytes())
        except OSError as error:
            raise CommandError(f"{batch} cannot be read: {error.strerror}") from None
        yield from (line.rstrip("\n") for line in StringIO(text, newline=None))
