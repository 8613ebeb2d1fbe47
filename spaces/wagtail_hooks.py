from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from spaces.fact_views import FactViewSet, ImportedViewSet, RecordedBulkDelete, state_column
from spaces.models import (
    Authority,
    Mandate,
    Municipality,
    Office,
    OutsidePlace,
    Place,
    Provider,
    School,
    Space,
)


class SpaceViewSet(FactViewSet):
    model = Space
    icon = "site"
    list_display = ["name", "key", "town_hall_place", state_column()]
    search_fields = ["name", "key"]


class OfficeViewSet(FactViewSet):
    model = Office
    icon = "home"
    list_display = ["name", "space", "is_main", "street_line", "place_line", "telephone", state_column()]
    list_filter = ["space"]
    search_fields = ["name", "street", "place"]
    related = ("space",)


class ProviderViewSet(FactViewSet):
    model = Provider
    icon = "group"
    list_display = ["name", "kind", "website", state_column()]
    list_filter = ["kind"]
    search_fields = ["name"]


class MandateViewSet(FactViewSet):
    model = Mandate
    icon = "calendar"
    list_display = ["__str__", "valid_from", "valid_until", state_column()]
    list_filter = ["space", "provider"]
    search_fields = ["space__name", "provider__name"]
    related = ("space", "provider", "latest_revision")


class SchoolViewSet(FactViewSet):
    model = School
    icon = "clipboard-list"
    list_display = ["name", "municipality", "postcode", "place", state_column()]
    list_filter = ["municipality"]
    search_fields = ["name", "also", "place"]
    related = ("municipality",)


class AuthorityViewSet(FactViewSet):
    model = Authority
    icon = "crosshairs"
    list_display = ["name", "kind", "telephone", "website", state_column()]
    list_filter = ["kind"]
    search_fields = ["name"]


class MunicipalityViewSet(ImportedViewSet):
    model = Municipality
    icon = "globe"
    list_display = ["name", "kind", "association", "postcodes", "authority", "streets_complete_on"]
    list_filter = ["kind", "association"]
    search_fields = ["name", "association", "postcodes"]
    related = ("authority",)


class PlaceViewSet(ImportedViewSet):
    model = Place
    icon = "tag"
    list_display = ["name", "municipality", "postcodes", "also"]
    list_filter = ["municipality"]
    search_fields = ["name", "also", "postcodes"]
    related = ("municipality",)


class OutsidePlaceViewSet(ImportedViewSet):
    model = OutsidePlace
    icon = "link-external"
    list_display = ["name", "region", "postcodes", "twin", "authority"]
    list_filter = ["twin", "authority"]
    search_fields = ["name", "region", "postcodes"]
    related = ("authority",)


class SpacesGroup(SnippetViewSetGroup):
    menu_label = _("Social spaces")
    menu_name = "spaces"
    menu_icon = "site"
    menu_order = 150
    items = (
        SpaceViewSet,
        OfficeViewSet,
        ProviderViewSet,
        MandateViewSet,
        SchoolViewSet,
        AuthorityViewSet,
        MunicipalityViewSet,
        PlaceViewSet,
        OutsidePlaceViewSet,
    )


register_snippet(SpacesGroup)

# After Wagtail's own, whose place it takes.
hooks.register("register_bulk_action", RecordedBulkDelete, order=100)
