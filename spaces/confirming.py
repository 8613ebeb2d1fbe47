"""Confirming facts: which of them somebody has to look at, and the screens on which somebody responsible says that
everything is still right.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.snippets.models import get_snippet_models

from spaces.changes import posts_in_turn, record, version
from spaces.models import Authority, Change, Mandate, Offer, Office, Space, Timetable
from spaces.models.fact import CONFIRMED_FOR, Fact

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: The fields that say until when a fact holds. What is over need not be confirmed any more.
_UNTIL = {"valid_until": "date", "last_day": "date", "ends_at": "moment"}

#: What every fact has, and what says how sure it is: none of it is what the fact says.
_NOT_SAID = {field.name for field in Fact._meta.get_fields()} | {
    "id",
    "uuid",
    "latest_revision",
    "key",
    "position",
}


# Which facts ----------------------------------------------------------------------------------------------------------


def kinds() -> list[type[Fact]]:
    """Every kind of fact that editors keep."""
    return [model for model in get_snippet_models() if issubclass(model, Fact)]


def is_due(model: type[Fact]) -> Q:
    """The facts of a kind that somebody has to confirm, or to confirm again. Examples are none."""
    today = timezone.localdate()
    due = Q(confirmed_on__isnull=True)
    if model.grows_old:
        due |= Q(confirmed_on__lt=today - CONFIRMED_FOR)
    for field in model._meta.concrete_fields:
        if kind := _UNTIL.get(field.name):
            now = today if kind == "date" else timezone.now()
            due &= Q(**{f"{field.name}__isnull": True}) | Q(**{f"{field.name}__gte": now})
    return Q(is_example=False) & due


def changeable(model: type[Model], user: Any) -> QuerySet[Any]:
    """The facts of a kind that somebody may change, as the kind's policy says. Lazy, so that it can be narrowed."""
    policy = model.snippet_viewset.permission_policy  # type: ignore[attr-defined]
    found: QuerySet[Any] = policy.instances_user_has_any_permission_for(user, ["change"])
    return found


def around(office: Office, user: Any) -> list[Fact]:
    """What belongs to an office and is confirmed with it, as far as somebody may: the office itself, its opening hours,
    its offers and theirs. Three queries.
    """
    offers = changeable(Offer, user).filter(office=office).select_related("service", "office", "provider")
    timetables = changeable(Timetable, user).filter(Q(office=office) | Q(offer__office=office))
    timetables = timetables.select_related("office", "offer__service", "offer__office")
    return [office, *timetables, *offers]


def said(fact: Fact) -> list[tuple[str, str]]:
    """What a fact says, field by field: the label and the value in words. What is empty is left out."""
    found = []
    for field in fact._meta.concrete_fields:
        if field.name in _NOT_SAID:
            continue
        if isinstance(field, ForeignKey) and not field.is_cached(fact):
            continue
        display = getattr(fact, f"get_{field.name}_display", None)
        value = display() if display else getattr(fact, field.name)
        if isinstance(value, bool):
            value = _("yes") if value else ""
        if isinstance(value, list):
            value = ", ".join(str(part) for part in value)
        if value not in (None, "", "unknown"):
            found.append((capfirst(str(field.verbose_name)), str(value)))
    return found


# An office ------------------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """One fact on the screen of an office: the fact, its kind in words, and where it is edited."""

    fact: Fact
    kind: str
    url: str


