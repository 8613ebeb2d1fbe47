import io
import logging
import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from home.models import HomePage
from spaces.models import Municipality, OutsidePlace, Service, Space

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Bring up the portal on this machine: the database, the starter content where there is none yet, "
        "and a server. What was edited stays as it is."
    )
    # They would be asked twice; the server asks for nothing that a start by hand needs.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to serve (default: %(default)s)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        _check_port(port)
        # Each saved fact and page would be a line.
        for name in ("wagtail", "django_tasks"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._migrate()
        if not (Municipality.objects.exists() and OutsidePlace.objects.exists()):
            self.stdout.write("Loading the gazetteer …")
            call_command("load_gazetteer", stdout=self.stdout)
        if not all(model.objects.exists() for model in (Space, Service, HomePage)):
            self.stdout.write("Loading the starter content …")
            call_command("load_starter", stdout=self.stdout)
        address = f"http://{HOST}:{port}"
        self.stdout.write(f"\nThe portal:   {address}/de/\nFor editors:  {address}/admin/\n")
        call_command("runserver", f"{HOST}:{port}", use_reloader=False, skip_checks=True)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if steps:
            with tqdm(total=steps, desc="Making the database", unit="step", leave=False) as bar:
                call_command("migrate", interactive=False, verbosity=1, stdout=_Steps(bar))


class _Steps(io.StringIO):
    """Moves a progress bar by one for each migration that the migrate command says is applied."""

    def __init__(self, bar: "tqdm[Any]") -> None:
        super().__init__()
        self.bar = bar

    def write(self, text: str) -> int:
        self.bar.update(text.count(" OK"))
        return len(text)


def _check_port(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken ({error.strerror}). Is the portal running already? "
                f"Another port is named so: make demo PORT={port + 1}"
            ) from error
