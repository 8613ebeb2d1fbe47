import atexit
import io
import logging
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from home.models import HomePage
from portal.languages import SERVED_CODES
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
        if HomePage.objects.count() < len(SERVED_CODES):
            # Nobody has to wait for eleven languages: until a page is there, the German one stands in for it.
            self.stdout.write("The other languages are loaded meanwhile; that takes a minute or two.")
            translations = subprocess.Popen([sys.executable, sys.argv[0], "load_translations"])  # noqa: S603
            atexit.register(translations.terminate)
        address = f"http://{HOST}:{port}"
        self.stdout.write(f"\nThe portal:   {address}/de/\nFor editors:  {address}/admin/\n")
        # Static files go through the middleware, which compresses them.
        call_command(
            "runserver", f"{HOST}:{port}", use_reloader=False, skip_checks=True, use_static_handler=False
        )

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
