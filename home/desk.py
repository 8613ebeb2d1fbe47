"""The first page after signing in: what there is to do, each with the one click that does it.

Every function here returns rows for one section, in a number of queries that does not grow with what there is, and only
what this person may act upon: facts as their policy says, pages as Wagtail's permissions say.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, TaskState, get_default_page_content_type
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.models import StringTranslation

from home.models import BarrierReport, BrokenLink, Feedback, LinkProblem
from home.vocabulary import Opinion
from portal.languages import BY_CODE, DEFAULT_CODE
from portal.translation import OLDER
from portal.tree import Node, Tree, tree
from spaces import open_now
from spaces.changes import version
from spaces.confirming import changeable, is_due, kinds, said
from spaces.consent_views import called
from spaces.models import Closure, Consent, Offer, Office, Timetable
from spaces.models.fact import Fact
from spaces.models.pages import EventIndexPage, EventPage

#: Each section shows so many rows, and how many more there are.
SHOWN = 8

#: Closures are shown so many days ahead.
AHEAD = timedelta(days=60)

#: Consents that end are shown so many days ahead.
ENDING = timedelta(days=30)

#: Each kind of fact of which there are rows costs a query.
_KINDS_SHOWN = 1


class Desk(Component):
    """Everything on the desk, as one part of Wagtail's first page."""

    order = 10
    template_name = "admin/desk/desk.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = self.request.user
        # Asked once; pages and opening hours then come from the memory of the process.
        newest = version()
        self.request.facts_version = newest  # type: ignore[attr-defined]
        known = tree(self.request)
        return {
            "request": self.request,
            "csrf_token": parent_context["csrf_token"],
            "offices": own_offices(user, newest),
            "approvals": approvals(user),
            "waiting": waiting(user),
            "facts": facts_to_confirm(user),
            "feedback": feedback(user),
            "barriers": barriers(user),
            "closures": closures(user),
            "events": events_that_are_over(user),
            "consents": ending_consents(user),
            "new_event": may_announce(user),
            "links": broken_links(user),
            "translations": translations(user, known),
            "changes": own_changes(user),
        }


class Some(NamedTuple):
    """The first rows of a section, and how many more there are."""

    rows: list[Any]
    more: int = 0

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Some":
        every = list(rows)
        return cls(every[:SHOWN], max(0, len(every) - SHOWN))


# Offices --------------------------------------------------------------------------------------------------------------


class OfficeRow(NamedTuple):
    """An office of one's own: how it is now, where it is changed, and how many of its facts are to be confirmed."""

    office: Office
    now: open_now.Now | None
    edit: str
    hours: str
    has_hours: bool
    due: int


def own_offices(user: Any, newest: int | None = None) -> list[OfficeRow]:
    """The offices that somebody keeps, with what belongs to them. Three queries, and what `open_now` reads once for
    each version of the journal.
    """
    offices = list(changeable(Office, user).annotate(is_due=is_due(Office)).order_by("name"))
    if not offices:
        return []
    facts, at = open_now.facts(newest), timezone.now()
    due: dict[int, int] = defaultdict(int)
    timetables: dict[int, int] = {}
    rows = changeable(Timetable, user).filter(helpline__isnull=True).annotate(is_due=is_due(Timetable))
    for row in rows.values_list("pk", "office", "offer__office", "is_due"):
        pk, office, of_offer, is_timetable_due = row
        due[office or of_offer] += bool(is_timetable_due)
        if office:
            timetables[office] = pk
    for office, count in (
        changeable(Offer, user).filter(is_due(Offer)).order_by().values_list("office").annotate(Count("pk"))
    ):
        due[office] += count
    found = []
    for office in offices:
        opening = facts.opening(office)
        found.append(
            OfficeRow(
                office,
                opening.now(at) if opening and opening.has_hours else None,
                _edit(Office, office.pk),
                _edit(Timetable, timetables[office.pk])
                if office.pk in timetables
                else f"{_url(Timetable, 'add')}?office={office.pk}",
                office.pk in timetables,
                due[office.pk] + bool(office.is_due),
            )
        )
    return found


def closures(user: Any) -> Some:
    """What is announced as closed in the next weeks, the nearest first. One query."""
    today = timezone.localdate()
    rows = Closure.objects.filter(
        timetable__in=changeable(Timetable, user), first_day__lte=today + AHEAD, last_day__gte=today
    )
    related = (
        "timetable__office",
        "timetable__offer__service",
        "timetable__offer__office",
        "timetable__helpline",
    )
    return Some.of(rows.select_related(*related).order_by("first_day"))


