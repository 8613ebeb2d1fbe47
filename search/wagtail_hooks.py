from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from search.models import Catchment, Street
from spaces.fact_views import FactViewSet, ImportedViewSet, state_column


class CatchmentViewSet(FactViewSet):
    model = Catchment
    icon = "crosshairs"
    list_display = ["__str__", "office", "valid_from", "valid_until", "ground", state_column()]
    list_filter = ["space", "municipality", "ground"]
    search_fields = ["street", "place__name", "municipality__name", "space__name"]
    related = ("space", "office", "municipality", "place", "latest_revision")


class StreetViewSet(ImportedViewSet):
    model = Street
    icon = "list-ul"
    list_display = ["name", "postcode", "place", "municipality"]
    list_filter = ["municipality"]
    search_fields = ["name", "postcode"]
    related = ("municipality", "place")


class ResponsibilityGroup(SnippetViewSetGroup):
    menu_label = _("Who answers for whom")
    menu_name = "responsibility"
    menu_icon = "crosshairs"
    menu_order = 160
    items = (CatchmentViewSet, StreetViewSet)


register_snippet(ResponsibilityGroup)
