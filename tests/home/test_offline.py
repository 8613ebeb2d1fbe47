"""What a reader may keep on a telephone: the document, its table, and the worker."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as portal_settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from home import offline
from home.models import TextPage
from search import lookup
from search.address import fold
from search.answers import office_of
from search.models import Catchment
from search.routing import CatchmentRow, Choice, Elsewhere, Found
from spaces import changes
from spaces.models import Office, SpacePage
from tests.installation import starter_content

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker, "en", "ti"):
        yield


@pytest.fixture(autouse=True)
def _with_the_starter_content(starter: None, db: None) -> None:
    pass


def document(client: Client, language: str = "de") -> BeautifulSoup:
    response = client.get(f"/{language}/offline/document/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def table(soup: BeautifulSoup) -> dict[str, Any]:
    (data,) = soup.select("#table")
    found: dict[str, Any] = json.loads(data.get_text())
    return found


def test_nothing_is_said_of_this_moment(client: Client) -> None:
    soup = document(client)
    assert soup.select(".is-open, .is-closed, .is-today") == []


def test_examples_and_what_nobody_confirmed_are_marked(client: Client) -> None:
    soup = document(client)
    states = {
        str(office.uuid): office.state for office in Office.objects.all() if office.state != "confirmed"
    }
    assert states
    for uuid, state in states.items():
        (marked,) = soup.select(f"#office-{uuid} > .fact-state:last-child")
        assert f"fact-state-{state}" in marked["class"]
        assert marked.select(".badge")


def test_the_table_is_what_the_lookup_says(client: Client) -> None:
    soup = document(client)
    shown, latest, today = table(soup), lookup.index(), timezone.localdate()
    leads = {key: anchor for anchor, keys in shown["found"].items() for key in keys}
    authorities = {key: anchor for anchor, keys in shown["elsewhere"].items() for key in keys}
    assert len(leads) > 200
    assert authorities
    assert shown["choice"]
    # Of every writing that is in it, and of its key; nothing else may be found.
    folded = {fold(text): text for text in offline.writings(latest)}
    assert {*leads, *authorities, *shown["choice"]} <= set(folded)
    for key, text in folded.items():
        outcome = latest.find(text, today)
        if isinstance(outcome, Found) and key in leads:
            office = office_of(outcome, latest)
            assert office is not None
            assert (outcome.exact, leads[key]) == (True, f"office-{office.uuid}"), text
        elif isinstance(outcome, Elsewhere) and key in authorities:
            assert authorities[key] == f"authority-{outcome.authority}", text
        elif isinstance(outcome, Choice) and key in shown["choice"]:
            assert [space for _, space in shown["choice"][key]] == [o.space for o in outcome.options], text
        else:
            assert key not in {*leads, *authorities, *shown["choice"]}, text


def test_what_the_table_leaves_out_is_what_a_telephone_could_not_tell_from_another_place() -> None:
    latest, today = lookup.index(), timezone.localdate()
    found = offline.outcomes(latest, today)
    missing = {place.name for place in latest.router.gazetteer.places if fold(place.name) not in found}
    assert missing == {"Buendorf", "Konau", "Sassendorf"}


def test_wherever_the_table_leads_there_is_something(client: Client) -> None:
    soup = document(client)
    shown = table(soup)
    choices = {space for options in shown["choice"].values() for _, space in options if space}
    for anchor in {*shown["found"], *shown["elsewhere"], *choices}:
        assert soup.select(f"#{anchor} h2, #{anchor} h3"), anchor
    inside = {str(a["href"]) for a in soup.select("a[href^='#']")}
    assert all(soup.select(anchor) for anchor in inside)


def test_a_space_without_a_page_is_not_answered_with(client: Client) -> None:
    page = SpacePage.objects.get(space__key="bardowick", locale__language_code="de")
    page.unpublish()
    soup = document(client)
    office = Office.objects.get(space__key="bardowick")
    assert f"office-{office.uuid}" not in soup.decode()


CHANGES = [
    ([], None),
    ([("2007-01-01", None)], None),
    ([("2007-01-01", None), ("2027-01-01", None)], "2027-01-01"),
    ([("2007-01-01", "2026-12-31")], "2027-01-01"),
    # Both ends are days on which it holds.
    ([("2007-01-01", "2026-11-22"), ("2027-06-01", None)], "2026-11-23"),
    ([("2007-01-01", "2026-11-21")], None),
    ([("2026-11-22", None), ("2026-12-01", "2026-12-31")], "2026-12-01"),
]


@pytest.mark.parametrize(("spans", "expected"), CHANGES)
def test_the_table_holds_until_the_next_decision_does(
    spans: list[tuple[str, str | None]], expected: str | None
) -> None:
    rows = [
        CatchmentRow(
            "a",
            "1",
            valid_from=date.fromisoformat(first),
            valid_until=date.fromisoformat(last) if last else None,
        )
        for first, last in spans
    ]
    found = offline.next_change(rows, date(2026, 11, 22))
    assert (found.isoformat() if found else None) == expected


def test_the_document_says_when_its_table_ends(client: Client) -> None:
    root = document(client).html
    assert root is not None
    assert root["data-table-ends"] == ""
    catchment = Catchment.objects.select_related("space").first()
    assert catchment is not None
    catchment.valid_until = timezone.localdate() + timedelta(days=9)
    changes.record(catchment)
    root = document(client).html
    assert root is not None
    day = timezone.localdate() + timedelta(days=10)
    ends = datetime.fromtimestamp(
        int(str(root["data-table-ends"])) / 1000, tz=timezone.get_default_timezone()
    )
    assert (ends.date(), ends.hour) == (day, 0)


@pytest.mark.slow
@pytest.mark.parametrize("model", [TextPage, SpacePage])
def test_a_sensitive_page_is_not_in_it(model: Any, client: Client) -> None:
    page = (
        model.objects.filter(locale__language_code="de", is_sensitive=False).exclude(slug="impressum").first()
    )
    path = page.get_url().removeprefix("/de/")
    for language in ("de", "en"):
        assert document(client, language).select(f"[data-path='/{language}/{path}']")
    page.is_sensitive = True
    page.save_revision().publish()
    for language in ("de", "en"):
        assert not document(client, language).select(f"[data-path='/{language}/{path}']")
    assert "/unter-18/" not in document(client).decode().replace('href="/de/unter-18/"', "")


def test_the_legal_texts_that_nobody_has_written_are_not_in_it(client: Client) -> None:
    paths = [str(part["data-path"]) for part in document(client).select("section[data-path]")]
    assert "/de/so-geht-es/" in paths
    assert "/de/impressum/" not in paths


def test_a_text_of_another_language_says_so(client: Client) -> None:
    for page in TextPage.objects.filter(locale__language_code="ti", slug="so-geht-es"):
        page.unpublish()
    (section,) = document(client, "ti").select("[data-path='/ti/so-geht-es/']")
    heading = section.h2
    assert heading is not None
    assert (heading["lang"], heading["dir"]) == ("de", "ltr")


def test_it_is_for_telephones_and_not_for_search_engines(client: Client) -> None:
    soup = document(client)
    (robots,) = soup.select("meta[name=robots]")
    assert robots["content"] == "noindex"
    # Nothing is written into it, or run in it, but what is ours; data are not run.
    assert [script.get("src") for script in soup.select("script:not([type])")] == ["/static/offline.js"]
    assert soup.select("style, [style]") == []


def test_every_page_leads_to_it(client: Client) -> None:
    soup = BeautifulSoup(client.get("/de/").content, "html.parser")
    assert soup.select("footer a[href='/de/offline/']")


def test_the_worker_is_for_the_whole_portal_and_never_kept(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response
    policy = response["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "connect-src 'self'" in policy


def test_a_new_release_is_a_new_worker(client: Client, settings: Any) -> None:
    settings.RELEASE = "a"
    before = client.get("/sw.js").content
    settings.RELEASE = "b"
    assert client.get("/sw.js").content != before


@pytest.mark.slow
def test_no_page_but_that_which_saves_knows_the_worker() -> None:
    templates = portal_settings.BASE_DIR / "templates"
    named = {path.name for path in templates.rglob("*.html") if "service-worker" in path.read_text("utf-8")}
    assert named == {"offline.html"}


def test_whoever_asks_for_it_is_asked_no_more_than_other_readers(
    client: Client, django_assert_max_num_queries: Any, settings: Any
) -> None:
    settings.PAGE_CACHE = False
    client.get("/ar/offline/document/")
    with django_assert_max_num_queries(45):
        client.get("/ar/offline/document/")