# Other facts ----------------------------------------------------------------------------------------------------------


class FactRow(NamedTuple):
    """A fact to confirm, and what it says."""

    fact: Fact
    kind: str
    said: list[tuple[str, str]]
    edit: str


class FactsOfKind(NamedTuple):
    """Facts of one kind: some of them, how many there are, and where they are listed."""

    label: str
    name: str
    rows: list[FactRow]
    number: int
    url: str


def facts_to_confirm(user: Any) -> list[FactsOfKind]:
    """Facts that nobody has confirmed, or not for half a year, by their kinds; those of an office are confirmed with
    it. One query, and one for each of the first kinds.
    """
    models = {model._meta.model_name or "": model for model in kinds() if model not in (Office, Offer)}
    queries = [
        _due(model, user).order_by().annotate(of_kind=Value(name)).values_list("of_kind", "pk")
        for name, model in models.items()
    ]
    due: dict[str, list[Any]] = defaultdict(list)
    for kind, pk in queries[0].union(*queries[1:], all=True):
        due[kind].append(pk)
    found = []
    for place, (kind, model) in enumerate((kind, model) for kind, model in models.items() if due[kind]):
        rows = []
        if place < _KINDS_SHOWN:
            related = model.snippet_viewset.related
            some = model.objects.filter(pk__in=sorted(due[kind])[:SHOWN]).select_related(*related)
            label = capfirst(str(model._meta.verbose_name))
            rows = [FactRow(fact, label, said(fact), _edit(model, fact.pk)) for fact in some]
        url = f"{_url(model, 'list')}?state=due"
        plural = capfirst(str(model._meta.verbose_name_plural))
        found.append(FactsOfKind(plural, kind, rows, len(due[kind]), url))
    return found


def _due(model: type[Fact], user: Any) -> Any:
    rows = changeable(model, user).filter(is_due(model))
    return rows.filter(helpline__isnull=False) if model is Timetable else rows


def count_due(user: Any) -> int:
    """How many facts in somebody's care are to be confirmed, of whatever kind. One query for each kind."""
    return sum(changeable(model, user).filter(is_due(model)).count() for model in kinds())


class ChangeRow(NamedTuple):
    """Something that somebody has changed: what, how and when, and where its history is."""

    what: str
    kind: str
    action: str
    at: Any
    url: str


def own_changes(user: Any) -> list[ChangeRow]:
    """The newest changes of facts by this person: from each there is a way to its history, and back. One query."""
    models = {model._meta.label_lower: model for model in kinds()}
    wanted = Q()
    for model in models.values():
        wanted |= Q(content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name)
    entries = ModelLogEntry.objects.filter(wanted, user=user, deleted=False).select_related("content_type")
    found: dict[tuple[str, str], ChangeRow] = {}
    for entry in entries.order_by("-timestamp")[: 5 * SHOWN]:
        model = models[f"{entry.content_type.app_label}.{entry.content_type.model}"]
        key = (model._meta.label, entry.object_id)
        if key not in found:
            found[key] = ChangeRow(
                entry.label,
                capfirst(str(model._meta.verbose_name)),
                entry.message,
                entry.timestamp,
                reverse(model.snippet_viewset.get_url_name("history"), args=[entry.object_id]),
            )
    return list(found.values())[:5]


# Pages ----------------------------------------------------------------------------------------------------------------


class Approval(NamedTuple):
    """A page that waits for this person's answer."""

    page: Page
    title: str
    by: str
    since: Any
    answer: dict[str, str]
    preview: str
    #: Where it is compared with what readers see now; empty for a new page.
    compare: str


def tasks_of(user: Any) -> Any:
    """What waits for this person's approval: as Wagtail's `reviewable_by`, which asks for each task and each group by
    itself.
    """
    states = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__active=True,
        revision__base_content_type=get_default_page_content_type(),
    )
    if not user.is_superuser:
        states = states.filter(task__groupapprovaltask__groups__in=user.groups.all()).distinct()
    return states.select_related("revision__user").order_by("started_at")


def approvals(user: Any) -> Some:
    """Pages that this person may approve or send back. Two queries."""
    states = list(tasks_of(user))
    pages = Page.objects.in_bulk([int(state.revision.object_id) for state in states])
    found = []
    for state in states:
        page = pages.get(int(state.revision.object_id))
        if page is None:
            continue
        found.append(
            Approval(
                page,
                state.revision.object_str,
                person(state.revision.user),
                state.started_at,
                {
                    action: reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
                    for action in ("approve", "reject")
                },
                reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, state.task_id]),
                reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", state.revision_id])
                if page.live
                else "",
            )
        )
    return Some.of(found)


