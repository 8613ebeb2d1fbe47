from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection

from .space import Space


class SpaceTeam(models.Model):
    """The people who keep the facts of a space: a group of users, and a collection for their pictures and files.

    No fact: readers see nothing of it. `home.roles` makes one for each space; what its members may do says
    `spaces.permissions`.
    """

    group = models.OneToOneField(
        Group, on_delete=models.CASCADE, related_name="team", verbose_name=_("group")
    )
    space = models.OneToOneField(
        Space, on_delete=models.CASCADE, related_name="team", verbose_name=_("space")
    )
    collection = models.OneToOneField(
        Collection,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("collection"),
    )

    # Nobody has to be warned that a space is used by its own team.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("team of a space")
        verbose_name_plural = _("teams of spaces")

    def __str__(self) -> str:
        return self.group.name
