"""The screens on which opening hours are kept: a week as a table, closing in two steps, what families will see."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm

from portal.cldr import day as in_words
from spaces import open_now
from spaces.changes import posts_in_turn, record
from spaces.fact_views import FactCreateView, FactEditView
from spaces.models import Closure, Offer, Office, OpeningRule, Timetable
from spaces.models.timetable import clashes
from spaces.vocabulary import ClosureReason, Weekday
from spaces.week_panel import DayInput

#: Most days have a morning and an afternoon.
_SPANS_A_DAY = 2

_TWO_WEEKS = 14


# The week as a table --------------------------------------------------------------------------------------------------


class TimetableForm(WagtailAdminModelForm):
    """The form of opening hours. Every day of the week has lines to fill; a line without times is none. Rows that
    contradict each other are told at their own fields.
    """

    def __init__(self, *args: Any, copied: Timetable | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = self.formsets["rules"]
        rules.form = type("RuleForm", (_BlankIsNone, rules.form), {})
        if self.is_bound:
            return
        rows = [*copied.rules.all()] if copied else []
        own = [] if copied else [*self.instance.rules.all()]
        blank = [
            {"weekday": weekday.value}
            for weekday in Weekday
            for _ in range(max(1, _SPANS_A_DAY - sum(row.weekday == weekday for row in rows or own)))
        ]
        rules.initial_extra = [*(_as_initial(row) for row in rows), *blank]
        rules.extra = len(rules.initial_extra)
        if copied:
            for form in rules.initial_forms:
                form.initial["DELETE"] = True

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        forms_of: dict[int, forms.ModelForm] = {}
        rows: dict[str, list[Any]] = {"rules": [], "special_days": []}
        for name, kept in rows.items():
            formset = self.formsets[name]
            for form in formset.forms:
                if form not in formset.deleted_forms and (
                    form in formset.initial_forms or form.has_changed()
                ):
                    kept.append(form.instance)
                    forms_of[id(form.instance)] = form
        found = list(clashes(rows["rules"], rows["special_days"]))
        for complaint in found:
            forms_of[id(complaint.row)].add_error(complaint.field, complaint.message)
        return not found


class _BlankIsNone:
    """A new line into which no time was written says nothing, whatever its day."""

    def has_changed(self: Any) -> bool:
        if self.instance.pk is None and not self["start"].data and not self["end"].data:
            return False
        return bool(super().has_changed())  # type: ignore[misc]


def _as_initial(row: OpeningRule) -> dict[str, Any]:
    names = ("weekday", "start", "end", "way", "when", "on_public_holidays", "valid_from", "valid_until")
    return {name: getattr(row, name) for name in names}


class Preview(NamedTuple):
    """What families will see from a day on."""

    day: date
    week: list[open_now.Row]


class WarnsBeforeSaving:
    """Shows first what families would see, where the editor asks for it or something looks like a slip."""

    request: HttpRequest
    preview: Preview | None = None
    warnings: tuple[str, ...] = ()

    def form_valid(self: Any, form: forms.ModelForm) -> HttpResponse:
        opening = _opening(form.save(commit=False))
        today = timezone.localdate()
        wants_preview = "preview" in self.request.POST
        self.warnings = tuple(warnings(opening, today))
        if wants_preview or (self.warnings and "warned" not in self.request.POST):
            day = _day(self.request.POST.get("preview_day")) or today
            self.preview = Preview(day, opening.week(day))
            response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return response
        return super().form_valid(form)  # type: ignore[misc]

    def get_form_kwargs(self: Any) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "copied": self.copied}  # type: ignore[misc]

    @cached_property
    def copied(self) -> Timetable | None:
        """The opening hours that the form is filled with, where the editor copies them."""
        pk = self.request.GET.get("copy", "")
        return Timetable.objects.filter(pk=pk).first() if pk.isdecimal() else None

    def get_context_data(self: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        others = Timetable.objects.filter(rules__isnull=False, helpline__isnull=True)
        if self.object:
            others = others.exclude(pk=self.object.pk)
        # A panel of the form knows the form, and nothing else of the page.
        context["form"].beside = {
            "preview": self.preview,
            "warnings": self.warnings,
            "copied": self.copied,
            "copyable": others.select_related("office", "offer__service", "offer__office").distinct(),
        }
        return context


class TimetableCreateView(WarnsBeforeSaving, FactCreateView):
    def get_initial(self) -> dict[str, Any]:
        # The screen of all opening hours names whose hours are still to be entered.
        owners = {name: self.request.GET.get(name, "") for name in ("office", "offer")}
        return {**super().get_initial(), **{name: pk for name, pk in owners.items() if pk.isdecimal()}}


class TimetableEditView(WarnsBeforeSaving, FactEditView):
    pass


def warnings(opening: open_now.Opening, today: date) -> Iterator[str]:
    """What may be a slip, in words; opening hours that look as usual have none."""
    days = opening.table.days(today, _TWO_WEEKS)
    if opening.has_hours and not any(day.spans or day.reason for day in days):
        yield _("In the next two weeks it is closed on every day, and no reason is given.")
    for special in opening.special_days:
        holiday = open_now.public_holidays(special.day.year, special.day.year).get(special.day)
        if holiday and special.hours and special.day >= today:
            named = {"day": in_words(special.day), "holiday": open_now.reason_label(None, holiday)}
            yield _("%(day)s is a public holiday (%(holiday)s), and it is open then.") % named
    if opening.fact.office_id and any(row.on_public_holidays for row in opening.fact.rules.all()):
        yield _("It is open on public holidays too. Most offices are closed then.")


def _opening(timetable: Timetable) -> open_now.Opening:
    school, public = open_now.holidays_around(timezone.localdate())
    return open_now.opening_of(timetable, school, public)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


# Closing --------------------------------------------------------------------------------------------------------------


class ClosingForm(forms.Form):
    """Closed from a day to a day, for a reason; tomorrow, unless the editor says otherwise."""

    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DayInput,
        help_text=gettext_lazy("Tomorrow, unless you change it. Example: 24 December"),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("The last day on which it is closed. Empty: one day only. Example: 1 January"),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=ClosureReason.choices,
        initial=ClosureReason.ILLNESS,
        help_text=gettext_lazy("Readers see it in their language. Nobody is named."),
    )
    also = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Offers with hours of their own"),
        queryset=Timetable.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("They stay open unless they are closed too."),
    )

    def __init__(self, *args: Any, also: QuerySet[Timetable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.fields["first_day"].initial = tomorrow
        if also:
            self.fields["also"].queryset = also  # type: ignore[attr-defined]
            self.fields["also"].initial = list(also)
        else:
            del self.fields["also"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first_day"), found.get("last_day") or found.get("first_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first one."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", _("These days are over already."))
        return {**found, "last_day": last}


class Desk(NamedTuple):
    """An office, offer or helpline on the screen of all opening hours."""

    owner: Any
    name: str
    #: Where its hours are entered or changed.
    url: str
    has_own_hours: bool
    now: open_now.Now | None
    closures: list[Closure]
    offers: "list[Desk]"


def hours_now(request: HttpRequest) -> HttpResponse:
    """All offices and offers whose hours this editor keeps, how it is now, and what is announced."""
    facts, at = open_now.facts(), timezone.now()
    own: dict[Any, Timetable] = {
        timetable.office_id or -(timetable.offer_id or 0): timetable
        for timetable in Timetable.objects.filter(helpline__isnull=True).prefetch_related("closures")
    }
    desks: list[Desk] = []
    for office in (office for offices in facts.offices.values() for office in offices):
        offers = [
            _desk(offer, timetable, facts, at, [])
            for offer in facts.offers.get(office.pk, ())
            if _may_change(request.user, timetable := own.get(-offer.pk) or Timetable(offer=offer))
        ]
        timetable = own.get(office.pk) or Timetable(office=office)
        if _may_change(request.user, timetable):
            desks.append(_desk(office, timetable, facts, at, offers))
    desks.sort(key=lambda desk: desk.name)
    return render(request, "admin/hours_now.html", {"desks": desks, "today": timezone.localdate(at)})


@posts_in_turn
def close(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """Closes an office, or one offer of it, for some days: asks, and on POST writes it down."""
    owner: Office | Offer = get_object_or_404({"office": Office, "offer": Offer}[kind], uuid=uuid)
    own = Timetable.objects.filter(**{kind: owner}).first() or Timetable(**{kind: owner})
    _refuse_unless_allowed(request.user, own)
    also = (
        Timetable.objects.filter(offer__office=owner)
        if isinstance(owner, Office)
        else Timetable.objects.none()
    )
    also = also.select_related("offer__service", "offer__office")
    form = ClosingForm(request.POST or None, also=also)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        closed = [own, *chosen.get("also", ())]
        for timetable in closed:
            timetable.closures.add(
                Closure(first_day=chosen["first_day"], last_day=chosen["last_day"], reason=chosen["reason"])
            )
        record(closed, by=request.user)  # type: ignore[arg-type]
        said = {
            "name": _name(owner),
            "first": in_words(chosen["first_day"]),
            "last": in_words(chosen["last_day"]),
        }
        if chosen["first_day"] == chosen["last_day"]:
            messages.success(request, _("“%(name)s” is closed on %(first)s. Readers are told so now.") % said)
        else:
            messages.success(
                request, _("“%(name)s” is closed from %(first)s to %(last)s. Readers are told so now.") % said
            )
        return redirect("hours_now")
    return render(request, "admin/close.html", {"form": form, "owner": owner, "name": _name(owner)})


@require_POST
@posts_in_turn
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Takes a closure back: open as usual."""
    closure = get_object_or_404(Closure.objects.select_related("timetable"), uuid=uuid)
    timetable = closure.timetable
    _refuse_unless_allowed(request.user, timetable)
    timetable.closures.remove(closure)
    record(timetable, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The closure is taken back: it is open as usual."))
    return redirect("hours_now")


def _desk(
    owner: Office | Offer, timetable: Timetable, facts: open_now.Facts, at: datetime, offers: list[Desk]
) -> Desk:
    opening, viewset = facts.opening(owner), Timetable.snippet_viewset
    today, closures = timezone.localdate(at), []
    url = f"{reverse(viewset.get_url_name('add'))}?{type(owner).__name__.lower()}={owner.pk}"
    if timetable.pk:
        url = reverse(viewset.get_url_name("edit"), args=[timetable.pk])
        closures = [row for row in timetable.closures.all() if row.last_day >= today]
    now = opening.now(at) if opening and opening.has_hours else None
    return Desk(owner, _name(owner), url, bool(timetable.pk), now, closures, offers)


def _name(owner: Office | Offer) -> str:
    return owner.name if isinstance(owner, Office) else str(owner)


def _may_change(user: Any, timetable: Timetable) -> bool:
    policy = Timetable.snippet_viewset.permission_policy
    return bool(policy.user_has_permission_for_instance(user, "change", timetable))


def _refuse_unless_allowed(user: Any, timetable: Timetable) -> None:
    if not _may_change(user, timetable):
        raise PermissionDenied
