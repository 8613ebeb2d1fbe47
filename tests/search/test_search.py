"""The search page: what it finds, in which language, what it offers beside, and what it keeps."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale, Page, PageViewRestriction

from home.models import HomePage, TextPage
from search import missed, words
from search.models import MissedWord, Synonyms
from search.text import LONGEST
from spaces.changes import record
from tests import factories

URL = "/de/search/"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """A rolled-back test leaves the journal's version as it was."""
    words.forget()
    yield
    words.forget()


@pytest.fixture
def site(db: None) -> HomePage:
    home = factories.make_home_page(title="Rat für Familien")
    factories.make_text_page(home, title="Kontakt", slug="kontakt", body=text("<p>Fehler melden</p>"))
    index = factories.make_space_index_page(home, title="Alle Sozialräume", slug="raeume")
    space = factories.make_space(name="Bleckede", key="bleckede")
    factories.make_office(space, name="Haus am Deich", is_main=True)
    factories.make_space_page(index, space, title="Sozialraum Bleckede", lead="Für Familien")
    return home


def text(html: str) -> str:
    return json.dumps([{"type": "text", "value": html, "id": "bb6bbdbf-9212-4044-87df-a8fd7c81170e"}])


def search(client: Client, typed: str, language: str = "de") -> Any:
    response = client.post(f"/{language}/search/", {"words": typed})
    assert response.status_code == 200
    return response


def titles(response: Any) -> list[str]:
    return [result.title for result in response.context["results"]]


# What is found --------------------------------------------------------------------------------------------------------


def test_the_empty_page_shows_the_form_and_nothing_else(client: Client, site: HomePage) -> None:
    response = client.get(URL)
    assert response.status_code == 200
    assert 'name="words"' in response.content.decode()
    assert 'id="result"' not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("kontakt", "Kontakt"),
        ("Fehlermeldung", "Kontakt"),
        ("Bleckede", "Sozialraum Bleckede"),
        ("am Deich", "Sozialraum Bleckede"),
        ("Familien", "Rat für Familien"),
    ],
)
def test_words_find_pages_by_title_text_and_names(
    client: Client, site: HomePage, typed: str, title: str
) -> None:
    response = search(client, typed)
    assert titles(response)[0] == title
    assert "no-store" in response["Cache-Control"]
    assert 'content="noindex"' in response.content.decode()


def test_a_result_is_shown_with_its_lead_and_leads_to_its_page(client: Client, site: HomePage) -> None:
    content = search(client, "Bleckede").content.decode()
    assert '<a href="/de/raeume/bleckede/">Sozialraum Bleckede</a>' in content
    assert "<p>Für Familien</p>" in content


@pytest.mark.parametrize("typed", ["", "   ", "\t\n"])
def test_an_empty_field_is_said_to_be_empty(client: Client, site: HomePage, typed: str) -> None:
    content = search(client, typed).content.decode()
    assert 'id="words-error"' in content
    assert 'aria-invalid="true"' in content


def test_nothing_found_shows_the_ways_on_and_help(client: Client, site: HomePage) -> None:
    response = search(client, "xyzxyz")
    assert titles(response) == []
    content = response.content.decode()
    assert '<a href="/de/raeume/bleckede/">' in content
    assert 'href="tel:112"' in content.split("<footer")[0]
    assert 'id="words-error"' not in content


def test_what_was_typed_is_carried_into_the_other_languages(client: Client, site: HomePage) -> None:
    for url, name in ((URL, "words"), ("/de/find/", "address")):
        response = client.post(url, {name: "xyz <b>"})
        carried = response.context["carried"]
        assert (carried.name, carried.value) == (name, "xyz <b>")
        assert "xyz <b>" not in response.content.decode()


# In which language ----------------------------------------------------------------------------------------------------


