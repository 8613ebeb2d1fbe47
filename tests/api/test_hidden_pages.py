"""What is not for everybody shows nowhere in the interface for front-ends: not in a list, by its number, by its
address or in a link, whoever asks.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from home.models import HomePage, TextPage
from spaces.changes import record
from tests import factories
from tests.api.small_site import get
from tests.home.test_serving import body
from tests.portal.test_tree import translated
from tests.spaces import around

pytestmark = pytest.mark.django_db

#: Stands in the title, the address and the text of everything that nobody may see.
SECRET = "geheim"


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> None:
    settings.PAGE_CACHE = False


@pytest.fixture
def home() -> HomePage:
    page = factories.make_home_page(title="Start")
    translated(page, "ar", title="البداية")
    return page


def make_secret(home: HomePage, **values: Any) -> TextPage:
    defaults = {"title": "Geheim", "slug": SECRET, "body": body("<p>Geheimes.</p>")}
    return factories.make_text_page(home, **{**defaults, **values})


def restricted(kind: str) -> Callable[[HomePage], Page]:
    def make(home: HomePage) -> Page:
        page = make_secret(home)
        translated(page, "ar", title="Geheim AR")
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind, password="geheim")
        if kind == "groups":
            restriction.groups.add(Group.objects.create(name="Team"))
        return page

    return make


def draft(home: HomePage) -> Page:
    page = TextPage(title="Geheim", slug=SECRET, live=False, body=body("<p>Geheimes.</p>"))
    home.add_child(instance=page)
    page.save_revision()
    return page


def draft_of_what_is_live(home: HomePage) -> Page:
    page = factories.make_text_page(home, title="Offen", slug="offen")
    page.title, page.slug, page.body = "Geheim", SECRET, body("<p>Geheimes.</p>")
    page.save_revision()
    return page


def unpublished(home: HomePage) -> Page:
    page = make_secret(home)
    page.unpublish()
    return page


def below_a_withdrawn_one(home: HomePage) -> Page:
    index = factories.make_space_index_page(home, title="Geheim", slug=SECRET)
    page = factories.make_space_page(index, title="Geheim", slug="wald", lead="Geheimes.")
    translated(page, "ar", title="Geheim AR")
    index.unpublish()
    return page


def translation_of_a_withdrawn_one(home: HomePage) -> Page:
    page = make_secret(home)
    other = translated(page, "ar", title="Geheim AR")
    page.unpublish()
    other.refresh_from_db()
    other.save_revision().publish()
    return other


def below_a_private_one(home: HomePage) -> Page:
    index = factories.make_space_index_page(home, title="Geheim", slug=SECRET)
    PageViewRestriction.objects.create(page=index, restriction_type="login")
    return factories.make_space_page(index, title="Geheim", slug="wald", lead="Geheimes.")


def private_translation(home: HomePage) -> Page:
    page = factories.make_text_page(home, title="Offen", slug="offen")
    other = translated(page, "ar", title="Geheim", slug=SECRET, body=body("<p>Geheimes.</p>"))
    PageViewRestriction.objects.create(page=other, restriction_type="login")
    return other


def expired(home: HomePage) -> Page:
    """Its time is over, and the command that withdraws it has not run yet."""
    page = make_secret(home)
    translated(page, "ar", title="Geheim AR")
    TextPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    return page


def below_an_expired_one(home: HomePage) -> Page:
    index = factories.make_space_index_page(home, title="Geheim", slug=SECRET)
    page = factories.make_space_page(index, title="Geheim", slug="wald", lead="Geheimes.")
    Page.objects.filter(pk=index.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    return page


def scheduled(home: HomePage) -> Page:
    page = TextPage(title="Geheim", slug=SECRET, live=False, go_live_at=timezone.now() + timedelta(days=1))
    home.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live
    return page


def moved_to_another_site(home: HomePage) -> Page:
    other = factories.make_page(HomePage(title="Andere", slug="andere"), Page.get_first_root_node())
    page = make_secret(home)
    page.move(other, pos="last-child")
    return page


def alias(home: HomePage) -> Page:
    page = make_secret(home)
    mirror: Page = page.create_alias(parent=home, update_slug="geheim-2")
    page.unpublish()
    return mirror


def deleted(home: HomePage) -> Page:
    page = make_secret(home)
    kept = Page.objects.get(pk=page.pk)
    page.delete()
    return kept


def steering(home: HomePage) -> Page:
    """Somebody has taken its restriction away."""
    page = around.make_event_page(home, around.make_event(kind="steering"), title="Geheim", slug=SECRET)
    PageViewRestriction.objects.all().delete()
    return page


def turned_into_steering(home: HomePage) -> Page:
    """Its event became one of the steering group after the page was saved."""
    page = around.make_event_page(home, around.make_event(), title="Geheim", slug=SECRET)
    page.event.kind = "steering"
    record(page.event)
    return page


HIDDEN = [
    restricted("password"), restricted("login"), restricted("groups"),
    draft, draft_of_what_is_live, unpublished, below_a_withdrawn_one, translation_of_a_withdrawn_one,
    below_a_private_one, private_translation, expired, below_an_expired_one, scheduled, moved_to_another_site, alias,
    deleted, steering, turned_into_steering,
]  # fmt: skip
NAMES = ["password", "login", "groups", *(make.__name__ for make in HIDDEN[3:])]

#: They show, but not what is a draft or private of them.
PARTLY = (draft_of_what_is_live,)


@pytest.mark.slow
@pytest.mark.parametrize("make", HIDDEN, ids=NAMES)
@pytest.mark.parametrize("who", ["anybody", "administrator"])
def test_what_is_not_for_everybody_shows_nowhere(
    client: Client, home: HomePage, make: Callable[[HomePage], Page], who: str
) -> None:
    page = make(home)
    link = factories.make_text_page(
        home, title="Link", slug="link", body=body(f'<p><a linktype="page" id="{page.pk}">hier</a></p>')
    )
    if who == "administrator":
        client.force_login(User.objects.create_superuser("admin"))
    kind = f"{page.specific_class._meta.app_label}.{page.specific_class.__name__}"
    asked = ["", "?fields=translation", f"?type={kind}&fields=*", "?type=home.TextPage&fields=*"]
    asked += [f"?lang={code}&limit=20" for code in ("de", "ar", "fr")]
    asked += [f"?slug={SECRET}", "?descendant_of=root", "?order=-title", f"{link.pk}/", f"{home.pk}/"]
    for query in asked:
        text = client.get(f"/api/v2/pages/{query}").content.decode()
        assert '"meta"' in text
        assert SECRET not in text.casefold(), query
    assert "<a>hier</a>" in get(client, f"/api/v2/pages/{link.pk}/")["body"][0]["value"] or make in PARTLY
    if make not in PARTLY:
        get(client, f"/api/v2/pages/{page.pk}/", 404)
        for name in ("child_of", "descendant_of", "ancestor_of", "translation_of"):
            get(client, f"/api/v2/pages/?{name}={page.pk}", 400)
    for code in ("de", "ar", "fr"):
        for path in (
            f"{SECRET}/",
            f"{SECRET}/wald/",
            f"events/{SECRET}/",
            "geheim-2/",
            "andere/",
            f"andere/{SECRET}/",
        ):
            response = client.get(f"/api/v1/resolve/?path=/{code}/{path}")
            assert SECRET not in response.content.decode().casefold(), (code, path)
            assert response.status_code == 404, (code, path)
    assert SECRET not in client.get("/api/v1/resolve/?path=/ar/offen/").content.decode().casefold()


def test_what_is_hidden_would_be_seen_without_a_reason_to_hide_it(client: Client, home: HomePage) -> None:
    """The test above can fail."""
    page = make_secret(home)
    assert get(client, f"/api/v2/pages/{page.pk}/")["title"] == "Geheim"
    assert get(client, f"/api/v1/resolve/?path=/ar/{SECRET}/")["page"]["id"] == page.pk


def test_a_reply_ends_when_a_page_does(client: Client, home: HomePage, settings: Settings) -> None:
    settings.PAGE_CACHE = True
    page = make_secret(home)
    end = timezone.now() + timedelta(hours=1)
    TextPage.objects.filter(pk=page.pk).update(expire_at=end)
    for path in (f"/api/v2/pages/{page.pk}/", "/api/v2/pages/", f"/api/v1/resolve/?path=/de/{SECRET}/"):
        assert getattr(client.get(path), "expires_at", None) == end, path


# Pictures and documents ----------------------------------------------------------------------------------------------


def collections() -> tuple[Collection, Collection]:
    """One for everybody, and one below a private one."""
    root = Collection.get_first_root_node()
    private = root.add_child(name="Team")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="password", password="x")
    return root, private.add_child(name="Protokolle")


@pytest.mark.parametrize("name", ["images", "documents"])
@pytest.mark.parametrize("who", ["anybody", "administrator"])
def test_files_of_a_private_collection_show_nowhere(client: Client, name: str, who: str) -> None:
    public, private = collections()
    if who == "administrator":
        client.force_login(User.objects.create_superuser("admin"))

    def make(title: str, collection: Collection) -> Any:
        if name == "images":
            made = factories.make_picture(
                (640, 480), title=title, description="Ein Haus", collection=collection
            )
        else:
            file = ContentFile(b"text", name=f"{title}.txt")
            made = Document.objects.create(title=title, file=file, collection=collection)
        made.tags.add("haus", "alt")
        return made

    shown, hidden = make("offen", public), make("geheim", private)
    reply = get(client, f"/api/v2/{name}/")
    assert reply["meta"]["total_count"] == 1
    assert [item["id"] for item in reply["items"]] == [shown.pk]
    get(client, f"/api/v2/{name}/{hidden.pk}/", 404)
    told = get(client, f"/api/v2/{name}/{shown.pk}/")
    assert told["title"] == "offen"
    assert told["meta"]["tags"] == ["alt", "haus"]
    assert told["meta"]["download_url"].startswith("http://testserver/")
    assert told["meta"]["detail_url"] == f"http://testserver/api/v2/{name}/{shown.pk}/"
    if name == "images":
        assert (told["width"], told["description"]) == (640, "Ein Haus")