class Waiting(NamedTuple):
    """A page that this person has sent for approval."""

    title: str
    url: str
    since: Any
    comment: str
    is_sent_back: bool


def waiting(user: Any) -> Some:
    """What this person has sent for approval, and what came back. Two queries."""
    states = TaskState.objects.filter(
        workflow_state__requested_by=user,
        workflow_state__status__in=("in_progress", "needs_changes"),
        workflow_state__current_task_state=F("pk"),
    )
    return Some.of(
        Waiting(
            state.revision.object_str,
            reverse("wagtailadmin_pages:edit", args=[state.revision.object_id]),
            state.started_at,
            state.comment,
            state.status == TaskState.STATUS_REJECTED,
        )
        for state in states.select_related("revision").order_by("-started_at")
    )


def events_that_are_over(user: Any) -> Some:
    """German pages of events that are over, and still public, the oldest first."""
    pages = (
        _permitted(user, "publish", EventPage.objects.live())
        .filter(locale__language_code=DEFAULT_CODE, event__ends_at__lt=timezone.now())
        .select_related("event")
    )
    return Some.of(pages.order_by("event__ends_at"))


def may_announce(user: Any) -> int | None:
    """The page below which this person may write a page of an event; None where there is none."""
    indexes = _permitted(user, "add", EventIndexPage.objects.filter(locale__language_code=DEFAULT_CODE))
    pk: int | None = indexes.values_list("pk", flat=True).first()
    return pk


class ConsentRow(NamedTuple):
    """A consent that ends soon or has ended: how editors call it, its last day, where it is changed and withdrawn."""

    title: str
    until: date
    is_over: bool
    edit: str
    withdraw: str


def ending_consents(user: Any) -> Some:
    """Consents that end in the next weeks, and those that have ended: what rests on them is not shown any more, but
    still there. One query.
    """
    today = timezone.localdate()
    rows = changeable(Consent, user).filter(withdrawn_on__isnull=True, valid_until__lte=today + ENDING)
    viewset: Any = Consent.snippet_viewset  # type: ignore[attr-defined]
    return Some.of(
        ConsentRow(
            called(row),
            row.valid_until,
            row.valid_until < today,
            reverse(viewset.get_url_name("edit"), args=[row.pk]),
            reverse("withdraw_consent", args=[row.pk]),
        )
        for row in rows.order_by("valid_until")
    )


class LinkRow(NamedTuple):
    """A broken link, where it stands, and where that is edited."""

    url: str
    where: str
    edit: str
    problem: str
    since: date


def broken_links(user: Any) -> Some:
    """Broken links on pages and in facts that this person may edit. A website that did not answer once is given another
    night.
    """
    links = BrokenLink.objects.select_related("page").exclude(
        problem__in=(LinkProblem.UNREACHABLE, LinkProblem.FAILING), first_seen=F("last_checked")
    )
    rows = list(links)
    if not rows:
        return Some([])
    pages = set(
        _permitted(user, "change", Page.objects.filter(pk__in={row.page_id for row in rows if row.page_id}))
        .values_list("pk", flat=True)
    )  # fmt: skip
    models = {model._meta.model_name or "": model for model in kinds()}
    facts = _named(
        {models[row.kind] for row in rows if row.kind in models}, [row.uuid for row in rows if row.uuid], user
    )
    found = []
    for row in rows:
        if row.page_id in pages:
            edit, where = reverse("wagtailadmin_pages:edit", args=[row.page_id]), str(row.page)
        elif row.uuid in facts:
            edit, where = facts[row.uuid]
        else:
            continue
        url = row.url if "//" in row.url or row.url.startswith("/") else _("a page or file of this portal")
        found.append(LinkRow(url, where, edit, row.get_problem_display(), timezone.localdate(row.first_seen)))
    return Some.of(found)


def _named(models: Iterable[type[Fact]], uuids: list[UUID], user: Any) -> dict[UUID, tuple[str, str]]:
    """Where facts of these kinds are edited, and their names, by their uuid. One query, none for no kind."""
    by_name = {model._meta.model_name or "": model for model in models}
    queries = [
        changeable(model, user)
        .filter(uuid__in=uuids)
        .order_by()
        .annotate(of_kind=Value(kind))
        .values_list("of_kind", "pk", "uuid", "name")
        for kind, model in by_name.items()
    ]
    rows = queries[0].union(*queries[1:], all=True) if queries else []
    return {uuid: (_edit(by_name[kind], pk), name) for kind, pk, uuid, name in rows}