def translated(home: HomePage, code: str) -> HomePage:
    """The front door in another language, and nothing below it."""
    locale, _ = Locale.objects.get_or_create(language_code=code)
    page = HomePage(
        title="Порада для родин", slug=f"home-{code}", locale=locale, translation_key=home.translation_key
    )
    return factories.make_page(page, Page.get_first_root_node())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("порада", [("Порада для родин", "uk", "/uk/")]),
        ("kontakt", [("Kontakt", "de", "/uk/kontakt/")]),
        ("Fehler", [("Kontakt", "de", "/uk/kontakt/")]),
        ("xyzxyz", []),
    ],
)
def test_pages_in_german_are_found_where_the_own_language_has_none(
    client: Client, site: HomePage, typed: str, expected: list[tuple[str, str, str]]
) -> None:
    translated(site, "uk")
    response = search(client, typed, "uk")
    found = response.context["results"]
    assert [(result.title, result.language, result.url) for result in found] == expected
    is_german = any(language == "de" for _, language, _ in expected)
    assert response.context["is_german"] == is_german
    assert ('<article class="card" lang="de" dir="ltr">' in response.content.decode()) == is_german


def test_words_of_a_language_do_not_find_another_language(client: Client, site: HomePage) -> None:
    translated(site, "uk")
    assert titles(search(client, "порада")) == []


# What changes ---------------------------------------------------------------------------------------------------------


def test_a_change_is_found_at_once(client: Client, site: HomePage) -> None:
    assert titles(search(client, "Rodelbahn")) == []
    page = factories.make_text_page(site, title="Rodelbahn", slug="rodelbahn")
    assert titles(search(client, "Rodelbahn")) == ["Rodelbahn"]
    page.unpublish()
    assert titles(search(client, "Rodelbahn")) == []


def test_synonyms_count_as_soon_as_they_are_saved(client: Client, site: HomePage) -> None:
    assert titles(search(client, "Reklamation")) == []
    record(Synonyms(language="de", words="Reklamation, Kontakt\nErde, Mond"))
    assert titles(search(client, "Reklamation")) == ["Kontakt"]


def test_private_pages_are_found_by_nobody(client: Client, site: HomePage) -> None:
    page = factories.make_text_page(site, title="Rodelbahn", slug="rodelbahn")
    below = factories.make_page(TextPage(title="Rodelbahnen", slug="unten"), page)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert titles(search(client, "Rodelbahn")) == []
    client.force_login(User.objects.create_superuser("editor"))
    assert titles(search(client, "Rodelbahn")) == []
    assert below.live


def test_a_second_search_asks_the_database_for_nothing_but_the_version(
    client: Client, site: HomePage
) -> None:
    search(client, "Bleckede")
    with CaptureQueriesContext(connection) as first:
        search(client, "Bleckede")
    with CaptureQueriesContext(connection) as second:
        client.get(URL)
    assert len(first) <= len(second)


# Words that led nowhere -----------------------------------------------------------------------------------------------


def missing() -> dict[str, int]:
    return dict(MissedWord.objects.filter(language="de").values_list("word", "count"))


def test_a_word_is_written_down_from_its_third_search_on(client: Client, site: HomePage) -> None:
    with CaptureQueriesContext(connection) as queries:
        search(client, "Taschengeld")
        search(client, "taschengeld taschengeld")
    assert missing() == {}
    everything = repr(cache._cache) if hasattr(cache, "_cache") else ""
    assert "taschengeld" not in everything + "".join(query["sql"] for query in queries.captured_queries)
    search(client, "Taschengeld!")
    assert missing() == {"taschengeld": 3}
    search(client, "das Taschengeld")
    assert missing() == {"taschengeld": 4}


@pytest.mark.parametrize(
    "typed",
    [
        "Kontakt Taschengeld",
        "Geheimstraße 77, Nirgendwohausen",
        "Geheimstraße ٧٧",
        "jemand@example.org",
        "ab",
        "a" * 31,
        "und die",
        "",
    ],
)
def test_what_may_be_private_or_led_somewhere_is_not_counted(
    client: Client, site: HomePage, typed: str
) -> None:
    for _ in range(4):
        search(client, typed)
    assert MissedWord.objects.count() == 0


@pytest.mark.parametrize(("limit", "kept"), [("MOST_WRITTEN", 2), ("MOST_OF_SEARCH", 2), ("MOST_WAITING", 2)])
def test_nobody_can_fill_the_list(
    client: Client, site: HomePage, monkeypatch: Any, limit: str, kept: int
) -> None:
    monkeypatch.setattr(missed, limit, kept)
    for _ in range(3):
        search(client, "alphaq betaq gammaq deltaq")
    if limit == "MOST_WAITING":
        # The oldest made room for the newest, again and again.
        assert missing() == {}
        assert len(cache.get("missed:de")) == kept
    else:
        assert len(missing()) == kept


