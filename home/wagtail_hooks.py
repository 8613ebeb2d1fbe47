"""What editors do with translations, where Wagtail and wagtail-localize leave it open."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.authentication import SessionAuthentication
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.widgets.button import Button
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup
from wagtail_localize.models import Translation

from home import announcing, desk, handbook, mails
from home import translation_board as board
from home.models import BarrierReport, Feedback
from home.webhook_views import WebhookViewSet
from portal import translation, writing_panel
from portal.cldr import day
from portal.languages import DEFAULT_CODE
from spaces import confirming, permissions
from spaces.changes import announce
from spaces.models import Space


@hooks.register("before_publish_page")
def note_minor_edit(request: HttpRequest, page: Page) -> None:
    """Whoever corrects only spelling leaves the translations as current as they are."""
    translation.is_minor_edit.set("is_minor_edit" in request.POST)


@hooks.register("after_publish_page")
def forget_minor_edit(request: HttpRequest, page: Page) -> None:
    translation.is_minor_edit.set(False)


@hooks.register("construct_translated_pages_to_cascade_actions")
def ask_before_withdrawing_everywhere(pages: list[Page], action: str) -> dict[Page, Any]:
    """Withdrawing or deleting an original does the same to its translations; the question says so."""
    if action not in ("unpublish", "delete"):
        return {}
    return {
        page: page.get_translations().live() if action == "unpublish" else page.get_translations()
        for page in pages
        if page.locale.language_code == DEFAULT_CODE
    }


@hooks.register("before_copy_page")
def copy_only_what_one_may_edit(request: HttpRequest, page: Page) -> None:
    """Wagtail lets whoever may add pages anywhere copy all there are, and their drafts with them."""
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied


class OwnImages(ImagesAdminAPIViewSet):
    # The interface for programs, whose settings these share, knows no users.
    authentication_classes = [SessionAuthentication]

    def get_queryset(self) -> Any:
        return super().get_queryset() & _files(image_policy, self.request.user)


class OwnDocuments(DocumentsAdminAPIViewSet):
    authentication_classes = [SessionAuthentication]

    def get_queryset(self) -> Any:
        return super().get_queryset() & _files(document_policy, self.request.user)


def _files(policy: Any, user: Any) -> Any:
    return policy.instances_user_has_any_permission_for(user, ["choose", "add", "change", "delete"])


# After Wagtail's own, whose places they take.
@hooks.register("construct_admin_api", order=100)
def show_own_files_only(router: Any) -> None:
    """The interface of the editors' own choosers would list everybody's files."""
    router.register_endpoint("images", OwnImages)
    router.register_endpoint("documents", OwnDocuments)


@hooks.register("register_account_menu_item")
def second_factor(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("The app on your telephone, and the recovery codes."),
    }


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    """Fields that are laid out by what is typed into them: editors write Arabic in forms that stand in German."""
    return format_html('<link rel="stylesheet" href="{}">', static("admin.css"))


@hooks.register("insert_global_admin_js")
def keeps_what_was_typed() -> SafeString:
    """A form that is sent without a connection stays as it is."""
    return format_html(
        '<script src="{}" defer data-no-connection="{}"></script>',
        static("admin.js"),
        _("There is no connection at the moment. Nothing is lost: please send it again in a minute."),
    )


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("writing/<int:page_id>/", writing_panel.writing, name="writing"),
        path("translations/<int:page_id>/checked/", confirm_translation, name="confirm_translation"),
        path("confirm/<uuid:uuid>/", confirming.confirm_office, name="confirm_office"),
        path("confirm/<slug:kind>/<uuid:uuid>/", confirming.confirm_fact, name="confirm_fact"),
        path("handbook/", handbook.handbook, name="handbook"),
        path("handbook/<slug:name>/", handbook.handbook_page, name="handbook_page"),
        path("desk/announce/", announcing.announce_event, name="announce_event"),
        path("desk/feedback/<int:pk>/", desk.done_with_feedback, name="done_with_feedback"),
        path("desk/event/<int:pk>/", desk.withdraw_event, name="withdraw_event"),
        path("translations/<int:page_id>/changes/", board.translation_changes, name="translation_changes"),
        path("translations/board/", board.translation_board, name="translation_board"),
        path("translations/board/create/", board.create_translation, name="create_translation"),
        path("translations/board/checked/", board.confirm_translations, name="confirm_translations"),
        path("translations/<slug:language>/file/", board.translation_file, name="translation_file"),
        path("translations/<slug:language>/po/", board.export_po, name="export_po"),
        path(
            "translations/<slug:language>/publish/", board.publish_translations, name="publish_translations"
        ),
    ]


class BoardMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return board.may_see(request.user)


@hooks.register("register_admin_menu_item")
def board_menu_item() -> MenuItem:
    return BoardMenuItem(
        gettext_lazy("Translations"),
        reverse("translation_board"),
        name="translations",
        icon_name="wagtail-localize-language",
        order=160,
    )


#: Those of Wagtail's reports that answer a question of the county's, with a name that asks it.
_REPORTS = {"workflows": gettext_lazy("Pages in approval"), "site-history": gettext_lazy("Who changed what")}


# After wagtail-localize's, whose report says less than the board under the same name.
@hooks.register("construct_reports_menu", order=1000)
def few_reports(request: HttpRequest, items: list[MenuItem]) -> None:
    """Teams and translators have their desk, the county has two reports more, and who keeps the technics has all."""
    report = reverse("wagtail_localize:translations_report")
    items[:] = [item for item in items if item.url != report]
    if not permissions.may_write_all(request.user, Space, "change"):
        items.clear()
    elif not permissions.may_write_all(request.user, User, "change"):
        items[:] = [item for item in items if item.name in _REPORTS]
    for item in items:
        item.label = _REPORTS.get(item.name, item.label)


@hooks.register("register_admin_menu_item")
def handbook_menu_item() -> MenuItem:
    return MenuItem(
        gettext_lazy("Handbook"), reverse("handbook"), name="handbook", icon_name="help", order=9500
    )


@hooks.register("construct_main_menu", order=1000)
def no_help_by_wagtail(request: HttpRequest, items: list[MenuItem]) -> None:
    """Its guide is in English, and describes what looks different here."""
    items[:] = [item for item in items if item.name != "help"]


def confirm_translation(request: HttpRequest, page_id: int) -> HttpResponse:
    """A person has read the translation and vouches for it: asks, and on POST writes it down. Whoever may not publish
    the page is sent away by Wagtail, a program with 403.
    """
    page = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if request.method != "POST":
        state = translation.translation_state(page, page.locale.language_code)
        return render(request, "admin/confirm_translation.html", {"page": page, "state": state})
    count = translation.confirm(page, request.user)
    announce("page", page.translation_key)
    if count:
        messages.success(request, _("The translation counts as checked by you from now on."))
    else:
        messages.info(request, _("There was nothing to check in this translation."))
    return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_to_confirm(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Any]:
    """Where translations are listed, and where they are written by hand."""
    if _may_confirm(page, user):
        yield Button(
            _("Checked by a person"),
            reverse("confirm_translation", args=[page.pk]),
            icon_name="check",
            priority=70,
        )


# Before wagtail-localize, which answers with an editor of its own, in which there is no place for buttons.
@hooks.register("before_edit_page", order=-1)
def say_what_readers_are_told(request: HttpRequest, page: Page) -> None:
    """Whoever may vouch for a translation that nobody has checked is told so, and led there."""
    if request.method != "GET" or not _may_confirm(page, request.user):
        return
    state = translation.translation_state(page, page.locale.language_code)
    said = []
    if state.unchecked:
        said.append(_("A machine made this translation, or a part of it. Readers are told so."))
    if state.is_older and state.changed:
        text = _(
            "The German text was changed on %(day)s, and this translation is older. Readers are told so."
        )
        said.append(text % {"day": day(state.changed)})
    if said:
        checked = messages.button(reverse("confirm_translation", args=[page.pk]), _("Checked by a person"))
        messages.warning(request, " ".join(said), buttons=[checked])


@hooks.register("before_edit_page", order=-1)
def say_how_simple_it_is(request: HttpRequest, page: Page) -> None:
    """wagtail-localize's editor has no panels: whoever writes Leichte Sprache there is led to what was found."""
    if request.method != "GET" or page.locale.language_code != writing_panel.SIMPLE_CODE:
        return
    report = writing_panel.report_of(page.get_latest_revision_as_object())
    if report and report.findings and page.permissions_for_user(request.user).can_edit():
        count = len(report.findings)
        text = ngettext("%(count)d hint for this text.", "%(count)d hints for this text.", count)
        look = messages.button(reverse("writing", args=[page.pk]), _("Easy to read?"))
        messages.info(request, text % {"count": count}, buttons=[look])


