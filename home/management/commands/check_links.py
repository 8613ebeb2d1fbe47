from typing import Any

from django.core.management.base import BaseCommand, no_translations

from home import links


class Command(BaseCommand):
    help = (
        "Look whether the links of all pages and facts still lead somewhere. Editors find the broken ones on their "
        "desk. Asks other websites, one at a time, under the name of this portal. Meant for every night."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        count, broken = links.check()
        self.stdout.write(f"Links: {count}. Broken: {broken}.")
