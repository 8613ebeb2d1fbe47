"""`/api/v2/`: the pages for other front-ends. What is not for everybody: test_hidden_pages.py."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail import blocks
from wagtail.documents.models import Document
from wagtail.models import Page

from home.models import TextPage
from portal.consents import ConsentBlock, NameBlock, PictureChooserBlock
from portal.pages import BodyBlock, FileBlock, PortalPage
from tests import factories
from tests.api.small_site import SmallSite, expected, get
from tests.portal.test_translation import MANUAL, block, edit, translate
from tests.spaces import around

pytestmark = pytest.mark.django_db

PAGES = "/api/v2/pages/"


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> None:
    settings.PAGE_CACHE = False


def titles(reply: dict[str, Any]) -> list[str]:
    return [item["title"] for item in reply["items"]]


# The promised JSON ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["de", "ar"])
def test_a_page_is_the_promised_json(client: Client, site: SmallSite, code: str) -> None:
    page = site.space if code == "de" else site.space_ar
    assert site.named(get(client, f"{PAGES}{page.pk}/")) == expected(f"v2_page_{code}")


@pytest.mark.parametrize("code", ["de", "ar"])
def test_a_list_is_the_promised_json(client: Client, site: SmallSite, code: str) -> None:
    assert site.named(get(client, f"{PAGES}?lang={code}")) == expected(f"v2_pages_{code}")


def test_every_field_of_every_kind_of_page_is_told() -> None:
    base = {field.name for field in Page._meta.get_fields()} | {"page_ptr"}
    for model in PortalPage.__subclasses__()[0].__subclasses__():
        own = {field.name for field in model._meta.get_fields()} - base
        assert own <= {field.name for field in model.api_fields}, model


def test_every_kind_of_block_is_one_that_is_told() -> None:
    """A new kind, say a chooser, needs a decision in portal.api_fields."""

    def leaves(block: Any) -> set[type]:
        below = getattr(block, "child_blocks", {}).values()
        return {type(block)} if not below else {kind for child in below for kind in leaves(child)}

    told = {blocks.RichTextBlock, blocks.CharBlock, blocks.TextBlock, blocks.RegexBlock, FileBlock}
    for_editors = {blocks.ChoiceBlock, ConsentBlock}
    assert leaves(BodyBlock()) == told | for_editors | {NameBlock, PictureChooserBlock}


def test_a_video_is_told_by_the_addresses_of_its_files(client: Client, site: SmallSite) -> None:
    video = Document.objects.create(title="Willkommen", file="documents/willkommen.mp4")
    words = {"heading": "In Gebärdensprache", "video": video.pk, "length": "1:30", "captions": None}
    site.space.body = json.dumps([block("video", {**words, "shows_people": "no", "consent": None}, 9)])
    site.space.save_revision().publish()
    (told,) = get(client, f"{PAGES}{site.space.pk}/")["body"]
    assert told["value"] == {**words, "video": "/media/documents/willkommen.mp4"}


# Languages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", ["", "fr", "ar", "en;q=0.5, uk"])
@pytest.mark.parametrize("code", ["de", "ar"])
def test_links_are_in_the_pages_language_whatever_a_client_wishes(
    client: Client, site: SmallSite, code: str, wish: str
) -> None:
    page = site.space if code == "de" else site.space_ar
    headers = {"Accept-Language": wish} if wish else {}
    reply = get(client, f"{PAGES}{page.pk}/", headers=headers)
    assert f'href="/{code}/kontakt/"' in reply["body"][0]["value"]
    assert "linktype" not in str(reply)
    assert client.get(f"{PAGES}{page.pk}/", headers=headers)["Content-Language"] == code


def test_what_stands_in_for_a_translation_leads_on_in_the_readers_language(
    client: Client, site: SmallSite
) -> None:
    reply = get(client, f"{PAGES}{site.space.pk}/?lang=fr")
    assert 'href="/fr/kontakt/"' in reply["body"][0]["value"]
    assert reply["meta"]["html_url"] == "http://testserver/fr/raeume/wald/"
    assert reply["meta"]["locale"] == reply["meta"]["translation"]["language"] == "de"
    assert reply["meta"]["translation"]["states"] == ["missing"]
    # A translation is for those who read it.
    assert 'href="/ar/kontakt/"' in get(client, f"{PAGES}{site.space_ar.pk}/?lang=fr")["body"][0]["value"]


def test_a_passage_that_nobody_checked_comes_with_its_original(client: Client, site: SmallSite) -> None:
    passage = get(client, f"{PAGES}{site.space_ar.pk}/")["body"][2]
    assert passage["original"] == {"heading": "Gewalt", "text": "<p>Rufen Sie 112.</p>"}
    checked = {"Gewalt": "عنف", "Rufen Sie 112.": "اتصلوا على 112."}
    translate(site.space, "ar", checked, MANUAL)
    assert get(client, f"{PAGES}{site.space_ar.pk}/")["body"][2]["original"] is None


def test_a_translation_older_than_its_original_says_so(client: Client, site: SmallSite) -> None:
    edit(site.space, lead="Wir helfen Ihnen gern.")
    translation = get(client, f"{PAGES}{site.space_ar.pk}/")["meta"]["translation"]
    assert translation["states"][0] == "older"
    assert translation["original_changed"] >= translation["translated"]


# Lists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lang=ar", ["مشورة للعائلات", "Kontakt", "كل المناطق", "منطقة Wald"]),
        ("lang=fr", ["Rat für Familien", "Kontakt", "Alle Räume", "Sozialraum Wald"]),
        ("locale=ar", ["مشورة للعائلات", "كل المناطق", "منطقة Wald"]),
        ("locale=tr", []),
        ("type=spaces.SpacePage", ["Sozialraum Wald", "منطقة Wald"]),
        ("type=spaces.SpacePage,home.TextPage&lang=de", ["Kontakt", "Sozialraum Wald"]),
        ("type=wagtailcore.Page&lang=de&limit=1", ["Rat für Familien"]),
        ("slug=wald&lang=ar", ["منطقة Wald"]),
        ("show_in_menus=true&lang=ar", ["Kontakt"]),
        ("child_of=root", ["Kontakt", "Alle Räume"]),
        ("child_of=root&lang=ar", ["Kontakt", "كل المناطق"]),
        ("child_of={index}&lang=ar", ["منطقة Wald"]),
        ("child_of={index}", ["Sozialraum Wald"]),
        ("descendant_of={home_ar}", ["كل المناطق", "منطقة Wald"]),
        ("ancestor_of={space}", ["Rat für Familien", "Alle Räume"]),
        ("translation_of={space}", ["منطقة Wald"]),
        ("lang=de&order=-title", ["Sozialraum Wald", "Rat für Familien", "Kontakt", "Alle Räume"]),
        ("lang=de&order=title&offset=1&limit=2", ["Kontakt", "Rat für Familien"]),
        ("lang=de&offset=999999", []),
        ("lang=de&limit=0", []),
    ],
)
def test_a_list_holds_what_is_asked_for(
    client: Client, site: SmallSite, query: str, found: list[str]
) -> None:
    numbers = {name: page.pk for name, page in site._asdict().items()}
    assert titles(get(client, f"{PAGES}?{query.format(**numbers)}")) == found


@pytest.mark.parametrize(
    "query",
    [
        "limit=21", "limit=-1", "limit=x", "offset=99999999999999999999", "limit=%D9%A3", "order=random", "order=body",
        "order=", "type=auth.User", "type=x", "type=%00", "fields=(", "fields=nope",
        f"fields={'a(' * 2000}", "fields=alias_of", "locale=xx",
        "locale=%00", "show_in_menus=perhaps", "child_of=99999999999999999999", "child_of=x", "descendant_of=-1",
        "search=Hilfe", "site=localhost", "title=x", "lang=xx", "lang=de&lang=ar", "html_path=/de/",
    ],
)  # fmt: skip
def test_a_wrong_query_is_told_as_a_problem_and_not_repeated(client: Client, query: str) -> None:
    response = client.get(f"{PAGES}?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert "nope" not in response.content.decode()
    assert "auth.User" not in response.content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 404),
        ("pages/find/?html_path=/de/", 404),
        ("pages/0/", 404),
        ("pages/99999999999999999999/", 404),
        ("pages/{space}/?limit=1", 400),
        ("pages/{space}/?fields=nope", 400),
        ("pages/{space}/?fields=title(x)", 400),
        ("images/1/", 404),
        ("images/?search=x", 400),
        ("documents/99999999999999999999/", 404),
        ("documents/?title=x", 400),
        ("page_preview/", 404),
    ],
)
def test_what_is_not_there_is_told_as_a_problem(
    client: Client, site: SmallSite, path: str, status: int
) -> None:
    response = client.get(f"/api/v2/{path.format(space=site.space.pk)}")
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["pages/", "pages/{space}/", "images/", "documents/", "page_preview/"])
def test_nothing_can_be_written(client: Client, site: SmallSite, path: str) -> None:
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(f"/api/v2/{path.format(space=site.space.pk)}")
        assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


def test_only_the_fields_that_are_asked_for_are_told(client: Client, site: SmallSite) -> None:
    reply = get(client, f"{PAGES}{site.space.pk}/?fields=_,title,lead")
    assert reply == {"title": "Sozialraum Wald", "lead": "Wir helfen."}


# What it costs -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("query", ["lang=ar&fields=*", "locale=ar&fields=*", "lang=de&fields=*"])
def test_a_list_costs_the_same_whatever_its_length(
    client: Client, site: SmallSite, query: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    words = {"Wir helfen.": "نحن نساعد.", "Hilfe": "مساعدة", "Gewalt": "عنف"}
    for number in range(9):
        page = factories.make_space_page(
            site.index,
            title=f"Raum {number}",
            lead="Wir helfen.",
            body=site.space.body.get_prep_value() or "",
        )
        translate(page, "ar", {**words, f"Raum {number}": f"منطقة {number}"}, "machine")
    path = f"{PAGES}?type=spaces.SpacePage&{query}"
    # The tree of this version of the journal, once.
    get(client, path)
    costs = 3 if "lang=de" in query else 6
    for limit in (1, 10):
        with django_assert_num_queries(costs):
            assert len(get(client, f"{path}&limit={limit}")["items"]) == limit


def test_where_pages_are_costs_three_queries(
    client: Client, site: SmallSite, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    get(client, PAGES)
    with django_assert_num_queries(3):
        assert len(get(client, PAGES)["items"]) == 7


def test_a_page_in_all_languages_costs_few_queries(
    client: Client, site: SmallSite, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for code in ("en", "tr", "fa"):
        translate(site.home, code, {"Rat für Familien": code})
        translate(site.space, code, {"Sozialraum Wald": code})
    get(client, f"{PAGES}{site.space_ar.pk}/")
    with django_assert_max_num_queries(9):
        get(client, f"{PAGES}{site.space_ar.pk}/")


# What nobody should be seen reading ----------------------------------------------------------------------------------


def test_a_sensitive_page_is_kept_by_nobody(client: Client, site: SmallSite) -> None:
    page = factories.make_text_page(site.home, title="Gewalt", slug="gewalt", is_sensitive=True)
    for path in (
        f"{PAGES}{page.pk}/",
        f"{PAGES}?type=home.TextPage&fields=*",
        "/api/v1/resolve/?path=/de/gewalt/",
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert '"is_sensitive":true' in response.content.decode()
        assert response["Cache-Control"] == "no-store"
    assert client.get(f"{PAGES}{site.contact.pk}/")["Cache-Control"] == "no-cache"
    assert client.get(f"{PAGES}{site.contact.pk}/?fields=_,title")["Cache-Control"] == "no-cache"
    assert client.get(f"{PAGES}{page.pk}/?fields=_,title")["Cache-Control"] == "no-store"


def test_a_kept_reply_ends_when_a_page_is_published(
    client: Client, site: SmallSite, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PAGE_CACHE = True
    path = f"{PAGES}{site.space.pk}/"
    first = client.get(path)
    with django_assert_num_queries(1):
        assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    edit(site.space, lead="Neu.")
    second = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert second.json()["lead"] == "Neu."


# Facts ---------------------------------------------------------------------------------------------------------------


def test_facts_are_named_and_found_in_the_other_interface(client: Client, site: SmallSite) -> None:
    service = around.make_service_page(site.home, around.make_service(), title="Beratung")
    event = around.make_event_page(site.home, around.make_event(), title="Offener Treff")
    for page, name, title in ((service, "service", "Beratung"), (event, "event", "Offener Treff")):
        fact = getattr(page, name)
        assert get(client, f"{PAGES}{page.pk}/")[name] == {
            "uuid": str(fact.uuid),
            "key": fact.key,
            "name": title,
            "state": "unconfirmed",
            "url": f"http://testserver/api/v1/{name}s/{fact.key}/",
        }


def test_a_placeholder_says_so(client: Client, site: SmallSite) -> None:
    page: TextPage = factories.make_text_page(site.home, title="Impressum", is_placeholder=True)
    assert get(client, f"{PAGES}{page.pk}/")["is_placeholder"] is True
