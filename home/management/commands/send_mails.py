from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations

from home import mails


class Command(BaseCommand):
    help = (
        "Write to every editor what there is to do: at most one e-mail a day, only if something is new, and facts to "
        "confirm once a week. Meant for every night; may be run again at any time."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend"):
            self.stdout.write("EMAIL_HOST is not set: no mails are sent.")
            return
        sent, failed = mails.send()
        self.stdout.write(f"Mails sent: {sent}. Failed: {failed}.")
        if failed:
            raise CommandError("Some mails could not be sent. They are tried again with the next run.")