class ConfirmingForm(forms.Form):
    """Who says that it is right, and the version of the journal that was shown."""

    confirmed_by = forms.CharField(
        label=gettext_lazy("Confirmed by"),
        max_length=200,
        help_text=gettext_lazy("The organisation that answers for it. Example: Samtgemeinde Bardowick"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


@posts_in_turn
def confirm_office(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shows an office as families see it, with its hours and offers; on POST all of that is confirmed, or nothing."""
    office = get_object_or_404(Office.objects.select_related("space"), uuid=uuid)
    if not changeable(Office, request.user).filter(pk=office.pk).exists():
        raise PermissionDenied
    facts = around(office, request.user)
    examples = [fact for fact in facts if fact.is_example]
    confirmable = [fact for fact in facts if not fact.is_example]
    responsible = organisation(office)
    form = ConfirmingForm(request.POST or None, initial={"confirmed_by": responsible, "seen": version()})
    wrong: list[tuple[Part, list[str]]] = []
    if request.method == "POST" and form.is_valid():
        if _has_changed(confirmable, form.cleaned_data["seen"]):
            messages.warning(
                request,
                _("Nothing was confirmed yet: something has changed in the meantime. Please look again."),
            )
            form = ConfirmingForm(
                initial={"confirmed_by": form.cleaned_data["confirmed_by"], "seen": version()}
            )
        else:
            wrong = confirm(confirmable, form.cleaned_data["confirmed_by"], request.user)
            if not wrong and confirmable:
                messages.success(
                    request,
                    _("“%(office)s” is confirmed, with its hours and offers.") % {"office": office},
                    buttons=[_history(office)],
                )
                return redirect("wagtailadmin_home")
    context = {
        "office": office,
        "form": form,
        "parts": [_part(fact) for fact in confirmable],
        "examples": [_part(fact) for fact in examples],
        "wrong": wrong,
        "has_hours": any(isinstance(fact, Timetable) and fact.office_id for fact in facts),
        "add_hours": f"{reverse(Timetable.snippet_viewset.get_url_name('add'))}?office={office.pk}",
    }
    return render(request, "admin/desk/confirm_office.html", context)


def confirm(
    facts: Sequence[Fact], by_organisation: str, user: "AbstractBaseUser | Any"
) -> list[tuple[Part, list[str]]]:
    """Confirm facts today, all of them in one go. Returns what stands in the way of each; then nothing is written."""
    before = [(fact.confirmed_on, fact.confirmed_by) for fact in facts]
    wrong = []
    for fact in facts:
        fact.confirmed_on, fact.confirmed_by = timezone.localdate(), by_organisation
        try:
            fact.full_clean()
        except ValidationError as error:
            wrong.append((_part(fact), error.messages))
    if not wrong:
        try:
            record(facts, by=user)
        except ValidationError as error:
            # Somebody else's save came between the check above and its turn to write.
            wrong = [(_part(facts[0]), error.messages)]
    if wrong:
        for fact, (day, organisation_before) in zip(facts, before, strict=True):
            fact.confirmed_on, fact.confirmed_by = day, organisation_before
    return wrong


def organisation(fact: Fact) -> str:
    """Who most likely answers for a fact: who runs its space today; else who confirmed it last; else the county."""
    office = fact if isinstance(fact, Office) else getattr(fact, "office", None)
    if isinstance(fact, Timetable) and fact.offer:
        office = fact.offer.office
    space = fact.pk if isinstance(fact, Space) else getattr(office or fact, "space_id", None)
    if space:
        mandates = Mandate.objects.valid_on(timezone.localdate()).filter(space=space)
        if mandate := mandates.select_related("provider").first():
            return mandate.provider.name
    if fact.confirmed_by or space:
        return fact.confirmed_by
    county = Authority.objects.filter(kind=Authority.Kind.COUNTY).first()
    return county.name if county else ""


# One fact of another kind ---------------------------------------------------------------------------------------------


@require_POST
@posts_in_turn
def confirm_fact(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """One fact is still right."""
    model = next((model for model in kinds() if model._meta.model_name == kind), None)
    if model is None:
        raise Http404
    fact: Fact = get_object_or_404(model, uuid=uuid)
    if fact.is_example or not changeable(model, request.user).filter(pk=fact.pk).exists():
        raise PermissionDenied
    wrong = confirm([fact], organisation(fact), request.user)
    if wrong:
        ((part, reasons),) = wrong
        edit = messages.button(part.url, _("Edit"))
        messages.error(
            request, _("Nothing was confirmed. %(why)s") % {"why": " ".join(reasons)}, buttons=[edit]
        )
    else:
        messages.success(request, _("“%(fact)s” is confirmed.") % {"fact": fact}, buttons=[_history(fact)])
    return redirect("wagtailadmin_home")


def _has_changed(facts: Iterable[Fact], seen: int) -> bool:
    return Change.objects.filter(id__gt=seen, uuid__in=[fact.uuid for fact in facts]).exists()


def _part(fact: Fact) -> Part:
    url = reverse(fact.snippet_viewset.get_url_name("edit"), args=[fact.pk])
    return Part(fact, capfirst(str(fact._meta.verbose_name)), url)


def _history(fact: Fact) -> Any:
    # From there every earlier state can be brought back.
    url = reverse(fact.snippet_viewset.get_url_name("history"), args=[fact.pk])
    return messages.button(url, _("History"))
