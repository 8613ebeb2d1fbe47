"""The catchments' workbench: what an address leads to and why, who answers for what, what is to come, who changed what.

An address that an editor types here is as private as a family's: it travels in the body of a request, and no answer
is kept anywhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from wagtail.models import ModelLogEntry, Revision

from portal.cldr import day as in_words
from portal.cldr import listed
from search.address import Address, understood
from search.catchment_check import Move, Overlap, check
from search.gazetteer import Reading
from search.lookup import Index, index
from search.models import Catchment
from search.routing import (
    Answer,
    CatchmentRow,
    Choice,
    Decision,
    Elsewhere,
    Explanation,
    Found,
    Outcome,
    Step,
)
from search.views import answer_for
from spaces.map import district
from spaces.templatetags.district_map import Drawn, Shown
from spaces.week_panel import DayInput

#: So many names stand in a row before the rest is counted.
_SHOWN = 12
#: So many changes of the catchments are told.
_HISTORY = 40

#: The rules of agreement by their number; 0 is what stands above all of them.
RULES = {
    0: gettext_lazy(
        "The words can be read in several ways. Only if all of them lead to the same office is it an answer."
    ),
    1: gettext_lazy("A word in the place that nothing explains forbids an answer. The portal asks."),
    2: gettext_lazy("A postcode that is not ours forbids an answer. With one wrong digit the portal asks."),
    3: gettext_lazy("With a postcode of ours it is an answer if everything in it leads to the same office."),
    4: gettext_lazy(
        "Without a postcode, an exact place is an answer, unless there is another of nearly the same name that leads "
        "elsewhere."
    ),
    5: gettext_lazy(
        "A mistyped place without a postcode is an answer only if the street is in one space alone, and all street "
        "lists are complete."
    ),
    6: gettext_lazy(
        "A street without a place is an answer only if all street lists are complete and it is in one space alone."
    ),
    7: gettext_lazy(
        "Postcode and place contradict each other. The portal asks, unless both lead to the same office."
    ),
    8: gettext_lazy("A school's name says which office works at the school, never where a family belongs."),
    9: gettext_lazy("What was understood is always shown. Here nothing was understood."),
}

_FITS = {
    "absent": gettext_lazy("no place is named"),
    "exact": gettext_lazy("the place is written exactly so"),
    "resembling": gettext_lazy("the place is mistyped by one letter"),
    "sounds": gettext_lazy("the place is written in another script"),
    "partly": gettext_lazy("a part of the place is known, and a word is left over"),
    "loose": gettext_lazy("a place is named, and the other words may be a street or not"),
    "hamlet": gettext_lazy("a village with a house number, or a street of that name"),
    "unexplained": gettext_lazy("the place is not known"),
}

_LEVELS = {
    "postcode": gettext_lazy("by the postcode"),
    "municipality": gettext_lazy("by the municipality"),
    "place": gettext_lazy("by the place"),
    "street": gettext_lazy("by the street"),
    "house_number": gettext_lazy("by the house number"),
    "school": gettext_lazy("by the school"),
}


# The screen -----------------------------------------------------------------------------------------------------------


class AddressForm(forms.Form):
    """An address, typed in any way, and the day for which it is asked."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=400,
        required=False,
        help_text=gettext_lazy(
            "As a family would type it. It is stored nowhere. Example: Schulstr. 2, 21397 Barendorf"
        ),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    on = forms.DateField(
        label=gettext_lazy("On this day"),
        widget=DayInput,
        help_text=gettext_lazy("A later day shows what will hold then. Example: 1 September 2027"),
    )


def may_change_catchments(user: Any) -> bool:
    return bool(Catchment.snippet_viewset.permission_policy.user_has_permission(user, "change"))