class TranslationRow(NamedTuple):
    """A page and its translations that are older than the original or missing: pairs of a language and where it is
    edited, which is empty where this person cannot.
    """

    title: str
    older: list[tuple[str, str]]
    missing: list[tuple[str, str]]


def translations(user: Any, known: Tree) -> Some:
    """Pages whose translations need somebody, in the languages that this person may write. Those with an older one
    come first, since their readers are told something that was changed. Two queries.
    """
    home = known.home(DEFAULT_CODE)
    homes = {code: node.pk for code, node in known.by_key[home.key].items()} if home else {}
    may = set(
        _permitted(user, "change", Page.objects.filter(pk__in=homes.values())).values_list("pk", flat=True)
    )
    codes = [code for code in BY_CODE if code != DEFAULT_CODE and homes.get(code) in may]
    if not codes:
        return Some([])
    older = set(
        StringTranslation.objects.filter(
            tool_name=OLDER,
            locale__language_code__in=codes,
            translation_of__segments__source__object_id=F("context__object_id"),
        ).values_list("context__object_id", "locale__language_code")
    )
    may_begin = homes.get(DEFAULT_CODE) in may and user.has_perm("wagtail_localize.submit_translation")
    found = []
    for node in known.nodes.values():
        if node.language != DEFAULT_CODE:
            continue
        others = known.by_key[node.key]
        row = TranslationRow(
            node.title,
            [
                (_language(code), reverse("wagtailadmin_pages:edit", args=[others[code].pk]))
                for code in codes
                if code in others and (node.key, code) in older
            ],
            [
                (_language(code), _begin(node) if may_begin else "")
                for code in codes
                if code not in others
            ],
        )  # fmt: skip
        if row.older or row.missing:
            found.append(row)
    found.sort(key=lambda row: (not row.older, -len(row.missing)))
    return Some.of(found)


# Readers --------------------------------------------------------------------------------------------------------------


def feedback(user: Any) -> Some:
    """What readers found wrong and nobody has dealt with, the oldest first; that a page helped is nothing to do."""
    if not may_receive(user, Feedback):
        return Some([])
    return Some.of(Feedback.objects.filter(is_done=False).exclude(opinion=Opinion.YES).order_by("created_at"))


def barriers(user: Any) -> Some:
    """Reports of barriers without an answer, the oldest first, each with where it is answered."""
    if not may_receive(user, BarrierReport):
        return Some([])
    viewset: Any = BarrierReport.snippet_viewset  # type: ignore[attr-defined]
    rows = BarrierReport.objects.filter(answered_on__isnull=True).order_by("created_at")
    return Some.of((row, reverse(viewset.get_url_name("edit"), args=[row.pk])) for row in rows)


def may_receive(user: Any, model: Any) -> bool:
    return bool(model.snippet_viewset.permission_policy.user_has_permission(user, "change"))


# One click ------------------------------------------------------------------------------------------------------------


@require_POST
def done_with_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody has dealt with what a reader said."""
    if not may_receive(request.user, Feedback):
        raise PermissionDenied
    row = get_object_or_404(Feedback, pk=pk)
    if not row.is_done:
        row.is_done = True
        row.save(update_fields=["is_done"])
        log(instance=row, action="wagtail.edit", user=request.user)
    messages.success(request, _("Done: %(what)s") % {"what": row})
    return redirect("wagtailadmin_home")


@require_POST
def withdraw_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an event that is over is public no more, in any language; what it says is kept."""
    page = get_object_or_404(EventPage.objects.select_related("event"), pk=pk)
    if not page.permissions_for_user(request.user).can_unpublish() or page.event.ends_at > timezone.now():
        raise PermissionDenied
    page.unpublish(user=request.user)
    edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit"))
    messages.success(request, _("“%(page)s” is public no more.") % {"page": page}, buttons=[edit])
    return redirect("wagtailadmin_home")


def _permitted(user: Any, action: str, pages: Any) -> Any:
    """Those of the pages (a queryset) with which somebody may do this, as Wagtail's permissions for pages say."""
    allowed = PagePermissionPolicy(Page).instances_user_has_permission_for(user, action)
    return pages.filter(pk__in=allowed.values("pk"))


def person(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _language(code: str) -> str:
    return BY_CODE[code].name


def _begin(node: Node) -> str:
    return reverse("wagtail_localize:submit_page_translation", args=[node.pk])


def _url(model: type[Fact], name: str) -> str:
    return reverse(model.snippet_viewset.get_url_name(name))


def _edit(model: type[Fact], pk: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name("edit"), args=[pk])
