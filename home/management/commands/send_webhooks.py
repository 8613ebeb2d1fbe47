import logging
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, no_translations
from django.db import DatabaseError, close_old_connections, connection

from home.webhooks import send_all

#: Between two looks at the journal.
SECONDS = 5

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Tell the registered webhooks of what has changed since they were last told. May be run at any time, also "
        "twice at once, and be killed at any time: nothing is lost. Deletes lines of the log that are 30 days old."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--watch",
            action="store_true",
            help=f"go on until told to stop, looking every {SECONDS} seconds (deploy/portal-webhooks.service)",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if options["watch"]:
            self.watch()
        else:
            tally = send_all()
            self.stdout.write(f"Messages delivered: {tally.delivered}, failed: {tally.failed}.")

    def watch(self) -> None:
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            try:
                close_old_connections()
                send_all(stopped.is_set)
            except DatabaseError:
                # It is being restarted, or restored: the journal will still be there.
                logger.exception("The database did not answer.")
                connection.close()
            stopped.wait(SECONDS)