@never_cache
def workbench(request: HttpRequest) -> HttpResponse:
    """The screen (GET), and what an address leads to (POST). For those who may change catchments."""
    if not may_change_catchments(request.user):
        raise PermissionDenied
    today, latest = timezone.localdate(), index()
    form = AddressForm(request.POST or None, initial={"on": today})
    explained: dict[str, Any] | None = None
    catchments = {
        str(c.uuid): c
        for c in Catchment.objects.select_related("space", "office", "municipality", "place").all()
    }
    if request.method == "POST" and form.is_valid():
        asked, on = form.cleaned_data["address"], form.cleaned_data["on"]
        explained = _explained(latest.router.explain(asked, on), catchments, latest, request)
        explained["on"] = on
    report = check(latest.router.gazetteer, latest.router.catchments, today)
    context = {
        "form": form,
        "explained": explained,
        "map": _map(latest, explained),
        "spaces": _spaces(catchments.values(), latest, today),
        "others": [
            (municipality.name, authority.name)
            for municipality in latest.router.gazetteer.municipalities.values()
            if (authority := latest.authorities.get(municipality.authority))
        ],
        "moves": [shown_move(move, latest) for move in report.moves],
        "gaps": report.gaps,
        "overlaps": [shown_overlap(overlap, latest) for overlap in report.overlaps],
        "unknown_streets": [row_in_words(row, latest) for row in report.unknown_streets],
        "twins": sorted(_twins(latest, today)),
        "history": list(_together(_history())),
    }
    return render(request, "admin/workbench.html", context)


# Names ----------------------------------------------------------------------------------------------------------------


def name_of(answer: Answer, latest: Index) -> str:
    """Who answers, by name: a space, with its office where that is not the main one; an authority; or nobody."""
    if answer.space:
        space = latest.spaces.get(answer.space)
        office = latest.offices.get(UUID(answer.office)) if answer.office else None
        name = space.name if space else answer.space
        return f"{name} ({office.name})" if office else name
    authority = latest.authorities.get(answer.authority)
    return authority.name if authority else _("nobody")


def row_in_words(row: CatchmentRow, latest: Index) -> str:
    """A catchment by its territory and who answers: "Altwald · Buchhain → Talheim"."""
    municipality = latest.router.gazetteer.municipalities.get(row.ags)
    parts = (municipality.name if municipality else row.ags, row.place, row.street + row.numbers.label())
    territory = " · ".join(part for part in parts if part)
    return f"{territory} → {name_of(Answer(row.space, row.office), latest)}"


def place_label(place: int, latest: Index) -> str:
    row = latest.router.gazetteer.places[place]
    municipality = latest.router.gazetteer.municipalities[row.ags].name
    return row.name if municipality == row.name else f"{row.name} ({municipality})"


def validity(catchment: Catchment | CatchmentRow) -> str:
    """From when until when, in words."""
    days = {"first": in_words(catchment.valid_from)}
    if catchment.valid_until is None:
        return (
            _("since %(first)s") % days
            if catchment.valid_from <= timezone.localdate()
            else _("from %(first)s") % days
        )
    return _("from %(first)s to %(last)s") % {**days, "last": in_words(catchment.valid_until)}


def in_a_row(names: Iterable[str]) -> str:
    """Names in a row; of many the first ones, and how many more there are."""
    names = list(dict.fromkeys(names))
    if len(names) <= _SHOWN:
        return ", ".join(names)
    said = {"names": ", ".join(names[:_SHOWN]), "count": len(names) - _SHOWN}
    return _("%(names)s and %(count)d more") % said


class MoveShown(NamedTuple):
    """Addresses that go from one office to another on a day: how many, and which."""

    on: date
    before: str
    after: str
    what: str
    territory: tuple[str, ...]
    streets: tuple[str, ...]
    is_today: bool


class OverlapShown(NamedTuple):
    one: str
    other: str


def shown_move(move: Move, latest: Index) -> MoveShown:
    streets, places = len(move.all_streets), len(move.places)
    counts = []
    if places:
        counts.append(ngettext("%(count)d place", "%(count)d places", places) % {"count": places})
    if streets:
        counts.append(ngettext("%(count)d street", "%(count)d streets", streets) % {"count": streets})
    before, after = name_of(move.before, latest), name_of(move.after, latest)
    is_today = move.on <= timezone.localdate()
    return MoveShown(move.on, before, after, listed(counts), move.territory, move.streets, is_today)


def shown_overlap(overlap: Overlap, latest: Index) -> OverlapShown:
    return OverlapShown(row_in_words(overlap.one, latest), row_in_words(overlap.other, latest))


# How it came ----------------------------------------------------------------------------------------------------------


