"""How the editors' admin shows and writes facts: Wagtail's own views, every write through the journal."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_permission_codename
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission, User
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, Model, ProtectedError, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property, classproperty
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_filters import ChoiceFilter  # type: ignore[import-untyped]
from modelcluster.models import get_all_child_relations
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import Revision
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView, SnippetViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

from spaces import confirming, permissions, spreadsheets
from spaces.changes import posts_in_turn, record, version
from spaces.facts import without_main_office
from spaces.models import Office, Space
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


class MainOffices:
    """Tells the editor which spaces lost their main office, or still have none, by what was just written."""

    def __init__(self, request: HttpRequest, model: type[Model]) -> None:
        self.request = request
        self.concerned = model in (Office, Space)
        self.missing_before = self._missing()

    def warn(self, written: Collection[Model] = ()) -> None:
        meant = {row.space_id if isinstance(row, Office) else row.pk for row in written}
        for pk, name in self._missing().items():
            if pk in meant or pk not in self.missing_before:
                message = gettext("“%(space)s” has no main office. Its people are sent nowhere.")
                messages.warning(self.request, message % {"space": name})

    def _missing(self) -> dict[Any, str]:
        return {space.pk: space.name for space in without_main_office()} if self.concerned else {}


class FactPolicy(ModelPermissionPolicy):
    """Who may write which facts of a kind in the admin, as `spaces.permissions` says.

    Who may do something with some facts only has the permission for the kind, and not for every instance.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        return permissions.may_write_some(user, self.model, action)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        if action in ("add", "change", "delete"):
            return permissions.may_write(user, instance, cast(permissions.Action, action))
        return permissions.may_write_all(user, self.model, action)

    def instances_user_has_any_permission_for(self, user: Any, actions: Collection[str]) -> QuerySet[Any]:
        facts: QuerySet[Any] = self.model._default_manager.all()
        if any(permissions.may_write_all(user, self.model, action) for action in actions):
            return facts
        return permissions.own(facts, user) if self.model in permissions.OF_SPACES else facts.none()

    def users_with_any_permission(self, actions: Collection[str]) -> QuerySet[Any]:
        users: QuerySet[Any] = super().users_with_any_permission(actions)
        if self.model in permissions.OF_SPACES:
            users = (users | User.objects.filter(is_active=True, groups__team__isnull=False)).distinct()
        return users


class OfOwnSpaces:
    """A member of a team is offered what belongs to the own spaces, where there is such a thing."""

    def get_object_list(self) -> QuerySet[Any]:
        facts: QuerySet[Any] = super().get_object_list()  # type: ignore[misc]
        user = self.request.user  # type: ignore[attr-defined]
        if permissions.is_of_team(user) and (facts.model is Space or facts.model in permissions.OF_SPACES):
            return permissions.own(facts, user)
        return facts


class FactChooseView(OfOwnSpaces, ChooseView):
    pass


class FactChooseResultsView(OfOwnSpaces, ChooseResultsView):
    pass


