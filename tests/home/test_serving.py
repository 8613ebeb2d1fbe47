"""What readers are answered in each language: translated or not, at which address, and what stands around it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Page

from home.models import HomePage, TextPage
from portal.languages import BY_CODE, SERVED_CODES
from search import lookup
from spaces.changes import record
from spaces.models import Event
from spaces.models.pages import EventIndexPage, EventPage, ServiceIndexPage
from spaces.models.pages.event import STEERING_GROUP
from tests import factories
from tests.portal.test_tree import alias, restrict, translated
from tests.spaces import around

pytestmark = pytest.mark.django_db

OTHERS = [code for code in SERVED_CODES if code != "de"]

#: What may stand before a page's own words, in Arabic: the link over the menu, and the notice.
SKIP, MISSING = "انتقلوا إلى المحتوى", "هذا النص غير مترجم بعد"

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture(autouse=True)
def _fresh_pages(settings: Settings) -> None:
    settings.PAGE_CACHE = False


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Rat für Familien")


def body(html: str) -> str:
    return json.dumps([{"type": "text", "value": html, "id": "bb6bbdbf-9212-4044-87df-a8fd7c81170e"}])


def make_text(home: HomePage, **values: Any) -> TextPage:
    defaults = {
        "title": "Der Kontakt",
        "slug": "kontakt",
        "body": body("<h2>Fehler</h2><p>Bitte melden.</p>"),
    }
    return factories.make_text_page(home, **{**defaults, **values})


def opened(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.get("Location"))
    return BeautifulSoup(response.content, "html.parser")


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    (found,) = soup.select(selector)
    return found


def language_of(element: Tag) -> tuple[str, str]:
    """In which language an element says that it is, and in which direction it is laid out."""
    said = {}
    for name in ("lang", "dir"):
        holder = element if element.has_attr(name) else element.find_parent(attrs={name: True})
        assert isinstance(holder, Tag)
        said[name] = str(holder[name])
    return said["lang"], said["dir"]


def links(soup: BeautifulSoup, selector: str) -> list[tuple[str, str, str]]:
    """The text, the address and the language of each link there."""
    return [
        (link.get_text(strip=True), str(link["href"]), language_of(link)[0])
        for link in soup.select(f"{selector} a")
    ]


def make_event(index: EventIndexPage, **values: Any) -> EventPage:
    start = timezone.now() + timedelta(days=3)
    event = Event(**{"key": "treffen", "starts_at": start, "ends_at": start + timedelta(hours=2), **values})
    record(event)
    return factories.make_page(EventPage(title="Das geheime Treffen", slug="treffen", event=event), index)


# What is not translated ----------------------------------------------------------------------------------------------


class TestAPageThatIsNotTranslated:
    def test_is_german_with_the_readers_words_around_it(self, home: HomePage, client: Client) -> None:
        make_text(home)
        soup = opened(client, "/ar/kontakt/")
        assert (one(soup, "html")["lang"], one(soup, "html")["dir"]) == ("ar", "rtl")
        assert language_of(one(soup, "h1")) == ("de", "ltr")
        for words in ("Fehler", "Bitte melden."):
            assert language_of(next(tag for tag in soup.find_all(["h2", "p"]) if tag.text == words)) == (
                "de",
                "ltr",
            )
        for label in (one(soup, ".skip-link"), one(soup, ".note p:first-child")):
            assert language_of(label) == ("ar", "rtl")
        assert SKIP in one(soup, ".skip-link").text
        assert MISSING in one(soup, ".note").text

    def test_says_in_which_languages_it_exists(self, home: HomePage, client: Client) -> None:
        text = make_text(home)
        for code in ("tr", "uk"):
            translated(text, code, title=code)
        alias(text, "fr")
        named = [(url, language) for _, url, language in links(opened(client, "/ar/kontakt/"), ".note")]
        assert named == [("/de/kontakt/", "de"), ("/uk/kontakt/", "uk"), ("/tr/kontakt/", "tr")]

    def test_is_there_in_every_language_without_a_home_page(self, home: HomePage, client: Client) -> None:
        make_text(home)
        for code in OTHERS:
            for path in ("", "kontakt/"):
                soup = opened(client, f"/{code}/{path}")
                assert (one(soup, "html")["lang"], one(soup, "html")["dir"]) == (
                    code,
                    BY_CODE[code].direction,
                )
                assert language_of(one(soup, "h1")) == ("de", "ltr")

    def test_is_there_in_place_of_an_alias(self, home: HomePage, client: Client) -> None:
        text = make_text(home)
        assert alias(text, "ar").locale.language_code == "ar"
        soup = opened(client, "/ar/kontakt/")
        assert language_of(one(soup, "h1")) == ("de", "ltr")
        assert MISSING in soup.text

    def test_leads_on_in_the_readers_language(self, home: HomePage, client: Client) -> None:
        target = make_text(home, slug="ziel", title="Ziel")
        make_text(home, body=body(f'<p>Mehr: <a linktype="page" id="{target.pk}">Ziel</a></p>'))
        assert ("Ziel", "/ar/ziel/", "de") in links(opened(client, "/ar/kontakt/"), ".prose")


def test_a_translation_leads_on_in_its_own_language(home: HomePage, client: Client) -> None:
    target = make_text(home, slug="ziel", title="Ziel")
    text = make_text(home)
    translated(target, "ar", slug="hadaf")
    translated(text, "ar", body=body(f'<p><a linktype="page" id="{target.pk}">هدف</a></p>'))
    ((_, url, language),) = links(opened(client, "/ar/kontakt/"), ".prose")
    assert language == "ar"
    # To the page itself, in one step or in two.
    assert client.get(url, follow=True).redirect_chain in ([], [("/ar/hadaf/", 301)])


def test_a_translation_is_served_as_such(home: HomePage, client: Client) -> None:
    text = make_text(home)
    translated(text, "ar", title="اتصال", body=body("<p>مرحبا</p>"))
    soup = opened(client, "/ar/kontakt/")
    assert one(soup, "h1").text == "اتصال"
    assert not one(soup, "h1").has_attr("lang")
    assert language_of(one(soup, ".prose p")) == ("ar", "rtl")
    assert MISSING not in soup.text
    assert "Fehler" not in soup.text
    # The same address in German, and in a language without it.
    assert one(opened(client, "/de/kontakt/"), "h1").text == "Der Kontakt"
    assert one(opened(client, "/fr/kontakt/"), "h1").text == "Der Kontakt"


def test_an_original_says_nothing_of_translations(home: HomePage, client: Client) -> None:
    make_text(home)
    soup = opened(client, "/de/kontakt/")
    assert not soup.select(".note")
    assert not one(soup, "main").select("[lang]")


@pytest.mark.parametrize("code", ["ar", "de-simple"])
def test_a_translation_below_pages_that_are_not_translated_is_served(
    home: HomePage, client: Client, code: str
) -> None:
    index = factories.make_space_index_page(home, title="Alle Räume")
    page = factories.make_space_page(index, factories.make_space(key="here"), title="Hier")
    translated(page, code, title="Translated")
    soup = opened(client, f"/{code}/spaces/here/")
    assert one(soup, "h1").text == "Translated"
    assert links(soup, ".way") == [
        ("Rat für Familien", f"/{code}/", "de"),
        ("Alle Räume", f"/{code}/spaces/", "de"),
    ]


# Addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/ar/ittisal/", 200, ""),
        ("/de/kontakt/", 200, ""),
        ("/fr/kontakt/", 200, ""),
        # A path of another language leads to the page's own.
        ("/ar/kontakt/", 301, "/ar/ittisal/"),
        ("/ar/kontakt/?by=place", 301, "/ar/ittisal/?by=place"),
        ("/ar/kontakt/?a=%26&b=1", 301, "/ar/ittisal/?a=%26&b=1"),
        ("/de/ittisal/", 301, "/de/kontakt/"),
        ("/fr/ittisal/?by=street", 301, "/fr/kontakt/?by=street"),
        # What there is not.
        ("/de/nirgends/", 404, ""),
        ("/ar/nirgends/", 404, ""),
        ("/ar/kontakt/mehr/", 404, ""),
        ("/de/ar/kontakt/", 404, ""),
        # A prefix that is no language is a page that is not there.
        ("/xx/kontakt/", 302, "/de/xx/kontakt/"),
        ("/prs/kontakt/", 302, "/de/prs/kontakt/"),
        ("/de/xx/kontakt/", 404, ""),
    ],
)
def test_an_address_leads_to_its_page(
    home: HomePage, client: Client, path: str, status: int, location: str
) -> None:
    translated(make_text(home), "ar", title="اتصال", slug="ittisal")
    response = client.get(path)
    assert (response.status_code, response.get("Location", "")) == (status, location)


def test_a_missing_page_is_missing_in_the_readers_language(home: HomePage, client: Client) -> None:
    for code in SERVED_CODES:
        response = client.get(f"/{code}/nirgends/")
        assert response.status_code == 404
        soup = BeautifulSoup(response.content, "html.parser")
        assert (one(soup, "html")["lang"], one(soup, "html")["dir"]) == (code, BY_CODE[code].direction)


@pytest.mark.parametrize("code", ["de", "ar", "fr"])
def test_a_withdrawn_original_is_missing_in_every_language(home: HomePage, client: Client, code: str) -> None:
    text = make_text(home)
    other = translated(text, "ar")
    text.unpublish()
    # Somebody publishes the translation again; there is still nothing of which it is one.
    other.refresh_from_db()
    other.save_revision().publish()
    assert client.get(f"/{code}/kontakt/").status_code == 404
    assert "/kontakt/" not in client.get(f"/{code}/").content.decode()
    assert "/kontakt/" not in client.get("/sitemap.xml").content.decode()


def test_a_withdrawn_translation_leaves_the_original(home: HomePage, client: Client) -> None:
    translated(make_text(home), "ar", title="اتصال").unpublish()
    assert one(opened(client, "/ar/kontakt/"), "h1").text == "Der Kontakt"


@pytest.mark.parametrize("code", ["de", "ar", "fr"])
def test_a_deleted_original_is_missing_in_every_language(home: HomePage, client: Client, code: str) -> None:
    text = make_text(home)
    translated(text, "ar")
    text.delete()
    assert client.get(f"/{code}/kontakt/").status_code == 404


@pytest.mark.parametrize("code", ["ar", "de", "fr"])
def test_a_page_of_one_language_alone_says_which(home: HomePage, client: Client, code: str) -> None:
    arabic = translated(home, "ar")
    factories.make_text_page(
        arabic, title="وحيد", slug="only", locale=arabic.locale, show_in_menus=True, body=body("<p>مرحبا</p>")
    )
    soup = opened(client, f"/{code}/only/")
    assert language_of(one(soup, "h1")) == language_of(one(soup, ".prose p")) == ("ar", "rtl")
    # The menus of others do not offer it.
    assert ("وحيد" in one(soup, ".site-nav").text) is (code == "ar")


def test_a_moved_page_is_found_where_it_was_and_where_it_is(home: HomePage, client: Client) -> None:
    first = factories.make_space_index_page(home, slug="first")
    second = factories.make_space_index_page(home, slug="second")
    page = factories.make_space_page(first, factories.make_space(key="here"), title="Hier")
    translated(page, "ar", title="هنا")
    page.move(second, pos="last-child")
    arrived = {
        path: client.get(path, follow=True).request["PATH_INFO"]
        for path in (
            "/de/first/here/",
            "/de/second/here/",
            "/ar/first/here/",
            "/ar/second/here/",
            "/fr/first/here/",
        )
    }
    assert arrived == {
        "/de/first/here/": "/de/second/here/",
        "/de/second/here/": "/de/second/here/",
        "/ar/first/here/": "/ar/first/here/",
        "/ar/second/here/": "/ar/first/here/",
        "/fr/first/here/": "/fr/second/here/",
    }


@pytest.mark.parametrize("path", ["other/", "below/", "other/below/"])
@pytest.mark.parametrize("code", ["de", "ar"])
def test_what_is_not_below_the_sites_root_is_not_served(
    home: HomePage, client: Client, code: str, path: str
) -> None:
    other = factories.make_page(HomePage(title="Other", slug="other"), Page.get_first_root_node())
    factories.make_text_page(other, slug="below")
    assert client.get(f"/{code}/{path}").status_code == 404


# Who may read --------------------------------------------------------------------------------------------------------


@pytest.fixture
def treffen(home: HomePage) -> EventPage:
    """A page of the steering group, translated into Arabic."""
    index = factories.make_page(EventIndexPage(title="Termine", slug="termine"), home)
    page = make_event(index, kind="steering")
    translated(page, "ar", title="لقاء سري")
    return page


class TestAPrivatePage:
    def test_is_shown_to_nobody_in_any_language(self, treffen: EventPage, client: Client) -> None:
        for code in SERVED_CODES:
            response = client.get(f"/{code}/termine/treffen/")
            assert response.status_code == 302
            assert "/login/" in response["Location"]

    def test_is_named_nowhere_in_any_language(self, treffen: EventPage, client: Client) -> None:
        seen = [client.get("/sitemap.xml")]
        for code in SERVED_CODES:
            seen += [client.get(f"/{code}/"), client.get(f"/{code}/termine/")]
            seen += [client.post(f"/{code}/search/", {"words": words}) for words in ("geheime", "سري")]
        for response in seen:
            assert response.status_code == 200
            text = response.content.decode()
            for words in ("Das geheime Treffen", "لقاء", "termine/treffen"):
                assert words not in text, response.request["PATH_INFO"]

    @pytest.mark.parametrize(("code", "title"), [("de", "Das geheime Treffen"), ("ar", "لقاء سري")])
    def test_is_shown_to_those_who_may_in_their_language(
        self, treffen: EventPage, client: Client, code: str, title: str
    ) -> None:
        member = User.objects.create_user("member")
        member.groups.add(Group.objects.get(name=STEERING_GROUP))
        client.force_login(member)
        assert one(opened(client, f"/{code}/termine/treffen/"), "h1").text.strip() == title

    @pytest.mark.parametrize("code", ["de", "ar", "fr"])
    def test_stays_so_when_only_the_original_says_it(self, home: HomePage, client: Client, code: str) -> None:
        text = make_text(home)
        translated(text, "ar", title="اتصال")
        restrict(text)
        response = client.get(f"/{code}/kontakt/")
        assert response.status_code == (404 if code == "ar" else 302)
        assert "kontakt" not in client.get("/sitemap.xml").content.decode()
        soup = opened(client, f"/{code}/")
        # The switch of languages names this page, and no other.
        assert "kontakt" not in str(one(soup, "footer")) + str(one(soup, ".site-nav"))

    def test_may_be_the_translation_alone(self, home: HomePage, client: Client) -> None:
        text = make_text(home)
        restrict(translated(text, "ar", title="اتصال"))
        assert client.get("/ar/kontakt/").status_code == 302
        assert client.get("/de/kontakt/").status_code == client.get("/fr/kontakt/").status_code == 200
        assert "اتصال" not in opened(client, "/ar/").text


# What search engines are told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "kontakt/"])
def test_a_page_names_itself_and_itself_in_all_twelve_languages(
    home: HomePage, client: Client, path: str
) -> None:
    make_text(home)
    for code in SERVED_CODES:
        soup = opened(client, f"/{code}/{path}")
        assert one(soup, "link[rel=canonical]")["href"] == f"http://testserver/{code}/{path}"
        named = {str(link["hreflang"]): link["href"] for link in soup.select("link[rel=alternate][hreflang]")}
        assert named == {other: f"http://testserver/{other}/{path}" for other in SERVED_CODES}
        assert len(named) == 12


def test_the_ground_that_led_here_is_not_part_of_the_address(home: HomePage, client: Client) -> None:
    index = factories.make_space_index_page(home)
    factories.make_space_page(index, factories.make_space(key="here"))
    soup = opened(client, "/ar/spaces/here/?by=place")
    assert one(soup, "link[rel=canonical]")["href"] == "http://testserver/ar/spaces/here/"
    assert one(soup, "meta[name=robots]")["content"] == "noindex"


def test_a_translation_under_another_slug_is_named_by_it(home: HomePage, client: Client) -> None:
    translated(make_text(home), "ar", slug="ittisal")
    for path in ("/de/kontakt/", "/ar/ittisal/", "/fr/kontakt/"):
        soup = opened(client, path)
        named = {str(link["hreflang"]): str(link["href"]) for link in soup.select("link[rel=alternate]")}
        assert named["ar"] == "http://testserver/ar/ittisal/"
        assert {url for code, url in named.items() if code != "ar"} == {
            f"http://testserver/{code}/kontakt/" for code in SERVED_CODES if code != "ar"
        }
        switch = {language: url for _, url, language in links(soup, ".languages")}
        assert {f"http://testserver{url}" for url in switch.values()} == set(named.values())


def test_the_sitemap_lists_what_is_translated_with_its_addresses_in_all_languages(
    home: HomePage, client: Client
) -> None:
    text = make_text(home)
    translated(home, "ar")
    translated(text, "ar", slug="ittisal")
    alias(text, "fr")
    make_text(home, slug="entwurf").unpublish()
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)  # noqa: S314
    addresses = {}
    for page in root.findall("s:url", SITEMAP):
        others = {link.attrib["hreflang"]: link.attrib["href"] for link in page.findall("x:link", SITEMAP)}
        addresses[page.findtext("s:loc", namespaces=SITEMAP)] = others
        assert list(others) == list(SERVED_CODES)
        assert page.findtext("s:lastmod", namespaces=SITEMAP)
    at = "http://testserver"
    assert set(addresses) == {f"{at}/de/", f"{at}/ar/", f"{at}/de/kontakt/", f"{at}/ar/ittisal/"}
    assert addresses[f"{at}/de/kontakt/"] == addresses[f"{at}/ar/ittisal/"]
    assert addresses[f"{at}/de/kontakt/"]["ar"] == f"{at}/ar/ittisal/"
    assert addresses[f"{at}/de/kontakt/"]["fr"] == f"{at}/fr/kontakt/"


# What stands around --------------------------------------------------------------------------------------------------


def test_menus_hold_every_page_and_say_what_is_german(home: HomePage, client: Client) -> None:
    index = factories.make_space_index_page(home, title="Alle Räume", show_in_menus=True)
    factories.make_text_page(home, title="So geht es", slug="so", show_in_menus=True)
    make_text(home)
    translated(index, "ar", title="كل المناطق")
    soup = opened(client, "/ar/")
    menu = links(soup, ".site-nav")
    assert menu[-2:] == [("كل المناطق", "/ar/spaces/", "ar"), ("So geht es", "/ar/so/", "de")]
    assert {language for _, _, language in menu[:-2]} <= {"ar"}
    # The last two are the portal's own: whom to tell of a barrier, and what to keep on a telephone.
    assert links(soup, "footer nav")[:-2] == [("Der Kontakt", "/ar/kontakt/", "de")]
    assert [url for _, url, _ in links(opened(client, "/de/"), ".site-nav")][-2:] == [
        "/de/spaces/",
        "/de/so/",
    ]


def test_the_way_back_says_what_is_german(home: HomePage, client: Client) -> None:
    index = factories.make_space_index_page(home, title="Alle Räume")
    factories.make_space_page(index, factories.make_space(key="here"), title="Hier")
    translated(home, "ar", title="البداية")
    soup = opened(client, "/ar/spaces/here/")
    steps = [
        (step.get_text(strip=True), language_of(step.select_one("[lang]") or step))
        for step in soup.select(".way li")
    ]
    assert steps == [("البداية", ("ar", "rtl")), ("Alle Räume", ("de", "ltr")), ("Hier", ("de", "ltr"))]
    assert links(soup, ".way")[1] == ("Alle Räume", "/ar/spaces/", "de")


Make = Callable[[HomePage], tuple[str, list[Page]]]


def spaces_of_home(home: HomePage) -> tuple[str, list[Page]]:
    index = factories.make_space_index_page(home)
    return "", [factories.make_space_page(index, factories.make_space(name=name)) for name in ("Aa", "Bb")]


def spaces_of_index(home: HomePage) -> tuple[str, list[Page]]:
    return "spaces/", spaces_of_home(home)[1]


def services(home: HomePage) -> tuple[str, list[Page]]:
    pages = [around.make_service_page(home, around.make_service()) for _ in range(2)]
    return f"{ServiceIndexPage.objects.get().slug}/", pages


def events(home: HomePage) -> tuple[str, list[Page]]:
    index = factories.make_page(EventIndexPage(title="Termine", slug="termine"), home)
    return "termine/", [make_event(index, kind="conference", confirmed_on=timezone.localdate())]


@pytest.mark.slow
@pytest.mark.parametrize("is_translated", [True, False], ids=["list translated", "list German"])
@pytest.mark.parametrize("how", ["translated", "alias", "German"])
@pytest.mark.parametrize("make", [spaces_of_home, spaces_of_index, services, events])
def test_a_list_holds_every_page_once_in_the_readers_language_or_in_german(
    home: HomePage, client: Client, make: Make, how: str, is_translated: bool
) -> None:
    path, pages = make(home)
    if is_translated:
        for step in pages[0].get_ancestors().filter(depth__gt=1).specific():
            translated(step, "ar")
    if how == "translated":
        translated(pages[0], "ar", title="مترجم")
    elif how == "alias":
        alias(pages[0], "ar")
    for page in pages:
        page.refresh_from_db()
    soup = opened(client, f"/ar/{path}")
    urls = [url for _, url, _ in links(soup, "main")]
    for page in pages:
        slug = page.url_path.partition("/")[2].partition("/")[2]
        assert urls.count(f"/ar/{slug}") == 1, (slug, urls)
    if make in (services, events):
        named = [language for _, _, language in links(soup, "main :is(h2, h3)")]
        assert sorted(named) == sorted(["ar" if how == "translated" else "de", "de"][: len(pages)])


# The database --------------------------------------------------------------------------------------------------------

#: A whole request of a page of a space, nothing kept.
MOST_QUERIES = 10


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["German", "translated"])
def test_a_page_of_a_space_asks_little_however_large_the_portal_is(
    home: HomePage, client: Client, how: str
) -> None:
    index = factories.make_space_index_page(home)
    page = factories.make_space_page(index, factories.make_space(key="here"), body=body("<p>Hier</p>"))
    factories.make_office(page.space)
    if how == "translated":
        translated(page, "ar", title="هنا")
    lookup.index()
    before = queries(client, "/ar/spaces/here/")
    for _ in range(4):
        other = factories.make_space_page(index)
        factories.make_office(other.space)
        for code in ("ar", "tr", "de-simple"):
            translated(other, code)
    lookup.index()
    assert queries(client, "/ar/spaces/here/") == before <= MOST_QUERIES
