"""The one way in which facts are written, and the journal of it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext
from wagtail.log_actions import log

from spaces.models.change import Change
from spaces.models.fact import Fact, Recorded, recording
from spaces.permissions import may_write

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest

#: The first line of the journal. Every writer locks it, so that ids are given in the order of commits: who
#: saw id 12 can be sure that no 11 appears later, and that nothing derived from version 12 is ever stale.
OPENING = {"kind": "journal", "uuid": UUID(int=0)}

#: Of what the journal tells other programs (the change feed, webhooks): what they can ask for, or what the offices of
#: the lookup depend on. A line holds a uuid and nothing else; what is not public has none that any interface knows.
PUBLIC_KINDS = frozenset(
    "authority catchment event figure helpline mandate municipality office offer page partner place provider school "
    "schoolholiday service space timetable".split()
)
#: The rest: the journal's own line, and what only the portal itself goes by.
PRIVATE_KINDS = frozenset(
    {"confidentiality", "consent", "journal", "outsideplace", "picture", "street", "synonyms"}
)

_BATCH = 500


def record(
    rows: Recorded | Iterable[Recorded], *, by: "AbstractBaseUser | None" = None, delete: bool = False
) -> None:
    """Save (or delete) facts, with their revision and their lines in the journal, in one transaction.

    `by` is the person who did it; None is a command or an import. Facts are cleaned before they are saved; a
    ValidationError leaves nothing written, and so does a PermissionDenied, where `by` may not write one of them.
    Imported geography has no revisions and is written in bulk.
    """
    rows = [rows] if isinstance(rows, Recorded) else list(rows)
    if not rows:
        return
    with transaction.atomic(), recording():
        _wait_for_turn()
        _refuse_others(rows, by, delete)
        lines = [Change(uuid=row.uuid, kind=kind_of(type(row)), deleted=delete) for row in rows]
        models: list[type[Recorded]] = list(dict.fromkeys(type(row) for row in rows))
        for model in models:
            of_model = [row for row in rows if type(row) is model]
            if delete:
                _delete(model, of_model, by)
            elif issubclass(model, Fact):
                for row in of_model:
                    _save_fact(cast(Fact, row), by)
            else:
                for row in of_model:
                    if not row._state.adding:
                        row.save()
                model.objects.bulk_create([row for row in of_model if row._state.adding], batch_size=_BATCH)
        Change.objects.bulk_create(lines, batch_size=_BATCH)


def announce(kind: str, uuid: UUID, *, deleted: bool = False) -> None:
    """Write a line for what is no fact but shows to readers: a page that was published or withdrawn."""
    with transaction.atomic():
        _wait_for_turn()
        Change.objects.create(kind=kind, uuid=uuid, deleted=deleted)


def version() -> int:
    """The newest id of the journal; 0 for an empty one. One query, which every request asks: so it is a plain one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(id) FROM {connection.ops.quote_name(Change._meta.db_table)}")  # noqa: S608
        (newest,) = cursor.fetchone()
    return newest or 0


def newest() -> tuple[int, datetime | None]:
    """The version, and when it was made. One query."""
    return Change.objects.order_by("-id").values_list("id", "at").first() or (0, None)


def changed_since(seen: int, kinds: Collection[str]) -> bool:
    """Whether a fact of one of these kinds changed after version `seen`."""
    return Change.objects.filter(id__gt=seen, kind__in=kinds).exists()


def kind_of(model: type[Recorded]) -> str:
    """The name of a model in the journal and in the API: `office`, `street`."""
    return model._meta.model_name or ""


@contextmanager
def in_turn() -> Iterator[None]:
    """A transaction in which nobody else writes: what is read in it still holds when `record` writes in it."""
    with transaction.atomic():
        _wait_for_turn()
        yield


def posts_in_turn(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view whose POST is answered in one turn: what it reads, and compares with what an editor saw, still holds when
    it writes. So of two who save the same at once, the second is told.
    """

    @wraps(view)
    def in_one_turn(request: "HttpRequest", *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with in_turn():
            return view(request, *args, **kwargs)

    return in_one_turn


def _wait_for_turn() -> None:
    if not Change.objects.select_for_update().filter(**OPENING).first():
        Change.objects.create(**OPENING)


def _refuse_others(rows: list[Recorded], by: "AbstractBaseUser | None", delete: bool) -> None:
    # Asked when it is their turn: until then somebody else may have moved a fact elsewhere.
    for row in rows if by else ():
        if not may_write(by, row, "delete" if delete else "add" if row._state.adding else "change"):
            raise PermissionDenied(
                gettext("Nothing was saved: “%(fact)s” belongs to another space, or would then.")
                % {"fact": row}
            )


def _save_fact(fact: Fact, by: "AbstractBaseUser | None") -> None:
    is_new = fact._state.adding
    fact.full_clean()
    fact.save()
    revision = fact.save_revision(user=by, clean=False)
    action = "wagtail.create" if is_new else "wagtail.edit"
    # Without the last word Wagtail's history offers no way back to what stood there.
    log(instance=fact, action=action, user=by, revision=revision, content_changed=True)


def _delete(model: type[Recorded], rows: list[Recorded], by: "AbstractBaseUser | None") -> None:
    if issubclass(model, Fact):
        for fact in rows:
            log(instance=fact, action="wagtail.delete", user=by, deleted=True)
            fact.delete()
        return
    for start in range(0, len(rows), _BATCH):
        model.objects.filter(pk__in=[row.pk for row in rows[start : start + _BATCH]]).delete()
