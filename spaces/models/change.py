from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One line of the journal: this fact or page changed, or is gone.

    The journal is append-only. Its newest id is the version of everything that is derived from facts (page
    cache, lookup index, exports). Ids follow the order of commits, since `spaces.changes` lets one writer in
    at a time.
    """

    uuid = models.UUIDField(_("identity"))
    kind = models.CharField(_("kind"), max_length=40)
    at = models.DateTimeField(_("when"), auto_now_add=True)
    deleted = models.BooleanField(_("deleted"), default=False)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["kind", "id"], name="change_kind_id")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