class DecisionShown(NamedTuple):
    """A catchment that was looked at, or the authority or nobody where there is none, and at which places."""

    territory: str
    answer: str
    validity: str
    ground: str
    url: str
    places: str


class StepShown(NamedTuple):
    fit: str
    #: What the words can mean: a label and names.
    meanings: list[tuple[str, str]]
    rule: int
    rule_in_words: Any
    outcome: str
    decisions: list[DecisionShown]
    more_decisions: int


def _explained(
    explanation: Explanation, catchments: Mapping[str, Catchment], latest: Index, request: HttpRequest
) -> dict[str, Any]:
    outcome = explanation.outcome
    return {
        "answer": answer_for(outcome, latest, request),
        "space": outcome.answer.space if isinstance(outcome, Found) else "",
        "options": _options(outcome, latest),
        "level": _LEVELS.get(getattr(outcome, "level", ""), ""),
        "parts": _parts(explanation.address),
        "is_open": explanation.address is not None and explanation.address.order != "fixed",
        "steps": [_step(step, catchments, latest) for step in explanation.steps],
        "rule": explanation.rule,
        "rule_in_words": RULES[explanation.rule],
    }


def _options(outcome: Outcome, latest: Index) -> list[tuple[str, str]]:
    """What a question offers, and where each option leads."""
    if not isinstance(outcome, Choice):
        return []
    return [
        (
            option.label or in_a_row(option.places),
            name_of(Answer(option.space), latest) if option.space else _("Elsewhere"),
        )
        for option in outcome.options
    ]


def _parts(address: Address | None) -> list[tuple[str, str]]:
    if address is None:
        return []
    slots = [
        (_("Postcode"), address.postcode),
        (_("House number"), address.house_number),
        (_("Street"), understood(address.street)),
        (_("Place"), understood(address.place)),
        (_("Beside it"), ", ".join(understood(words) for words in address.aside)),
    ]
    return [(label, words) for label, words in slots if words]


def _step(step: Step, catchments: Mapping[str, Catchment], latest: Index) -> StepShown:
    places_of: dict[Decision, list[int]] = {}
    for place, decisions in step.considered:
        for decision in decisions:
            places_of.setdefault(decision, []).append(place)
    shown = [
        _decision(decision, places, catchments, latest)
        for decision, places in list(places_of.items())[:_SHOWN]
    ]
    return StepShown(
        str(_FITS[step.reading.fit]) if not step.reading.schools else _("a school is named"),
        list(_meanings(step.reading, latest)),
        step.rule,
        RULES[step.rule],
        _lead(step.outcome, latest),
        shown,
        len(places_of) - len(shown),
    )


def _meanings(reading: Reading, latest: Index) -> Iterator[tuple[str, str]]:
    gazetteer = latest.router.gazetteer
    outside = [gazetteer.outside[i] for i in sorted(reading.meaning.outside | reading.twins.outside)]
    names = (
        (_("Place"), (place_label(i, latest) for i in reading.meaning.shown)),
        (_("Easily taken for it"), (place_label(i, latest) for i in reading.twins.shown)),
        (_("Outside"), (f"{row.name} ({row.region})" for row in outside)),
        (
            _("Named beside it"),
            (place_label(i, latest) for meaning in reading.aside for i in meaning.shown),
        ),
        (_("School"), (gazetteer.schools[i].name for i in reading.schools)),
    )
    if reading.street and not reading.schools:
        yield _("Street"), understood(reading.street)
        if reading.streets:
            yield (
                _("There is a street of this name in"),
                in_a_row(place_label(i, latest) for i in reading.streets),
            )
        elif reading.streets is not None:
            yield _("There is a street of this name in"), _("no street list")
    for label, found in names:
        if row := in_a_row(found):
            yield label, row


def _decision(
    decision: Decision, places: list[int], catchments: Mapping[str, Catchment], latest: Index
) -> DecisionShown:
    row = decision.row
    where = in_a_row(place_label(place, latest) for place in places)
    if row is None:
        return DecisionShown(_("no catchment"), name_of(decision.answer, latest), "", "", "", where)
    catchment = catchments.get(row.uuid)
    return DecisionShown(
        row_in_words(row, latest).rpartition(" → ")[0],
        name_of(decision.answer, latest),
        validity(row),
        catchment.get_ground_display() if catchment else "",
        edit_url(catchment) if catchment else "",
        where,
    )


