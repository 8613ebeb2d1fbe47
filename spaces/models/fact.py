"""What every fact has: an identity that outlives the database, one way to be written, and a date."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, ClassVar, Literal, Never, Self, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import RevisionMixin

_recording: ContextVar[bool] = ContextVar("recording", default=False)


class WrittenPastTheJournal(RuntimeError):
    """A fact was about to be written without `spaces.changes.record`, so that caches would not hear of it."""


@contextmanager
def recording() -> Iterator[None]:
    """Open the door for writes. Only `spaces.changes.record` may use it."""
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)


def _refuse_unless_recording() -> None:
    if not _recording.get():
        raise WrittenPastTheJournal("Write facts with spaces.changes.record(...), nothing else.")


AnyRow = TypeVar("AnyRow", bound=models.Model, covariant=True)


class RecordedQuerySet(models.QuerySet[AnyRow]):
    """Refuses the writes that would pass the journal by without any signal."""

    def update(self, **kwargs: Any) -> int:
        _refuse_unless_recording()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_unless_recording()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        _refuse_unless_recording()
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        _refuse_unless_recording()
        return super().bulk_update(*args, **kwargs)


class RecordedManager(models.Manager[AnyRow]):
    def get_queryset(self) -> RecordedQuerySet[AnyRow]:
        return RecordedQuerySet(self.model, using=self._db)


class Recorded(models.Model):
    """A row that is written by `spaces.changes.record` only, and named by its uuid outside the database."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = RecordedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_unless_recording()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_unless_recording()
        return super().delete(*args, **kwargs)


#: A fact that was confirmed longer ago is asked for once more, and readers are told how old it is. Half a year: teams,
#: hours and languages change with the halves of a school year.
CONFIRMED_FOR = timedelta(days=183)

FactState = Literal["example", "unconfirmed", "confirmed"]


class Fact(Recorded, RevisionMixin, ClusterableModel):
    """A fact that people answer for: who said so, when, and whether it is only an example.

    Facts have revisions but no draft state: an edit form of a model with drafts loads the newest draft, and
    would silently undo an import or a confirmation that came after it.
    """

    source = models.CharField(
        _("source"),
        max_length=200,
        blank=True,
        help_text=_("Where this was read. Example: council paper 2017/123"),
    )
    as_of = models.CharField(
        _("state of the source"),
        max_length=20,
        blank=True,
        help_text=_("The date of the source, as exactly as it is known. Examples: 2017, 2018/19, 2026-01-31"),
    )
    confirmed_on = models.DateField(
        _("confirmed on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which somebody responsible said: this is right. Empty: not confirmed. Example: 2026-09-01"
        ),
    )
    confirmed_by = models.CharField(
        _("confirmed by"),
        max_length=200,
        blank=True,
        help_text=_("The organisation that confirmed it. Example: Samtgemeinde Bardowick"),
    )
    is_example = models.BooleanField(
        _("example only"),
        default=False,
        help_text=_(
            "Invented to show how the portal works. Readers are told, and nothing in it can be dialled."
        ),
    )

    #: Whether what was right once can be wrong later. What is said of a past year or of a fixed day cannot.
    grows_old: ClassVar[bool] = True

    class Meta:
        abstract = True

    @property
    def state(self) -> FactState:
        """How far a reader may rely on this: an example, not confirmed, or confirmed."""
        if self.is_example:
            return "example"
        return "confirmed" if self.confirmed_on else "unconfirmed"

    @property
    def is_overdue(self) -> bool:
        """Whether it was confirmed so long ago that somebody should look again."""
        return bool(
            self.grows_old
            and self.state == "confirmed"
            and self.confirmed_on
            and self.confirmed_on < timezone.localdate() - CONFIRMED_FOR
        )

    def copy_for_translation(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("Facts are never copied into a language.")

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """A revision restores what the fact said, never who it is."""
        restored: Self = super().with_content_json(content)
        restored.uuid = self.uuid
        return restored


#: The panel with which every fact's form ends.
confirmation_panel = MultiFieldPanel(
    [
        FieldPanel("confirmed_on"),
        FieldPanel("confirmed_by"),
        FieldPanel("source"),
        FieldPanel("as_of"),
        FieldPanel("is_example"),
    ],
    heading=_("How sure is this?"),
)
