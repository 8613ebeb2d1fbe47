"""What editors do with translations in the admin, as they do it: by its pages and forms."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail_localize.models import Translation, TranslationSource

from home.models import HomePage, TextPage
from portal.cldr import day
from tests import factories
from tests.portal.test_translation import (
    MACHINE,
    codes,
    edit,
    fill,
    german_parts,
    notice,
    paragraphs,
    read,
    sentences,
    state_of,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OnCommit = DjangoCaptureOnCommitCallbacks

FIRST, SECOND = "Wir helfen allen Familien.", "Der Kaffee ist umsonst."
WORDS = {"So geht es": "How it works", FIRST: "We help all families.", SECOND: "Coffee is free."}
ARABIC = {"So geht es": "هكذا", FIRST: "نساعد كل العائلات.", SECOND: "القهوة مجانية."}


@pytest.fixture
def home() -> HomePage:
    page = factories.make_home_page(title="Portal", slug="portal")
    for code in ("en", "ar"):
        translate(page, code, {"Portal": f"Portal {code}"})
    return page


@pytest.fixture
def german(home: HomePage) -> TextPage:
    return factories.make_text_page(home, title="So geht es", slug="so", body=paragraphs(FIRST, SECOND))


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", password="admin"))
    return client


@pytest.fixture
def reader() -> Client:
    return Client()


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def confirm_url(page: Page) -> str:
    return reverse("confirm_translation", args=[page.pk])


def publish_in_admin(admin: Client, page: TextPage, *texts: str, **values: str) -> None:
    """Type a text into the edit form, in the same part of the page, and publish."""
    page = TextPage.objects.get(pk=page.pk)
    html = "".join(f"<p>{text}</p>" for text in texts)
    blocks = streamfield([("text", rich_text(html, features=["h2"]))])
    blocks["0"]["id"] = page.body[0].id
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "body": blocks,
            "comments": inline_formset([]),
            "action-publish": "action-publish",
            **values,
        }
    )
    response = admin.post(edit_url(page), data)
    assert response.status_code == 302, response.context["form"].errors


def live(page: Page) -> set[str]:
    pages = Page.objects.filter(translation_key=page.translation_key, live=True)
    return set(pages.values_list("locale__language_code", flat=True))


# Publishing -----------------------------------------------------------------------------------------------------------


def test_sending_a_page_to_be_translated_publishes_no_german_copy(
    german: TextPage,
    admin: Client,
    reader: Client,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(
            reverse("wagtail_localize:submit_page_translation", args=[german.pk]),
            {"locales": [Locale.objects.get(language_code="ar").pk]},
        )
    assert response.status_code == 302
    copy = Page.objects.get(translation_key=german.translation_key, locale__language_code="ar")
    assert not copy.live
    html = read(reader, "/ar/so/")
    assert FIRST in german_parts(html)[-1]
    assert html.select(".note a[hreflang], .note a[lang]")


def test_publishing_half_a_translation_marks_the_rest(
    german: TextPage,
    admin: Client,
    reader: Client,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    page = translate(german, "ar", ARABIC)
    edit(german, body=paragraphs(FIRST, "Neu und anders: 7 Tage!", SECOND))
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(edit_url(page), {"action": "publish"}).status_code == 302
    assert sentences(page) == [ARABIC[FIRST], "Neu und anders: 7 Tage!", ARABIC[SECOND]]
    assert german_parts(read(reader, "/ar/so/")) == ["Neu und anders: 7 Tage!"]


@pytest.mark.parametrize("publishes", [True, False])
def test_bringing_translations_up_to_date_in_one_step_turns_nothing_german(
    german: TextPage,
    publishes: bool,
    admin: Client,
    django_capture_on_commit_callbacks: OnCommit,
) -> None:
    page = translate(german, "en", WORDS)
    publish_in_admin(admin, german, "Wir helfen gern allen Familien.", SECOND)
    source = TranslationSource.objects.get(object_id=german.translation_key)
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(
            reverse("wagtail_localize:update_translations", args=[source.pk]),
            {"publish_translations": "on"} if publishes else {},
        )
    assert sentences(page) == [WORDS[FIRST], WORDS[SECOND]]
    assert codes(page) == ("older",)


def test_bringing_up_to_date_what_is_up_to_date_changes_nothing(german: TextPage, admin: Client) -> None:
    page = translate(german, "en", WORDS)
    source = TranslationSource.objects.get(object_id=german.translation_key)
    admin.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {})
    assert codes(page) == ("current",)


def test_whoever_corrects_spelling_only_says_so_for_that_time_only(german: TextPage, admin: Client) -> None:
    page = translate(german, "en", WORDS)
    html = admin.get(edit_url(german)).content.decode()
    assert 'name="is_minor_edit"' in html
    publish_in_admin(admin, german, "Wir helfen allen Familien!", SECOND, is_minor_edit="on")
    assert codes(page) == ("current",)
    translate(german, "en", {})
    assert sentences(page) == [WORDS[FIRST], WORDS[SECOND]]
    publish_in_admin(admin, german, "Wir helfen wirklich allen Familien!", SECOND)
    assert codes(page) == ("older",)
    assert sentences(page) == [WORDS[FIRST], WORDS[SECOND]]


# Withdrawing ----------------------------------------------------------------------------------------------------------


def test_withdrawing_an_original_asks_about_its_translations_and_withdraws_them(
    german: TextPage, admin: Client
) -> None:
    for code in ("en", "ar"):
        translate(german, code, WORDS)
    url = reverse("wagtailadmin_pages:unpublish", args=[german.pk])
    response = admin.get(url)
    assert response.context["translation_count"] == 2
    assert "2 " in BeautifulSoup(response.content, "html.parser").select_one("main").get_text()  # type: ignore[union-attr]
    assert live(german) == {"de", "en", "ar"}
    admin.post(url)
    assert live(german) == set()


def test_withdrawing_a_translation_asks_about_itself_alone(german: TextPage, admin: Client) -> None:
    translate(german, "en", WORDS)
    page = translate(german, "ar", ARABIC)
    url = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    assert admin.get(url).context["translation_count"] == 0
    admin.post(url)
    assert live(german) == {"de", "en"}


@pytest.mark.parametrize(("code", "left"), [("de", set()), ("ar", {"de", "en"})])
def test_deleting_works_alike(german: TextPage, code: str, left: set[str], admin: Client) -> None:
    pages = {"de": german, "en": translate(german, "en", WORDS), "ar": translate(german, "ar", ARABIC)}
    url = reverse("wagtailadmin_pages:delete", args=[pages[code].pk])
    assert admin.get(url).context["translation_count"] == (2 if code == "de" else 0)
    assert admin.post(url).status_code == 302
    rest = Page.objects.filter(translation_key=german.translation_key)
    assert set(rest.values_list("locale__language_code", flat=True)) == left


# Vouching -------------------------------------------------------------------------------------------------------------


def publishers(name: str, *permissions: str) -> User:
    """Somebody who may do this with pages, and no more."""
    group = Group.objects.create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for permission in permissions:
        GroupPagePermission.objects.create(
            group=group,
            page=Page.get_first_root_node(),
            permission=Permission.objects.get(codename=f"{permission}_page"),
        )
    user = User.objects.create_user(name)
    user.groups.add(group)
    return user


@pytest.mark.parametrize(
    ("kind", "change", "is_warned"),
    [(MACHINE, False, True), ("manual", True, True), (MACHINE, True, True), ("manual", False, False)],
)
def test_a_person_is_asked_vouches_and_readers_are_no_longer_warned(
    german: TextPage,
    kind: str,
    change: bool,
    is_warned: bool,
    client: Client,
    reader: Client,
    settings: Settings,
) -> None:
    settings.PAGE_CACHE = True
    page = translate(german, "en", WORDS, kind)
    if change:
        edit(german, body=paragraphs("Wir helfen gern allen Familien.", SECOND))
    assert bool(notice(read(reader, "/en/so/"))) is is_warned
    client.force_login(publishers("publisher", "change", "publish"))
    before = state_of(page)
    response = client.get(confirm_url(page))
    assert response.status_code == 200
    assert state_of(page) == before
    assert response.context["state"].codes == before.codes
    form = BeautifulSoup(response.content, "html.parser").select_one("main form[method=post]")
    assert form is not None
    assert form.select_one("[name=csrfmiddlewaretoken]")
    response = client.post(confirm_url(page))
    assert response.status_code == 302
    assert response["Location"] == edit_url(page)
    assert codes(page) == ("current",)
    assert not notice(read(reader, "/en/so/"))


def test_what_is_not_translated_stays_marked_whoever_vouches(
    german: TextPage, admin: Client, reader: Client
) -> None:
    page = translate(german, "en", {"So geht es": "How it works", FIRST: WORDS[FIRST]}, MACHINE)
    admin.post(confirm_url(page))
    assert codes(page) == ("partial",)
    assert german_parts(read(reader, "/en/so/")) == [SECOND]


def test_only_who_may_publish_may_vouch(german: TextPage, client: Client) -> None:
    page = translate(german, "en", WORDS, MACHINE)
    for method in (client.get, client.post):
        response = method(confirm_url(page))
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
    client.force_login(publishers("writer", "change"))
    for method in (client.get, client.post):
        response = method(confirm_url(page), headers={"X-Requested-With": "XMLHttpRequest"})
        assert response.status_code == 403
        # Wagtail shows a person the way back instead.
        assert method(confirm_url(page)).headers["Location"] == reverse("wagtailadmin_home")
    assert codes(page) == ("machine",)
    assert confirm_url(page) not in client.get(edit_url(page)).content.decode()


def test_nobody_can_vouch_for_a_page_that_is_not_there(admin: Client) -> None:
    assert admin.post(reverse("confirm_translation", args=[10**6])).status_code == 404


@pytest.mark.parametrize(
    ("kind", "change"), [("manual", False), (MACHINE, False), ("manual", True), (MACHINE, True)]
)
def test_whoever_opens_a_translation_learns_what_readers_are_told(
    german: TextPage, kind: str, change: bool, admin: Client
) -> None:
    page = translate(german, "ar", ARABIC, kind)
    if change:
        edit(german, body=paragraphs("Wir helfen gern allen Familien.", SECOND))
    html = admin.get(edit_url(page)).content.decode()
    said = [kind == MACHINE, change]
    with override("de"):
        texts = [
            gettext("A machine made this translation, or a part of it. Readers are told so."),
            gettext(
                "The German text was changed on %(day)s, and this translation is older. Readers are told so."
            )
            % {"day": day(timezone.localdate())},
        ]
    assert [text in html for text in texts] == said
    assert (confirm_url(page) in html) is any(said)
    admin.post(confirm_url(page))
    # The first one shows what was answered.
    admin.get(edit_url(page))
    html = admin.get(edit_url(page)).content.decode()
    assert not any(text in html for text in texts)
    assert confirm_url(page) not in html


def test_vouching_is_offered_in_the_list_for_translations_only(german: TextPage, admin: Client) -> None:
    page = translate(german, "ar", ARABIC, MACHINE)
    for each, offered in ((page, True), (german, False)):
        listing = reverse("wagtailadmin_explore", args=[each.get_parent().pk])
        assert (confirm_url(each) in admin.get(listing).content.decode()) is offered
    assert confirm_url(german) not in admin.get(edit_url(german)).content.decode()


# Right to left --------------------------------------------------------------------------------------------------------


def test_the_editor_of_an_arabic_page_opens_with_what_there_is(german: TextPage, admin: Client) -> None:
    page = translate(german, "ar", {"So geht es": ARABIC["So geht es"]})
    fill(german, "ar", {FIRST: ARABIC[FIRST]})
    response = admin.get(edit_url(page))
    assert response.status_code == 200
    assert response.templates[0].name == "wagtail_localize/admin/edit_translation.html"
    props: dict[str, Any] = BeautifulSoup(response.content, "html.parser").select_one("[data-props]").attrs  # type: ignore[union-attr]
    for words in ("So geht es", FIRST, SECOND):
        assert words in props["data-props"] or words.encode("unicode-escape").decode() in props["data-props"]


def test_fields_follow_the_direction_of_what_is_typed(german: TextPage, admin: Client) -> None:
    page = translate(german, "ar", ARABIC)
    for url in (edit_url(page), edit_url(german)):
        assert '<link rel="stylesheet" href="/static/admin.css">' in admin.get(url).content.decode()
    path = finders.find("admin.css")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as file:
        css = file.read()
    for part in (
        'input[type="text"]',
        "textarea",
        ".DraftEditor-root",
        "unicode-bidi: plaintext",
        "text-align: start",
    ):
        assert part in css


def test_readers_get_nothing_of_it(german: TextPage, reader: Client) -> None:
    assert "admin.css" not in reader.get("/de/so/").content.decode()


def test_a_translation_can_be_written_by_hand_instead(german: TextPage, admin: Client) -> None:
    page = translate(german, "en", WORDS)
    translation = Translation.objects.get(source__object_id=german.translation_key)
    admin.post(reverse("wagtail_localize:stop_translation", args=[translation.pk]))
    publish_in_admin(admin, TextPage.objects.get(pk=page.pk), "Said by hand.", "And more.")
    assert sentences(page) == ["Said by hand.", "And more."]
    assert codes(page) == ("current",)