class FactChooser(AdminSnippetChooser):
    """Wagtail's would keep the language in which the process began, and call a fact an object."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self.choose_one_text = pgettext_lazy("a fact", "Choose")
        self.choose_another_text = pgettext_lazy("a fact", "Choose another one")
        self.link_to_chosen_text = pgettext_lazy("a fact", "Edit what is chosen")


class FactChooserViewSet(SnippetChooserViewSet):
    choose_view_class = FactChooseView
    choose_results_view_class = FactChooseResultsView

    @cached_property
    def widget_class(self) -> FactChooser:
        return FactChooser(model=self.model, icon=self.icon)


class RecordedFormMixin:
    """Saves the form's fact through the journal, where Wagtail would save it directly."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        # A fact has no draft: saving by itself would publish half a telephone number.
        self.autosave_enabled = False

    def is_valid(self, form: forms.ModelForm) -> bool:
        # Wagtail knows, but refuses only what saves itself: the second of two editors would silently undo the first.
        if self.is_out_of_date:  # type: ignore[attr-defined]
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = self.what_changed_meanwhile()
            return False
        valid: bool = super().is_valid(form)  # type: ignore[misc]
        return valid

    def what_changed_meanwhile(self: Any) -> SafeString:
        """Who changed which fields since the form was opened, and the ways on."""
        newest: Revision = self.object.latest_revision
        opened = self._revision_that_was_opened()
        fields, compare = "", ""
        if opened:
            panel = self.panel.get_bound_panel(instance=self.object, request=self.request, form=None)
            before, now = opened.as_object(), newest.as_object()
            compared = [comparison(before, now) for comparison in panel.get_comparison()]
            labels = [str(each.field_label()) for each in compared if each.has_changed()]
            fields = gettext("Changed: %(fields)s.") % {"fields": ", ".join(labels)} if labels else ""
            name = self.model.snippet_viewset.get_url_name("revisions_compare")
            compare = reverse(name, args=[quote(self.object.pk), opened.pk, newest.pk])
        who = newest.user.get_full_name() or newest.user.get_username() if newest.user else ""
        said = [
            gettext("Nothing was saved: %(who)s has changed this since you opened it.") % {"who": who}
            if who
            else gettext("Nothing was saved: somebody else has changed this since you opened it."),
            fields,
            gettext("What you typed is still here. Open it anew, and enter there what you wanted to change."),
        ]
        ways = [(self.request.path, gettext("Open it anew, in a new window"))]
        if compare:
            ways.append((compare, gettext("See what was changed")))
        return format_html(
            "{} {}",
            " ".join(filter(None, said)),
            format_html_join(" · ", '<a href="{}" target="_blank" rel="noopener">{}</a>', ways),
        )

    def _revision_that_was_opened(self: Any) -> Revision | None:
        try:
            opened = datetime.fromisoformat(self.request.POST.get("loaded_revision_created_at", ""))
        except ValueError:
            return None
        found: Revision | None = self.object.revisions.filter(created_at=opened).first()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        if opened := self.request.POST.get("loaded_revision_created_at"):  # type: ignore[attr-defined]
            # Shown again with its errors, the form is still as old as when it was opened.
            context["loaded_revision_created_at"] = opened
        return context

    def save_instance(self) -> Fact:
        fact: Fact = self.form.save(commit=False)  # type: ignore[attr-defined]
        record(fact, by=self.request.user)  # type: ignore[attr-defined]
        self.new_revision = fact.latest_revision
        self.main_offices.warn([fact])
        return fact

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        self.main_offices = MainOffices(self.request, self.model)  # type: ignore[attr-defined]
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except ValidationError as error:
            # Somebody else's save came between this form's check and its turn to write.
            form.add_error(None, ValidationError(error.messages))
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[attr-defined]


class FactCreateView(RecordedFormMixin, CreateView):
    def get_initial_form_instance(self) -> Fact:
        fact: Any = super().get_initial_form_instance() or self.model()
        spaces = permissions.own_spaces(self.request.user)
        if "space" in permissions.OF_SPACES.get(self.model, ()) and len(spaces) == 1:
            # For most there is nothing else to choose.
            fact.space_id = next(iter(spaces))
        return cast(Fact, fact)


class FactEditView(RecordedFormMixin, EditView):
    pass


class FactRevertView(RecordedFormMixin, generic.RevisionsRevertMixin, EditView):
    view_name = "revisions_revert"

    def get_object(self, queryset: QuerySet[Fact] | None = None) -> Fact:
        fact = EditView.get_object(self, queryset)
        self.revision = fact.revisions.filter(pk=self.revision_id).first()
        if self.revision is None:
            raise Http404
        _leave_out_what_is_gone(self.revision, type(fact))
        old: Fact = self.revision.as_object()
        _begin_anew_rows_that_are_gone(old)
        return old


