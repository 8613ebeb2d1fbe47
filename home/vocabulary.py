"""What a reader can say of a page. The words are translated here; the database holds codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Opinion(models.TextChoices):
    """Whether a page helped, or what is wrong with it."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    CONTACT = "contact", _("The address or the telephone number is wrong")
    HOURS = "hours", _("The opening hours are wrong")
    HARD = "hard", _("The text is hard to understand")
    TRANSLATION = "translation", _("The translation is wrong")
    BROKEN = "broken", _("Something does not work")
    OTHER = "other", _("Something else is wrong")


#: What can be wrong, in the order in which readers are asked.
PROBLEMS: list[Opinion] = [opinion for opinion in Opinion if opinion not in (Opinion.YES, Opinion.NO)]
