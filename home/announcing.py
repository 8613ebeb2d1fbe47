"""Announcing an event on one screen: the fact and its page, which otherwise are written in two places."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from home.desk import may_announce
from spaces.changes import record
from spaces.confirming import changeable, organisation
from spaces.models import Event, Office
from spaces.models.pages import EventIndexPage, EventPage
from spaces.vocabulary import EventKind

_LETTERS = str.maketrans(dict[str, int | str | None](ä="ae", ö="oe", ü="ue", Ä="Ae", Ö="Oe", Ü="Ue", ß="ss"))

# Meetings of the steering group are for some only: such a page is written by hand.
_KINDS = [(kind.value, kind.label) for kind in (EventKind.OPEN_MEETING, EventKind.CONFERENCE)]


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class AnnouncingForm(forms.Form):
    """What families need to know of an event."""

    title = forms.CharField(
        label=gettext_lazy("What it is called"),
        max_length=100,
        help_text=gettext_lazy("Example: Parents’ café"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=_KINDS,
        help_text=gettext_lazy("What fits best. Families see it in the list of events."),
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("It begins"),
        widget=MomentInput,
        help_text=gettext_lazy("Day and time. Example: 1 September, 15:00"),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("It ends"),
        widget=MomentInput,
        help_text=gettext_lazy("Day and time. Example: 1 September, 17:00"),
    )
    office = forms.ModelChoiceField(
        label=gettext_lazy("At the office"),
        queryset=Office.objects.none(),
        help_text=gettext_lazy("Its address is shown. Another place is entered at the event afterwards."),
    )
    lead = forms.CharField(
        label=gettext_lazy("In one or two sentences"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Example: Come as you are. Coffee is free, and somebody plays with the children."
        ),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = changeable(Office, user).select_related("space").order_by("name")
        field = self.fields["office"]
        field.queryset = offices  # type: ignore[attr-defined]
        some = list(offices[:2])
        if len(some) == 1:
            field.initial = some[0]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        starts, ends = found.get("starts_at"), found.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It ends before it begins."))
        elif ends and ends <= timezone.now():
            self.add_error("ends_at", _("This is over already."))
        return found


def announce_event(request: HttpRequest) -> HttpResponse:
    """Asks for an event; on POST writes the fact and its page, and publishes it or sends it for approval."""
    below = may_announce(request.user)
    if below is None:
        raise PermissionDenied
    index = get_object_or_404(EventIndexPage, pk=below)
    form = AnnouncingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            page = _write(index, form.cleaned_data, request.user)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit"))
            if page.live:
                text = _("“%(page)s” is published.")
            else:
                text = _("“%(page)s” is written, and waits for approval.")
            messages.success(request, text % {"page": page}, buttons=[edit])
            return redirect("wagtailadmin_home")
    publishes = index.permissions_for_user(request.user).can_publish_subpage()
    return render(request, "admin/desk/announce_event.html", {"form": form, "publishes": publishes})


def _write(index: EventIndexPage, said: dict[str, Any], user: Any) -> EventPage:
    office: Office = said["office"]
    with transaction.atomic():
        event = Event(
            key=_free_key(said["title"], said["starts_at"]),
            kind=said["kind"],
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            space=office.space,
            office=office,
            # Who announces it answers for it.
            confirmed_on=timezone.localdate(),
            confirmed_by=organisation(office),
        )
        record(event, by=user)
        page = EventPage(
            title=said["title"], slug=event.key, event=event, lead=said["lead"], live=False, owner=user
        )
        index.add_child(instance=page)
        revision = page.save_revision(user=user, log_action="wagtail.create")
        permissions = page.permissions_for_user(user)
        workflow = page.get_workflow()
        if permissions.can_publish():
            revision.publish(user=user)
        elif workflow:
            workflow.start(page, user)
    page.refresh_from_db()
    return page


def _free_key(title: str, starts_at: datetime) -> str:
    """The event's key and its page's slug: its name and its day, with a number where that is taken."""
    plain = title.translate(_LETTERS)
    key = f"{slugify(plain)[:30].strip('-') or 'event'}-{timezone.localdate(starts_at).isoformat()}"
    taken = set(Event.objects.filter(key__startswith=key).values_list("key", flat=True))
    taken |= set(EventPage.objects.filter(slug__startswith=key).values_list("slug", flat=True))
    number = 1
    free = key
    while free in taken:
        number += 1
        free = f"{key}-{number}"
    return free