def test_a_word_is_forgotten_after_thirty_days(site: HomePage, monkeypatch: Any) -> None:
    for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 2)):
        monkeypatch.setattr("search.missed.timezone.localdate", lambda day=day: day)
        missed.count("Taschengeld", "de")
    assert missing() == {}


def test_the_same_word_is_counted_for_each_language_by_itself(site: HomePage) -> None:
    for language in ("de", "de", "uk"):
        missed.count("Taschengeld", language)
    assert MissedWord.objects.count() == 0


# The admin ------------------------------------------------------------------------------------------------------------


def test_editors_see_missed_words_and_cannot_change_them(admin_client: Client, site: HomePage) -> None:
    row = MissedWord.objects.create(language="de", word="taschengeld", count=7)
    listed = admin_client.get("/admin/snippets/search/missedword/")
    assert "taschengeld" in listed.content.decode()
    for url in ("add/", f"edit/{row.pk}/", f"delete/{row.pk}/"):
        assert admin_client.get(f"/admin/snippets/search/missedword/{url}").status_code == 302
    assert MissedWord.objects.get() == row


def test_editors_add_synonyms_through_the_journal(admin_client: Client, site: HomePage) -> None:
    form = {"language": "de", "words": "Geld, Preis\nStreit,Ärger"}
    response = admin_client.post("/admin/snippets/search/synonyms/add/", form)
    assert response.status_code == 302
    assert Synonyms.objects.get().groups == [["Geld", "Preis"], ["Streit", "Ärger"]]
    alone = admin_client.post("/admin/snippets/search/synonyms/add/", {"language": "uk", "words": "гроші"})
    assert alone.status_code == 200
    assert Synonyms.objects.count() == 1


# Privacy and robustness -----------------------------------------------------------------------------------------------

SECRET = "geheimwort"


@pytest.mark.parametrize("typed", [f"{SECRET}", f"{SECRET} Bleckede", f"{SECRET} 77, 21354 Bleckede"])
def test_a_search_leaves_no_trace(
    client: Client, site: HomePage, caplog: pytest.LogCaptureFixture, typed: str
) -> None:
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        response = search(client, typed)
    assert SECRET in response.content.decode()
    title = response.content.decode().split("</title>")[0]
    assert SECRET not in title
    assert not response.cookies
    assert SECRET not in f"{response.headers}".casefold()
    quoting = [line for line in caplog.records if line.name != "django.template"]
    assert SECRET not in "".join(line.getMessage() for line in quoting).casefold()
    assert SECRET not in "".join(query["sql"] for query in queries.captured_queries).casefold()
    kept = repr(getattr(cache, "_cache", {})).casefold()
    assert SECRET not in kept
    assert "no-store" in response["Cache-Control"]


def test_words_in_the_address_of_the_page_are_not_heeded(client: Client, site: HomePage) -> None:
    response = client.get(f"{URL}?words={quote('Bleckede')}")
    assert "results" not in response.context
    assert "Sozialraum Bleckede</a></h2>" not in response.content.decode()


@given(typed=st.text(st.characters(), max_size=60))
@example(typed="x" * 10_000)
@example(typed="wort " * 2_000)
@example(typed="\x00'\"; DROP TABLE --")
@example(typed='" OR (* NOT')
@example(typed="\ud800")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_text_makes_the_page_fail(client: Client, site: HomePage, typed: str) -> None:
    data = b"words=" + quote(typed, errors="replace").encode()
    response = client.generic("POST", URL, data, "application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert len(response.context["text"]) <= LONGEST


@pytest.mark.parametrize("body", [b"", b"words=%FF%FE", b"words=a&words=b", b"other=1"])
def test_no_form_makes_the_page_fail(client: Client, site: HomePage, body: bytes) -> None:
    response = client.generic("POST", URL, body, "application/x-www-form-urlencoded")
    assert response.status_code == 200


def test_groups_are_not_needed_to_look_at_the_list(site: HomePage) -> None:
    """Whoever may not see snippets sees no missed words."""
    client = Client()
    user = User.objects.create_user("reader", password="secret")
    user.groups.add(Group.objects.get_or_create(name="Readers")[0])
    client.force_login(user)
    assert client.get("/admin/snippets/search/missedword/").status_code in (302, 403)
