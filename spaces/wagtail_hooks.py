from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, re_path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from spaces import consent_views, permissions, timetable_views
from spaces.consent_views import ConsentViewSet
from spaces.fact_views import (
    FactViewSet,
    ImportedViewSet,
    RecordedBulkDelete,
    state_column,
)
from spaces.light import WithinOperation
from spaces.models import (
    Authority,
    Confidentiality,
    Event,
    Figure,
    Helpline,
    Mandate,
    Municipality,
    Offer,
    Office,
    OutsidePlace,
    Partner,
    Place,
    Provider,
    School,
    SchoolHoliday,
    Service,
    Space,
    Timetable,
)
from spaces.timetable_views import TimetableCreateView, TimetableEditView, TimetableForm


def _kind_of_owner(timetable: Timetable) -> str:
    owner = timetable.office or timetable.offer or timetable.helpline
    return capfirst(str(owner._meta.verbose_name)) if owner else ""


class TimetableViewSet(FactViewSet):
    model = Timetable
    icon = "time"
    add_view_class = TimetableCreateView
    edit_view_class = TimetableEditView
    edit_handler = ObjectList(Timetable.panels, base_form_class=TimetableForm)
    list_display = ["__str__", Column("of", label=_("belongs to"), accessor=_kind_of_owner), state_column()]
    search_fields = ["office__name", "offer__office__name", "offer__service__key", "helpline__name"]
    related = ("office", "offer__service", "offer__office", "helpline")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Offices first, each with its offers; helplines at the end.
        return super().get_queryset(request).order_by("helpline__name", "office__name", "offer__office__name")


class SchoolHolidayViewSet(FactViewSet):
    model = SchoolHoliday
    icon = "date"
    list_display = ["__str__", "first_day", "last_day", state_column()]
    list_filter = ["name"]


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


class ConfidentialityViewSet(FactViewSet):
    model = Confidentiality
    icon = "lock"
    list_display = ["__str__", "wording", "approved_on", "approved_by", state_column()]
    list_filter = ["kind"]
    search_fields = ["kind", "approved_by__name"]
    related = ("approved_by",)


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


class PartnerViewSet(FactViewSet):
    model = Partner
    icon = "link"
    list_display = ["name", "kind", "space", "telephone", state_column()]
    list_filter = ["space", "kind"]
    search_fields = ["name", "place"]
    related = ("space",)


class ServiceViewSet(FactViewSet):
    model = Service
    icon = "help"
    list_display = ["key", state_column()]
    search_fields = ["key"]


class OfferViewSet(FactViewSet):
    model = Offer
    icon = "pick"
    list_display = ["__str__", "service", "office", "provider", "provider_is_unknown", state_column()]
    list_filter = ["service", "office", "provider"]
    search_fields = ["service__key", "office__name", "provider__name"]
    related = ("service", "office", "provider")


class HelplineViewSet(FactViewSet):
    model = Helpline
    icon = "mobile-alt"
    list_display = ["name", "telephone", "audience", "position", state_column()]
    list_filter = ["audience"]
    search_fields = ["name", "telephone", "key"]


class EventViewSet(FactViewSet):
    model = Event
    icon = "calendar-alt"
    list_display = ["key", "kind", "starts_at", "space", state_column()]
    list_filter = ["kind", "space"]
    search_fields = ["key", "venue", "place"]
    related = ("space",)


class FigureViewSet(FactViewSet):
    model = Figure
    icon = "table"
    list_display = ["__str__", "space", "value", "precision", state_column()]
    list_filter = ["kind", "year", "space"]
    search_fields = ["kind", "space__name"]
    related = ("space",)


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


class HoursMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return permissions.may_write_some(request.user, Timetable, "change")


class OpeningHoursGroup(SnippetViewSetGroup):
    """First, since nothing else changes as often. It begins with the screen on which an office is closed."""

    menu_label = _("Opening hours")
    menu_name = "opening-hours"
    menu_icon = "time"
    menu_order = 140
    items = (TimetableViewSet, SchoolHolidayViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        now = HoursMenuItem(_("Open and closed"), reverse("hours_now"), icon_name="time", order=0)
        return [now, *super().get_submenu_items()]


class SpacesGroup(SnippetViewSetGroup):
    menu_label = _("Social spaces")
    menu_name = "spaces"
    menu_icon = "site"
    menu_order = 150
    items = (
        OfficeViewSet,
        SpaceViewSet,
        ProviderViewSet,
        MandateViewSet,
        ConfidentialityViewSet,
        SchoolViewSet,
        PartnerViewSet,
        AuthorityViewSet,
        MunicipalityViewSet,
        PlaceViewSet,
        OutsidePlaceViewSet,
    )


class OffersGroup(SnippetViewSetGroup):
    menu_label = _("What is on offer")
    menu_name = "offers"
    menu_icon = "pick"
    menu_order = 155
    items = (OfferViewSet, ServiceViewSet, HelplineViewSet, EventViewSet, FigureViewSet)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("hours/", timetable_views.hours_now, name="hours_now"),
        re_path(
            r"^hours/close/(?P<kind>office|offer)/(?P<uuid>[0-9a-f-]{36})/$",
            timetable_views.close,
            name="close",
        ),
        path("consents/<int:pk>/withdraw/", consent_views.withdraw_consent, name="withdraw_consent"),
        path("hours/take-back/<uuid:uuid>/", timetable_views.take_back, name="take_back"),
    ]


for group in (OpeningHoursGroup, SpacesGroup, OffersGroup):
    register_snippet(group)

register_snippet(ConsentViewSet)
hooks.register("register_snippet_listing_buttons", consent_views.withdraw_buttons)
hooks.register("register_log_actions", consent_views.log_actions)


@hooks.register("register_image_operations")
def image_operations() -> list[tuple[str, Any]]:
    return [("within", WithinOperation)]


# After Wagtail's own, whose place it takes.
hooks.register("register_bulk_action", RecordedBulkDelete, order=100)
