"""How the editors' admin shows and writes facts: Wagtail's own views, every write through the journal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property, classproperty
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter  # type: ignore[import-untyped]
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.views import generic
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView, SnippetViewSet

from spaces.changes import record
from spaces.models.fact import Fact, Recorded

STATES = {"confirmed": _("confirmed"), "unconfirmed": _("not confirmed"), "example": _("example only")}

_SHOWN = 5


def still_needed(rows: Sequence[Model], error: ProtectedError) -> str:
    """Why these rows cannot be deleted, for the editor: what else points at them, the first five by name."""
    others = sorted(f"{capfirst(other._meta.verbose_name)} “{other}”" for other in error.protected_objects)
    named = ", ".join(others[:_SHOWN])
    if len(others) > _SHOWN:
        named = gettext("%(named)s and %(count)d more") % {"named": named, "count": len(others) - _SHOWN}
    return gettext(
        "Nothing was deleted. “%(rows)s” is still needed by: %(named)s. Change or delete that first."
    ) % {
        "rows": "”, “".join(str(row) for row in rows),
        "named": named,
    }


class RecordedFormMixin:
    """Saves the form's fact through the journal, where Wagtail would save it directly."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        # A fact has no draft: saving by itself would publish half a telephone number.
        self.autosave_enabled = False

    def save_instance(self) -> Fact:
        fact: Fact = self.form.save(commit=False)  # type: ignore[attr-defined]
        record(fact, by=self.request.user)  # type: ignore[attr-defined]
        self.new_revision = fact.latest_revision
        return fact

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ValidationError as error:
            # Somebody else's save came between this form's check and its turn to write.
            form.add_error(None, ValidationError(error.messages))
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]


class FactCreateView(RecordedFormMixin, CreateView):
    pass


class FactEditView(RecordedFormMixin, EditView):
    pass


class FactRevertView(RecordedFormMixin, generic.RevisionsRevertMixin, EditView):
    view_name = "revisions_revert"


class FactDeleteView(DeleteView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        success_message = self.get_success_message()
        try:
            record(self.object, by=self.request.user, delete=True)
        except ProtectedError as error:
            messages.error(self.request, still_needed([self.object], error))
            return redirect(reverse(self.edit_url_name, args=[quote(self.object.pk)]))
        messages.success(self.request, success_message)
        response: HttpResponse = self.run_after_hook() or redirect(self.get_success_url())
        return response


class RecordedBulkDelete(DeleteBulkAction):
    """Takes the place of Wagtail's bulk deletion of snippets, which deletes past the journal."""

    @classproperty
    def models(cls) -> list[type[Model]]:
        return [model for model in get_snippet_models() if issubclass(model, Recorded)]

    def check_perm(self, snippet: Model) -> bool:
        # The viewset's policy, not the bare permission: nobody deletes imported geography by hand.
        policy = self.model.snippet_viewset.permission_policy
        return bool(policy.user_has_permission(self.request.user, "delete"))

    def prepare_action(self, objects: list[Recorded], objects_without_access: Any) -> None:
        # Wagtail would refuse as if it were a matter of permission; `form_valid` says what stands in the way.
        return

    @classmethod
    def execute_action(cls, objects: list[Recorded], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        count = len(objects)
        record(objects, by=user or kwargs["self"].request.user, delete=True)
        return count, 0

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError as error:
            messages.error(self.request, still_needed(self.actionable_objects, error))
            return redirect(self.next_url)
        return response


class FactFilterSet(WagtailFilterSet):
    """The filters of a list of facts; the one for its state comes first."""

    state = ChoiceFilter(
        label=_("How sure is this?"),
        choices=list(STATES.items()),
        empty_label=_("All"),
        widget=forms.RadioSelect,
        method="filter_state",
    )

    def filter_state(self, queryset: QuerySet[Fact], name: str, value: str) -> QuerySet[Fact]:
        if value == "example":
            return queryset.filter(is_example=True)
        return queryset.filter(is_example=False, confirmed_on__isnull=value == "unconfirmed")


def state_column() -> StatusTagColumn:
    """The column that says how far a fact may be relied on."""
    return StatusTagColumn(
        "state",
        label=_("How sure is this?"),
        accessor=lambda fact: STATES[fact.state],
        primary=lambda fact: fact.state == "confirmed",
    )


class FactViewSet(SnippetViewSet):
    """The admin of one kind of fact. Name the model, its icon and the columns of its list; the rest follows.

    `related` names the foreign keys that the list shows, so that they cost no query for each line.
    """

    add_view_class = FactCreateView
    edit_view_class = FactEditView
    delete_view_class = FactDeleteView
    revisions_revert_view_class = FactRevertView
    copy_view_enabled = False
    list_per_page = 50
    list_filter: list[str] = []
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = self.model._default_manager.all()
        return queryset.select_related(*self.related) if self.related else queryset

    @cached_property
    def filterset_class(self) -> type[FactFilterSet]:
        meta = type("Meta", (), {"model": self.model, "fields": self.list_filter})
        return type(f"{self.model.__name__}FilterSet", (FactFilterSet,), {"Meta": meta})


class ReadOnlyPolicy(ModelPermissionPolicy):
    """May be looked at by those with the permission to; changed by nobody, not even by a superuser."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and bool(super().user_has_permission(user, action))


class ImportedIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Any]:
        # Without the boxes to tick: there is nothing to do with what is ticked.
        return list(super().columns[1:])


class ImportedViewSet(SnippetViewSet):
    """A list to look things up in: its rows come from files, and the next import would undo an edit."""

    index_view_class = ImportedIndexView
    inspect_view_enabled = True
    copy_view_enabled = False
    # Written in bulk, which the index of references never hears of.
    add_to_reference_index = False
    list_per_page = 50
    related: tuple[str, ...] = ()

    @property
    def permission_policy(self) -> ReadOnlyPolicy:
        return ReadOnlyPolicy(self.model)

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        permissions: QuerySet[Permission] = super().get_permissions_to_register()
        return permissions.filter(codename=get_permission_codename("view", self.model_opts))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = self.model._default_manager.all()
        return queryset.select_related(*self.related) if self.related else queryset
