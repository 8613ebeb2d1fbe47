from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home and texts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added
        from rest_framework.parsers import FormParser, MultiPartParser
        from wagtail_localize.views import edit_translation

        from home import roles, sign_in

        roles.connect()
        authenticator_added.connect(sign_in.count_as_shown)
        # The translators' editor sends forms; the interface for programs, whose settings it shares, takes none.
        for view in (edit_translation.edit_string_translation, edit_translation.edit_override):
            view.cls.parser_classes = [FormParser, MultiPartParser]
