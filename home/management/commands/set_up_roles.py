from typing import Any

from django.core.management.base import BaseCommand

from home import roles


class Command(BaseCommand):
    help = (
        "Make and mend the roles: the groups of the county, the administrators, each space's team and each language's "
        "translators, with their permissions, collections and the approval. Runs by itself after every migrate."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        roles.set_up()
        self.stdout.write("The roles are as they have to be.")