def _lead(outcome: Outcome, latest: Index) -> str:
    """Where a reading leads, in a line."""
    if isinstance(outcome, Found):
        return name_of(outcome.answer, latest)
    if isinstance(outcome, Choice):
        return _("The portal asks.")
    if isinstance(outcome, Elsewhere):
        return name_of(Answer(authority=outcome.authority), latest) if outcome.authority else outcome.place
    return _("There is no answer.")


# Who answers for what -------------------------------------------------------------------------------------------------


class Line(NamedTuple):
    """A catchment in the list."""

    territory: str
    space: str
    #: Where it is not the main one.
    office: str
    validity: str
    ground: str
    url: str
    is_coming: bool


class MunicipalityShown(NamedTuple):
    line: Line
    exceptions: list[Line]


class SpaceShown(NamedTuple):
    key: str
    name: str
    office: str
    municipalities: list[MunicipalityShown]
    #: Parts of municipalities for which otherwise somebody else answers.
    elsewhere: list[Line]


def _spaces(catchments: Iterable[Catchment], latest: Index, today: date) -> list[SpaceShown]:
    current = [c for c in catchments if c.valid_until is None or c.valid_until >= today]
    whole = [c for c in current if not c.place_id and not c.street]
    parts = [c for c in current if c.place_id or c.street]
    shown = []
    for space in sorted(latest.spaces.values(), key=lambda space: space.name):
        own = [c for c in whole if c.space_id == space.pk]
        municipalities = {c.municipality_id for c in own}
        main = latest.main_offices.get(space.key)
        shown.append(
            SpaceShown(
                space.key,
                space.name,
                main.name if main else "",
                [
                    MunicipalityShown(
                        _line(c, today),
                        [_line(part, today) for part in parts if part.municipality_id == c.municipality_id],
                    )
                    for c in own
                ],
                [
                    _line(c, today)
                    for c in parts
                    if c.space_id == space.pk and c.municipality_id not in municipalities
                ],
            )
        )
    return shown


def _line(c: Catchment, today: date) -> Line:
    territory = str(c).rpartition(" → ")[0]
    return Line(
        territory,
        c.space.name,
        c.office.name if c.office and not c.office.is_main else "",
        validity(c),
        c.get_ground_display(),
        edit_url(c),
        c.valid_from > today,
    )


def edit_url(catchment: Catchment) -> str:
    return reverse(Catchment.snippet_viewset.get_url_name("edit"), args=[catchment.pk])


def _map(latest: Index, explained: dict[str, Any] | None) -> Shown | None:
    """The map of the district, each space a link to its place in the list."""
    drawing = district(settings.PORTAL_DATA)
    if drawing is None:
        return None
    found = explained["space"] if explained else ""
    areas = []
    for area in drawing.areas:
        space = latest.spaces.get(area.key)
        url, name = (f"#space-{area.key}", space.name) if space else ("", area.name)
        areas.append(Drawn(area, name, url, bool(found) and area.key == found))
    return Shown(drawing, areas)


class Twin(NamedTuple):
    """A place and what is easily taken for it, with who answers for each."""

    name: str
    answer: str
    others: list[tuple[str, str]]


def _twins(latest: Index, today: date) -> Iterator[Twin]:
    """Places of nearly the same name that lead elsewhere, each pair once: without a postcode the portal asks there."""
    gazetteer, plan = latest.router.gazetteer, latest.router.plan(today)
    for i in range(len(gazetteer.places)):
        meaning = gazetteer.taken_for(i)
        answer = plan.base(i)[0].answer
        others = [
            (place_label(other, latest), name_of(plan.base(other)[0].answer, latest))
            for other in sorted(meaning.places)
            if other > i and plan.base(other)[0].answer != answer
        ]
        others += [
            (
                f"{row.name} ({row.region})",
                name_of(Answer(authority=row.authority), latest) if row.authority else "",
            )
            for row in (gazetteer.outside[o] for o in sorted(meaning.outside))
        ]
        if others:
            yield Twin(place_label(i, latest), name_of(answer, latest), others)


