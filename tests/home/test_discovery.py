"""How others find the portal: pictures, the manifest, and what machines are told."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as portal_settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from PIL import Image, ImageChops, ImageDraw
from pytest_django import DjangoAssertNumQueries, Settings

from home import discovery
from home.models import HomePage
from portal import failure, languages
from portal.management.commands import draw_icons
from spaces import map as drawing
from spaces import pictures
from tests import factories

pytestmark = pytest.mark.django_db

EVERY_LANGUAGE = pytest.mark.parametrize("language", languages.SERVED_CODES)


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page()


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


# The picture of a shared link


@pytest.fixture(scope="module")
def picture() -> bytes:
    return pictures.picture(drawing.district(portal_settings.PORTAL_DATA), "bardowick", "Bardowick")


def test_the_picture_has_the_size_that_networks_ask_for_and_is_small(picture: bytes) -> None:
    image = Image.open(BytesIO(picture))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(picture) < 60_000


@pytest.mark.parametrize("name", ["Amt Neuhaus", "W" * 60], ids=["a name", "a long name"])
def test_nothing_is_written_on_it_but_names_and_it_all_fits(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    draw = ImageDraw.ImageDraw.text

    def text(self: Any, xy: Any, said: str, *args: Any, **named: Any) -> None:
        written.append(said)
        left, _top, right, _bottom = self.textbbox(xy, said, font=named["font"], anchor=named["anchor"])
        assert left >= 0
        assert right <= 2 * pictures.WIDTH
        draw(self, xy, said, *args, **named)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    plan = drawing.district(portal_settings.PORTAL_DATA)
    assert plan
    pictures.picture.__wrapped__(plan, "amt-neuhaus", name)
    assert written == [name, f"{plan.credit} (bearbeitet / changed), {plan.licence}"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Bad Östheim", "Bad Oestheim"), ("Großlüß", "Grossluess"), ("Łódź © 1", "Lodz © 1")],
)
def test_a_name_is_spelled_in_the_letters_that_there_are(name: str, letters: str) -> None:
    assert pictures.spelled(name) == letters
    font = pictures._font(40)
    missing = bytes(font.getmask("\uffff"))
    assert not [sign for sign in letters if sign != " " and bytes(font.getmask(sign)) == missing]


def test_the_space_is_picked_out_on_it() -> None:
    plan = drawing.district(portal_settings.PORTAL_DATA)

    def blue(key: str) -> int:
        red, _green, blue = Image.open(BytesIO(pictures.picture(plan, key, "A"))).convert("RGB").split()
        return sum(ImageChops.subtract(blue, red).histogram()[100:])

    assert blue("bardowick") > blue("adendorf") > blue("") > 0


def test_a_district_without_a_map_has_pictures_too() -> None:
    assert Image.open(BytesIO(pictures.picture(None, "a", "A"))).size == (1200, 630)


@pytest.mark.parametrize(
    "change",
    [{"key": "bleckede"}, {"name": "Other"}, {"drawing": None}],
    ids=["another space", "another name", "another map"],
)
def test_a_picture_that_would_look_different_has_another_address(change: dict[str, Any]) -> None:
    made_of: dict[str, Any] = {
        "drawing": drawing.district(portal_settings.PORTAL_DATA),
        "key": "bardowick",
        "name": "Bardowick",
    }
    assert pictures.version(**made_of) == pictures.version(**made_of)
    assert pictures.version(**{**made_of, **change}) != pictures.version(**made_of)


@pytest.mark.parametrize(
    ("query", "kept"), [("current", "max-age=31536000"), ("?v=0", "max-age=3600"), ("", "max-age=3600")]
)
def test_only_the_address_with_the_current_version_is_kept_long(
    query: str, kept: str, client: Client
) -> None:
    space = factories.make_space(key="bardowick", name="Bardowick")
    path = discovery.picture_path(space)
    response = client.get(path if query == "current" else path.partition("?")[0] + query)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert kept in response["Cache-Control"]
    assert not response.cookies


def test_the_portal_has_a_picture_and_an_unknown_space_has_none(client: Client) -> None:
    response = client.get(discovery.picture_path())
    assert response.status_code == 200
    assert "immutable" in response["Cache-Control"]
    assert client.get("/og/nowhere.png", follow=True).status_code == 404


# What a network shows


@pytest.mark.parametrize(
    ("code", "named"),
    [("de", "de_DE"), ("de-simple", "de_DE"), ("en", "en_GB"), ("uk", "uk_UA"), ("fa", "fa_IR"), ("ti", "ti_ET"),
     ("kmr", "ku_TR"), ("pl", "pl_PL")],
)  # fmt: skip
def test_a_language_is_named_with_a_country(code: str, named: str) -> None:
    assert discovery.territory_code(code) == named


def open_graph(page: Any, path: str, language: str = "de") -> dict[str, str]:
    request = RequestFactory().get(path)
    with translation.override(language):
        markup = render_to_string("components/open_graph.html", {"page": page}, request)
    return {
        str(meta.get("property", meta.get("name"))): str(meta["content"])
        for meta in BeautifulSoup(markup, "html.parser").find_all("meta")
    }


def test_a_shared_space_shows_its_title_its_lead_and_its_picture(home: HomePage) -> None:
    space = factories.make_space(key="bardowick", name="Bardowick")
    index = factories.make_space_index_page(home)
    page = factories.make_space_page(index, space, title='Rat & "Tat"', lead="Free and close by.")
    told = open_graph(page, "/uk/spaces/bardowick/?by=place", "uk")
    assert told["og:title"] == 'Rat & "Tat"'
    assert told["og:description"] == "Free and close by."
    assert told["og:locale"] == "uk_UA"
    # Not on which ground somebody was sent there.
    assert told["og:url"] == "http://testserver/uk/spaces/bardowick/"
    assert told["og:image"] == "http://testserver" + discovery.picture_path(space)
    assert told["og:image:alt"] == "Bardowick"
    assert told["twitter:card"] == "summary_large_image"


def test_another_shared_page_shows_the_picture_of_the_portal(home: HomePage) -> None:
    told = open_graph(home, "/en/", "en")
    assert told["og:image"] == "http://testserver" + discovery.picture_path()
    assert told["og:description"]


# The app


@EVERY_LANGUAGE
def test_the_manifest_speaks_the_readers_language(language: str, client: Client) -> None:
    response = client.get(f"/{language}/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    assert not response.cookies
    told = json.loads(response.content)
    assert (told["lang"], told["dir"]) == (language, languages.direction(language))
    assert told["start_url"] == f"/{language}/"
    assert told["start_url"].startswith(told["scope"])
    assert told["display"] == "standalone"
    with translation.override(language):
        assert told["name"] == translation.gettext("Social space portal")


def test_the_icons_of_the_manifest_are_there_in_their_sizes(client: Client) -> None:
    icons = json.loads(client.get("/de/manifest.webmanifest").content)["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for icon in icons:
        file = finders.find(icon["src"].removeprefix("/static/"))
        data = Path(str(file)).read_bytes()
        image = Image.open(BytesIO(data))
        assert f"{image.width}x{image.height}" == icon["sizes"]
        assert len(data) < 10_000


def test_the_committed_icons_are_those_that_the_command_draws() -> None:
    for size in draw_icons.SIZES:
        file = Path(str(finders.find(f"icon-{size}.png")))
        committed = Image.open(BytesIO(file.read_bytes())).convert("RGB")
        drawn = draw_icons.icon(size).convert("RGB")
        # Two versions of the library may smooth an edge differently.
        colours = [(committed.getpixel(at), drawn.getpixel(at)) for at in spots(size)]
        assert all(distance(*pair) < 30 for pair in colours)
        assert len({pair[0] for pair in colours}) >= 3


def spots(size: int) -> list[tuple[int, int]]:
    """The ground, the house, the heart."""
    return [
        (4, 4),
        (size // 2, size * 3 // 10),
        (size // 2, size * 11 // 20),
        (size * 3 // 10, size * 7 // 10),
    ]


def distance(one: Any, other: Any) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


# What machines are told


def test_robots_may_read_everything_but_the_editors_desk(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().split("\n") == [
        "User-agent: *",
        "Disallow: /admin/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
        "",
    ]


def test_programs_are_told_the_spaces_the_languages_and_the_states(home: HomePage, client: Client) -> None:
    index = factories.make_space_index_page(home)
    factories.make_space_page(index, factories.make_space(key="b", name="Böhm & Söhne"))
    factories.make_space_page(index, factories.make_space(name="Hidden")).unpublish()
    response = client.get("/llms.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    told = response.content.decode()
    assert "- [Böhm & Söhne](http://testserver/en/spaces/b/)" in told
    assert "Hidden" not in told
    assert "http://testserver/api/v1/lookup/" in told
    for words in ('"confirmed"', '"unconfirmed"', '"example"', "de-simple, en", "12 languages", "112"):
        assert words in told


def test_programs_are_told_in_few_queries(
    home: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    index = factories.make_space_index_page(home)
    for _ in range(3):
        factories.make_space_page(index)
    client.get("/llms.txt")
    with django_assert_max_num_queries(6):
        client.get("/llms.txt")


# What is missing, and what is broken


@EVERY_LANGUAGE
def test_a_missing_page_helps_in_the_readers_language(language: str, home: HomePage, client: Client) -> None:
    response = client.get(f"/{language}/nothing/here/")
    assert response.status_code == 404
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html
    assert (page.html["lang"], page.html["dir"]) == (language, languages.direction(language))
    with translation.override(language):
        assert page.h1
        assert page.h1.get_text() == translation.gettext("This page does not exist")
    assert page.select(f'form[action="/{language}/find/"] #address')
    assert page.select('main a[href="#help-now"], a[href="tel:112"]')
    assert page.select('meta[name="robots"][content="noindex"]')
    assert not response.cookies


BROKEN = {
    "the database": "spaces.changes.version",
    "the templates": "django.template.engine.Engine.get_template",
    "the view": "home.views.tree",
}


@pytest.mark.parametrize(
    ("where", "language"),
    [*((where, "ar") for where in BROKEN), *(("the templates", code) for code in languages.SERVED_CODES)],
)
def test_whatever_is_broken_the_page_says_so_in_the_readers_language(
    where: str, language: str, home: HomePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BROKEN[where], fail)
    response = client.get(f"/{language}/")
    assert response.status_code == 500
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html
    assert (page.html["lang"], page.html["dir"]) == (language, languages.direction(language))
    with translation.override(language):
        assert page.h1
        assert page.h1.get_text() == translation.gettext("Something does not work right now")
    links = [link["href"] for link in page.find_all("a")]
    assert links == ["tel:112", "tel:110", f"/{language}/"]
    assert [link["href"] for link in page.select("link[rel=stylesheet]")] == ["/static/portal.css"]
    assert not page.select("style, script, [style]")


def fail(*args: Any, **named: Any) -> Any:
    raise RuntimeError("broken")


def test_a_broken_page_needs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert failure.failed(RequestFactory().get("/ar/")).status_code == 500


@pytest.mark.parametrize(
    ("path", "wish", "language"),
    [
        ("/tr/find/", "uk", "tr"),
        ("/de-simple/", "", "de-simple"),
        ("/", "uk,de;q=0.5", "uk"),
        ("/xx/", "ja", "de"),
        ("/admin/", "", "de"),
    ],
)
def test_a_broken_page_follows_the_path_and_then_the_browser(path: str, wish: str, language: str) -> None:
    request = RequestFactory().get(path, headers={"accept-language": wish})
    assert failure.language_of(request) == language


def test_where_nothing_works_the_page_is_german_and_english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("language_of", "static", "_"):
        monkeypatch.setattr(failure, name, fail)
    response = failure.failed(RequestFactory().get("/ar/"))
    assert response.status_code == 500
    page = BeautifulSoup(response.content, "html.parser")
    assert page.html
    assert page.html["lang"] == "de"
    assert [heading.get_text() for heading in page.find_all(["h1", "h2"])] == [
        "Gerade funktioniert etwas nicht",
        "Something does not work right now",
    ]
    assert [link["href"] for link in page.select("link[rel=stylesheet]")] == ["/static/portal.css"]
    assert [link["href"] for link in page.find_all("a")] == [
        *("tel:112", "tel:110", "/de/"),
        *("tel:112", "tel:110", "/en/"),
    ]


def test_the_last_resort_says_what_the_catalogues_say() -> None:
    with translation.override("de"):
        told = failure.in_language("de")
    assert all(words in told for words in failure._IN_GERMAN.values())
    assert all(words in failure.in_language("en") for words in failure._IN_ENGLISH.values())


def test_a_missing_list_of_static_files_does_not_hide_the_page(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    assert 'href="/static/portal.css"' in failure.in_language("fr")
