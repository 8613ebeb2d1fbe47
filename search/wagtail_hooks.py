from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from search import catchment_views
from search.models import Catchment, MissedWord, Street, Synonyms
from search.workbench import may_change_catchments, workbench
from spaces.fact_views import FactViewSet, ImportedViewSet, state_column


class CatchmentViewSet(FactViewSet):
    model = Catchment
    icon = "crosshairs"
    list_display = ["__str__", "office", "valid_from", "valid_until", "ground", state_column()]
    list_filter = ["space", "municipality", "ground"]
    search_fields = ["street", "place__name", "municipality__name", "space__name"]
    related = ("space", "office", "municipality", "place", "latest_revision")
    add_view_class = catchment_views.CatchmentCreateView
    edit_view_class = catchment_views.CatchmentEditView
    revisions_revert_view_class = catchment_views.CatchmentRevertView
    delete_view_class = catchment_views.CatchmentDeleteView
    spreadsheet_view_class = catchment_views.CatchmentSpreadsheetView
    create_template_name = "admin/catchment_create.html"
    edit_template_name = "admin/catchment_edit.html"
    delete_template_name = "admin/catchment_delete.html"


class StreetViewSet(ImportedViewSet):
    model = Street
    icon = "list-ul"
    list_display = ["name", "postcode", "place", "municipality"]
    list_filter = ["municipality"]
    search_fields = ["name", "postcode"]
    related = ("municipality", "place")


class WorkbenchMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_change_catchments(request.user)


class ResponsibilityGroup(SnippetViewSetGroup):
    """It begins with the workbench, on which an address is tried out."""

    menu_label = _("Who answers for whom")
    menu_name = "responsibility"
    menu_icon = "crosshairs"
    menu_order = 160
    items = (CatchmentViewSet, StreetViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        first = WorkbenchMenuItem(
            _("Try an address"), reverse("responsibility"), icon_name="crosshairs", order=0
        )
        return [first, *super().get_submenu_items()]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("responsibility/", workbench, name="responsibility")]


class SynonymsViewSet(FactViewSet):
    model = Synonyms
    icon = "comment"
    list_display = ["__str__", state_column()]
    search_fields = ["words"]


class MissedWordViewSet(ImportedViewSet):
    """The portal counts, people only look."""

    model = MissedWord
    icon = "search"
    list_display = ["word", "language", "count"]
    list_filter = ["language"]
    search_fields = ["word"]


class SearchGroup(SnippetViewSetGroup):
    menu_label = _("Search")
    menu_name = "search-words"
    menu_icon = "search"
    menu_order = 165
    items = (SynonymsViewSet, MissedWordViewSet)


# After that of all facts, whose place it takes.
hooks.register("register_bulk_action", catchment_views.CatchmentBulkDelete, order=101)

for group in (ResponsibilityGroup, SearchGroup):
    register_snippet(group)
