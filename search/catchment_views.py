"""How catchments are written in the admin: what would change is shown first, and only a second button writes it."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core import signing
from django.db.models import Model, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404
from django.utils import timezone

from search.catchment_check import Gap, compare
from search.lookup import KINDS, Index, index, row_of
from search.models import Catchment
from search.routing import CatchmentRow
from search.workbench import MoveShown, OverlapShown, row_in_words, shown_move, shown_overlap
from spaces import spreadsheets
from spaces.changes import changed_since, in_turn
from spaces.fact_views import (
    FactCreateView,
    FactDeleteView,
    FactEditView,
    FactRevertView,
    RecordedBulkDelete,
    SpreadsheetView,
)
from spaces.models.fact import Recorded

_A_DAY = 24 * 60 * 60


class Preview(NamedTuple):
    """What a change of the catchments would do. `shown` is sent back by the button that writes it: it counts for the
    same change by the same editor only, and as long as nothing else changed.
    """

    moves: list[MoveShown]
    taken_back: list[MoveShown]
    gaps: list[Gap]
    overlaps: list[OverlapShown]
    unknown_streets: list[str]
    is_empty: bool
    #: Something was shown already, and it is no longer what would happen.
    is_otherwise: bool
    shown: str


def preview(request: HttpRequest, removed: Collection[str], added: Sequence[CatchmentRow]) -> Preview:
    """What becomes of the catchments without those that are named by their uuid, and with these rows."""
    latest = index()
    before = latest.router.catchments
    after = [row for row in before if row.uuid not in removed] + list(added)
    change = compare(latest.router.gazetteer, before, after, timezone.localdate())
    return Preview(
        [shown_move(move, latest) for move in change.moves],
        [shown_move(move, latest) for move in change.taken_back],
        change.gaps,
        [shown_overlap(overlap, latest) for overlap in change.overlaps],
        [row_in_words(row, latest) for row in change.unknown_streets],
        change.is_empty,
        bool(request.POST.get("shown")),
        _signed(request, latest, removed, added),
    )


def was_shown(request: HttpRequest, removed: Collection[str], added: Sequence[CatchmentRow]) -> bool:
    """Whether this editor has seen exactly this change, and nothing that decides about it has changed since."""
    try:
        seen = signing.loads(request.POST.get("shown", ""), salt=_salt(request), max_age=_A_DAY)
    except signing.BadSignature:
        return False
    return bool(
        seen["what"] == _digest(removed, added)
        and seen["on"] == timezone.localdate().isoformat()
        and not changed_since(seen["version"], KINDS)
    )


def _signed(
    request: HttpRequest, latest: Index, removed: Collection[str], added: Sequence[CatchmentRow]
) -> str:
    seen = {
        "what": _digest(removed, added),
        "on": timezone.localdate().isoformat(),
        "version": latest.version,
    }
    return signing.dumps(seen, salt=_salt(request))


def _salt(request: HttpRequest) -> str:
    return f"catchments {request.user.pk}"


def _digest(removed: Collection[str], added: Sequence[CatchmentRow]) -> str:
    # A new catchment has another uuid each time its form is sent.
    rows = [row._replace(uuid="") for row in added]
    return hashlib.sha256(repr((sorted(removed), rows)).encode()).hexdigest()


# The views ------------------------------------------------------------------------------------------------------------


class ShowsChangeFirst:
    """A form of one catchment that first shows what it would change. Nobody writes between (`posts_in_turn`)."""

    request: HttpRequest
    change: Preview | None = None

    def form_valid(self: Any, form: forms.ModelForm) -> HttpResponse:
        catchment: Catchment = form.save(commit=False)
        row = row_of(catchment)
        removed = [str(catchment.uuid)] if catchment.pk else []
        response: HttpResponse
        # Where only its source or its confirmation changes, addresses do not.
        is_same = any(row == there for there in index().router.catchments)
        if is_same or was_shown(self.request, removed, [row]):
            response = super().form_valid(form)  # type: ignore[misc]
            return response
        self.change = preview(self.request, removed, [row])
        # Or Wagtail makes, and checks, a second one.
        self.form = form
        response = self.render_to_response(self.get_context_data(form=form))
        return response

    @property
    def has_unsaved_changes(self) -> bool:
        return self.change is not None or super().has_unsaved_changes  # type: ignore[misc]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "change": self.change}  # type: ignore[misc]


class CatchmentCreateView(ShowsChangeFirst, FactCreateView):
    pass


class CatchmentEditView(ShowsChangeFirst, FactEditView):
    pass


class CatchmentRevertView(ShowsChangeFirst, FactRevertView):
    pass


class CatchmentDeleteView(FactDeleteView):
    """Shows what the deletion changes before it asks."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if was_shown(self.request, [str(self.object.uuid)], []):
            return super().form_valid(form)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "change": preview(self.request, [str(self.object.uuid)], [])}


class CatchmentBulkDelete(RecordedBulkDelete):
    """The same for several at once."""

    template_name = "admin/catchment_bulk_delete.html"
    models: list[type[Model]] = [Catchment]

    @classmethod
    def get_queryset(cls, model: type[Catchment], object_ids: Collection[str]) -> list[Catchment]:
        rows = Catchment.objects.select_related("space", "office", "municipality", "place")
        found: list[Catchment] = get_list_or_404(rows, pk__in=object_ids)
        return found

    def form_valid(self, form: forms.Form) -> HttpResponse:
        with in_turn():
            if was_shown(self.request, self._uuids(), []):
                return super().form_valid(form)
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "change": preview(self.request, self._uuids(), [])}

    def _uuids(self) -> list[str]:
        return [str(catchment.uuid) for catchment in self.get_actionable_objects()[0]]


class CatchmentSpreadsheetView(SpreadsheetView):
    """A file that is brought back: beside what each row changes, what all of them do to addresses."""

    template_name = "admin/catchment_spreadsheet.html"

    def show_report(
        self, sheet: type[Recorded], table: spreadsheets.Table, report: spreadsheets.Report
    ) -> HttpResponse:
        self.report = report
        return super().show_report(sheet, table, report)

    report: spreadsheets.Report | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.report is None or self.report.wrong or not self.report.changing:
            return context
        rows = [outcome.row for outcome in self.report.changing if isinstance(outcome.row, Catchment)]
        prefetch_related_objects(rows, "space", "municipality", "place", "office")
        change = preview(self.request, [str(row.uuid) for row in rows], [row_of(row) for row in rows])
        return {**context, "change": change}