# Who changed what -----------------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """A change of a catchment: who made it, when, and what is otherwise since then."""

    label: str
    at: Any
    who: str
    action: str
    differences: list[tuple[str, str, str]]
    edit_url: str
    compare_url: str


_ACTIONS = {
    "wagtail.create": gettext_lazy("made"),
    "wagtail.edit": gettext_lazy("changed"),
    "wagtail.delete": gettext_lazy("deleted"),
}


def _together(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries that follow each other and were made by the same person in the same minute, without any differences: an
    import makes many.
    """

    def alike(entry: Entry) -> Any:
        return entry.differences, entry.who, entry.action, entry.at.replace(second=0, microsecond=0)

    for (differences, *_rest), found in groupby(entries, alike):
        if differences:
            yield from ([entry] for entry in found)
        else:
            yield list(found)


def _history() -> Iterator[Entry]:
    """The newest changes of all catchments, newest first."""
    kind = ContentType.objects.get_for_model(Catchment)
    logged = list(
        ModelLogEntry.objects.filter(content_type=kind)
        .select_related("user")
        .order_by("-timestamp", "-pk")[:_HISTORY]
    )
    before, revisions = _revisions(kind, {entry.object_id for entry in logged})
    pairs = {
        entry.pk: (before[entry.revision_id], revisions[entry.revision_id])
        for entry in logged
        if entry.revision_id in before
    }
    said = _Words([revision.content for pair in pairs.values() for revision in pair])
    there = {str(pk) for pk in Catchment.objects.values_list("pk", flat=True)}
    viewset = Catchment.snippet_viewset
    for entry in logged:
        is_there = entry.object_id in there
        differences: list[tuple[str, str, str]] = []
        compare_url = ""
        if pair := pairs.get(entry.pk):
            differences = list(said.differences(pair[0].content, pair[1].content))
            if is_there:
                compare_url = reverse(
                    viewset.get_url_name("revisions_compare"), args=[entry.object_id, pair[0].pk, pair[1].pk]
                )
        yield Entry(
            entry.label,
            entry.timestamp,
            (entry.user.get_full_name() or entry.user.get_username()) if entry.user else "",
            str(_ACTIONS.get(entry.action, entry.action)),
            differences,
            reverse(viewset.get_url_name("edit"), args=[entry.object_id]) if is_there else "",
            compare_url,
        )


def _revisions(kind: ContentType, ids: set[str]) -> tuple[dict[int, Revision], dict[int, Revision]]:
    """For each revision of these catchments the one before it, and the revisions themselves, by number."""
    rows = Revision.objects.filter(content_type=kind, object_id__in=ids).order_by(
        "object_id", "created_at", "pk"
    )
    before: dict[int, Revision] = {}
    revisions: dict[int, Revision] = {}
    last: Revision | None = None
    for revision in rows:
        revisions[revision.pk] = revision
        if last is not None and last.object_id == revision.object_id:
            before[revision.pk] = last
        last = revision
    return before, revisions


class _Words:
    """What stands in revisions, in words. One query for each kind of fact that a catchment points at."""

    def __init__(self, contents: list[dict[str, Any]]) -> None:
        self._fields = [
            field
            for field in Catchment._meta.concrete_fields
            if field.name not in ("id", "uuid", "latest_revision")
        ]
        self._names: dict[str, dict[int, str]] = {}
        for field in self._fields:
            if isinstance(field, ForeignKey):
                pks = {content[field.name] for content in contents if content.get(field.name)}
                rows = field.related_model._default_manager.in_bulk(pks) if pks else {}
                self._names[field.name] = {pk: str(row) for pk, row in rows.items()}

    def differences(self, before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
        """The fields that are otherwise: name, before, after."""
        for field in self._fields:
            old, new = before.get(field.name), after.get(field.name)
            if old != new:
                yield str(field.verbose_name), self._said(field, old), self._said(field, new)

    def _said(self, field: Any, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if field.name in self._names:
            return self._names[field.name].get(value, "–")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if field.get_internal_type() == "DateField":
            return in_words(date.fromisoformat(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(value)
