from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext_lazy as _

from portal.languages import SERVED_CODES, locale_folder


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal import translation

        translation.connect()
        register(check_catalogues)


def check_catalogues(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A system check: one error for each served language whose catalogue is not compiled.

    Django takes such a language for none at all, or shows it in English, and says nothing.
    """
    # English texts are the keys of the others.
    missing = [code for code in SERVED_CODES if code != "en" and not _is_compiled(locale_folder(code))]
    return [
        Error(
            f"The catalogue of the language {code} is not compiled.",
            hint="Run: manage.py compile_catalogues",
            id="portal.E001",
        )
        for code in missing
    ]


def _is_compiled(folder: str) -> bool:
    return any(
        (Path(root) / folder / "LC_MESSAGES" / "django.mo").is_file() for root in settings.LOCALE_PATHS
    )
