from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Remove somebody's second factor and recovery codes, when both are lost. They set up a new one when they sign "
        "in the next time. Make sure that it is they who ask."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name with which they sign in")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account with the name “{name}”.")
        count, _ = Authenticator.objects.filter(user=user).delete()
        self.stdout.write("Removed." if count else "There was none.")