def _leave_out_what_is_gone(revision: Revision, model: type[Fact]) -> None:
    """Wagtail fails to show a revision that points at a protected fact which is deleted by now: the field is empty."""
    for field in model._meta.concrete_fields:
        if not isinstance(field, ForeignKey) or field.name == "latest_revision":
            continue
        pk = revision.content.get(field.name)
        if pk and not field.related_model._default_manager.filter(pk=pk).exists():
            revision.content[field.name] = None


def _begin_anew_rows_that_are_gone(fact: Fact) -> None:
    """A row that was deleted since comes back as a new one: a form cannot choose a row that is not there."""
    for relation in get_all_child_relations(type(fact)):
        rows = list(getattr(fact, relation.get_accessor_name()).all())
        there = set(
            relation.related_model._default_manager.filter(pk__in=[row.pk for row in rows]).values_list(
                "pk", flat=True
            )
        )
        for row in rows:
            if row.pk not in there:
                row.pk = None
                row._state.adding = True


class FactDeleteView(DeleteView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        success_message = self.get_success_message()
        main_offices = MainOffices(self.request, self.model)
        try:
            record(self.object, by=self.request.user, delete=True)
        except ProtectedError as error:
            messages.error(self.request, still_needed([self.object], error))
            return redirect(reverse(self.edit_url_name, args=[quote(self.object.pk)]))
        messages.success(self.request, success_message)
        main_offices.warn()
        response: HttpResponse = self.run_after_hook() or redirect(self.get_success_url())
        return response


class RecordedBulkDelete(DeleteBulkAction):
    """Takes the place of Wagtail's bulk deletion of snippets, which deletes past the journal."""

    @classproperty
    def models(cls) -> list[type[Model]]:
        return [model for model in get_snippet_models() if issubclass(model, Recorded)]

    def check_perm(self, snippet: Model) -> bool:
        # The viewset's policy, not the bare permission: nobody deletes imported geography by hand, or another's fact.
        policy = self.model.snippet_viewset.permission_policy
        return bool(policy.user_has_permission_for_instance(self.request.user, "delete", snippet))

    def prepare_action(self, objects: list[Recorded], objects_without_access: Any) -> None:
        # Wagtail would refuse as if it were a matter of permission; `form_valid` says what stands in the way.
        return

    @classmethod
    def execute_action(cls, objects: list[Recorded], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        count = len(objects)
        record(objects, by=user or kwargs["self"].request.user, delete=True)
        return count, 0

    def form_valid(self, form: forms.Form) -> HttpResponse:
        main_offices = MainOffices(self.request, self.model)
        try:
            response: HttpResponse = super().form_valid(form)
        except ProtectedError as error:
            messages.error(self.request, still_needed(self.actionable_objects, error))
            return redirect(self.next_url)
        main_offices.warn()
        return response


class FactFilterSet(WagtailFilterSet):
    """The filters of a list of facts; the one for its state comes first."""

    state = ChoiceFilter(
        label=_("How sure is this?"),
        choices=[*STATES.items(), ("due", _("to be confirmed, or confirmed long ago"))],
        empty_label=_("All"),
        widget=forms.RadioSelect,
        method="filter_state",
    )

    def filter_state(self, queryset: QuerySet[Fact], name: str, value: str) -> QuerySet[Fact]:
        if value == "example":
            return queryset.filter(is_example=True)
        if value == "due":
            return queryset.filter(confirming.is_due(queryset.model))
        return queryset.filter(is_example=False, confirmed_on__isnull=value == "unconfirmed")


def state_column() -> StatusTagColumn:
    """The column that says how far a fact may be relied on."""
    return StatusTagColumn(
        "state",
        label=_("How sure is this?"),
        accessor=lambda fact: STATES[fact.state],
        primary=lambda fact: fact.state == "confirmed",
    )


class FactIndexView(IndexView):
    spreadsheet_url_name = ""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        url = reverse(self.spreadsheet_url_name)
        return [
            *super().header_more_buttons,
            Button(_("Spreadsheet"), url=url, icon_name="table", priority=50),
        ]


class SpreadsheetView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Facts of one kind, and their rows, as files to take away and to bring back.

    A file that is brought is first shown: what each row would change. What was shown travels to the second step
    signed, so that exactly this is written, by whichever worker process answers.
    """

    model: Any = None
    index_url_name = ""
    spreadsheet_url_name = ""
    export_url_name = ""
    template_name = "admin/spreadsheet.html"
    page_title = _("Spreadsheet")
    any_permission_required = ["add", "change", "view"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.may_import:
            raise PermissionDenied
        try:
            if "confirmed" in request.POST:
                return self.write(request.POST["confirmed"])
            return self.preview(self.sheet(request.POST.get("sheet", "")))
        except spreadsheets.UnreadableTable as error:
            messages.error(request, gettext("Nothing was saved. %(reason)s") % {"reason": error})
            return self.show()

    def preview(self, sheet: type[Recorded]) -> HttpResponse:
        file = self.request.FILES.get("file")
        if file is None:
            raise spreadsheets.UnreadableTable(gettext("Choose a file first."))
        if file.size is None or file.size > spreadsheets.LARGEST_FILE:
            raise spreadsheets.UnreadableTable(gettext("The file is too large."))
        table = spreadsheets.read(file.read())
        return self.show_report(sheet, table, spreadsheets.check(sheet, table, self.editor))

    def write(self, confirmed: str) -> HttpResponse:
        try:
            what = signing.loads(confirmed, salt=self.salt, max_age=24 * 60 * 60)
        except signing.BadSignature:
            raise spreadsheets.UnreadableTable(gettext("Bring the file once more.")) from None
        sheet, table = self.sheet(what["sheet"]), spreadsheets.Table(*what["table"])
        if what["version"] != version():
            messages.warning(
                self.request,
                gettext("Nothing was saved yet: something has changed in the meantime. Please look again."),
            )
            return self.show_report(sheet, table, spreadsheets.check(sheet, table, self.editor))
        main_offices = MainOffices(self.request, sheet)
        report = spreadsheets.write(sheet, table, self.editor)
        if report.wrong:
            return self.show_report(sheet, table, report)
        count = len(report.changing)
        messages.success(
            self.request, ngettext("%(count)d row saved.", "%(count)d rows saved.", count) % {"count": count}
        )
        main_offices.warn()
        return redirect(reverse(self.index_url_name))

    def show_report(
        self, sheet: type[Recorded], table: spreadsheets.Table, report: spreadsheets.Report
    ) -> HttpResponse:
        what = {
            "sheet": sheet._meta.model_name,
            "table": [table.heading, table.rows, table.numbers],
            "version": version(),
        }
        return self.show(
            report=report,
            sheet=capfirst(str(sheet._meta.verbose_name_plural)),
            confirmed=signing.dumps(what, salt=self.salt, compress=True),
        )

    def show(self, **context: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(**context))

    def sheet(self, name: str) -> type[Recorded]:
        for sheet in spreadsheets.sheets_of(self.model):
            if sheet._meta.model_name == name:
                return sheet
        raise Http404

    @property
    def may_import(self) -> bool:
        return bool(self.user_has_permission("add") and self.user_has_permission("change"))

    @property
    def editor(self) -> AbstractBaseUser:
        return cast(AbstractBaseUser, self.request.user)

    @property
    def salt(self) -> str:
        return f"spreadsheet {self.model._meta.label} {self.editor.pk}"

    def get_page_subtitle(self) -> str:
        return capfirst(str(self.model._meta.verbose_name_plural))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": self.get_page_subtitle()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheets = [
            {
                "name": sheet._meta.model_name,
                "label": capfirst(str(sheet._meta.verbose_name_plural)),
                "files": [
                    (
                        extension.upper(),
                        reverse(self.export_url_name, args=[sheet._meta.model_name, extension]),
                    )
                    for extension in spreadsheets.EXTENSIONS
                ],
                "columns": spreadsheets.columns_of(sheet),
            }
            for sheet in spreadsheets.sheets_of(self.model)
        ]
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "sheets": sheets,
            "may_import": self.may_import,
            "action_url": reverse(self.spreadsheet_url_name),
        }


class SpreadsheetExportView(SpreadsheetView):
    http_method_names = ["get"]

    def get(self, request: HttpRequest, sheet: str = "", extension: str = "") -> HttpResponse:
        if extension not in spreadsheets.EXTENSIONS:
            raise Http404
        model = self.sheet(sheet)
        rows = self.permission_policy.instances_user_has_any_permission_for(
            request.user, self.any_permission_required
        )
        name = f"{sheet}-{timezone.localdate()}.{extension}"
        return HttpResponse(
            spreadsheets.export(model, extension, of=rows),
            content_type=spreadsheets.EXTENSIONS[extension],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class OfSpacesViewSet(SnippetViewSet):
    """The admin of what belongs to spaces: everybody sees and writes what `spaces.permissions` says.

    `related` names the foreign keys that the list shows, so that they cost no query for each line.
    """

    copy_view_enabled = False
    list_per_page = 50
    related: tuple[str, ...] = ()

    @property
    def permission_policy(self) -> FactPolicy:
        return FactPolicy(self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the list shows: what one may write."""
        queryset = self.permission_policy.instances_user_has_any_permission_for(
            request.user, IndexView.any_permission_required
        )
        return queryset.select_related(*self.related) if self.related else queryset

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponseBase]:
        """Every view of one row is refused to who may not change that row: Wagtail asks for the kind alone."""
        view: Callable[..., HttpResponseBase] = super().construct_view(view_class, **kwargs)

        @wraps(view)
        def of_own(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actions = ("change", "delete")
            keeps_all = any(permissions.may_write_all(request.user, self.model, action) for action in actions)
            if "pk" in kwargs and not keeps_all:
                row = get_object_or_404(self.model, pk=unquote(str(kwargs["pk"])))
                if not self.permission_policy.user_has_any_permission_for_instance(
                    request.user, actions, row
                ):
                    raise PermissionDenied
            return view(request, *args, **kwargs)

        return of_own


class FactViewSet(OfSpacesViewSet):
    """The admin of one kind of fact. Name the model, its icon and the columns of its list; the rest follows."""

    index_view_class = FactIndexView
    add_view_class = FactCreateView
    edit_view_class = FactEditView
    delete_view_class = FactDeleteView
    revisions_revert_view_class = FactRevertView
    chooser_viewset_class = FactChooserViewSet
    spreadsheet_view_class = SpreadsheetView
    list_filter: list[str] = []

    def construct_view(self, view_class: Any, **kwargs: Any) -> Callable[..., HttpResponseBase]:
        """Who saves or deletes waits for their turn before the fact is read."""
        view = super().construct_view(view_class, **kwargs)
        # A file may be long; what it changes is compared with the journal once more when it is written.
        return view if issubclass(view_class, SpreadsheetView) else posts_in_turn(view)

    @cached_property
    def filterset_class(self) -> type[FactFilterSet]:
        meta = type("Meta", (), {"model": self.model, "fields": self.list_filter})
        return type(f"{self.model.__name__}FilterSet", (FactFilterSet,), {"Meta": meta})

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {
            "spreadsheet_url_name": self.get_url_name("spreadsheet"),
            "export_url_name": self.get_url_name("spreadsheet_export"),
        }
        common: dict[str, Any] = super().get_common_view_kwargs(**{**names, **kwargs})
        return common

    def get_urlpatterns(self) -> list[URLPattern]:
        export = self.construct_view(SpreadsheetExportView)
        return [
            *super().get_urlpatterns(),
            path("spreadsheet/", self.construct_view(self.spreadsheet_view_class), name="spreadsheet"),
            path("spreadsheet/<slug:sheet>.<slug:extension>", export, name="spreadsheet_export"),
        ]


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
