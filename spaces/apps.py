from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpacesConfig(AppConfig):
    name = "spaces"
    verbose_name = _("Social spaces")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from spaces import signals

        signals.connect()