def _may_confirm(page: Page, user: Any) -> bool:
    is_translation = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id
    ).exists()
    return is_translation and bool(page.permissions_for_user(user).can_publish())


# What readers say -----------------------------------------------------------------------------------------------------


class ReceivedPolicy(ModelPermissionPolicy):
    """Readers write it: nobody adds any here, not even a superuser."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "add" and bool(super().user_has_permission(user, action))


class ReceivedViewSet(SnippetViewSet):
    """What readers sent: to be read, marked when it is dealt with, and deleted. Their words stay as they are."""

    copy_view_enabled = False
    # No fact, and no page shows it.
    add_to_reference_index = False
    list_per_page = 50

    @property
    def permission_policy(self) -> ReceivedPolicy:
        return ReceivedPolicy(self.model)


class FeedbackViewSet(ReceivedViewSet):
    model = Feedback
    icon = "comment"
    list_display = [
        "get_opinion_display",
        # Where it can be looked at, in the reader's language.
        TitleColumn("address", label=gettext_lazy("page"), get_url=lambda feedback: feedback.address),
        "text",
        "created_at",
        "is_done",
    ]
    list_filter = ["is_done", "opinion", "language"]
    search_fields = ["path", "text"]


class BarrierReportViewSet(ReceivedViewSet):
    model = BarrierReport
    icon = "warning"
    list_display = ["text", "answer_to", "language", "created_at", "answered_on"]
    list_filter = ["language"]
    search_fields = ["text"]


class FeedbackGroup(SnippetViewSetGroup):
    menu_label = gettext_lazy("What readers say")
    menu_name = "feedback"
    menu_icon = "comment"
    menu_order = 170
    items = (FeedbackViewSet, BarrierReportViewSet)


register_snippet(FeedbackGroup)

# Who is told of changes -----------------------------------------------------------------------------------------------

register_snippet(WebhookViewSet)

# The desk ------------------------------------------------------------------------------------------------------------


# After everybody else's: nothing else stands on the first page.
@hooks.register("construct_homepage_panels", order=1000)
def first_page(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [desk.Desk(request)]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_numbers(request: HttpRequest, items: list[Any]) -> None:
    """How many pages and pictures there are is nothing to do."""
    items.clear()


# The daily e-mail ----------------------------------------------------------------------------------------------------

mails.stop_mails_at_once()


@hooks.register("register_account_settings_panel")
def daily_mail(request: HttpRequest, user: Any, profile: Any) -> mails.DailyMailPanel:
    return mails.DailyMailPanel(request, user, profile)
