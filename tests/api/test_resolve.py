"""`GET /api/v1/resolve/`: which page stands at an address, also at one that a page had once."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.contrib.redirects.models import Redirect

from portal.languages import SERVED_CODES
from tests.api.small_site import SmallSite, expected, get
from tests.home.test_moved import rename

pytestmark = pytest.mark.django_db

RESOLVE = "/api/v1/resolve/"


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> None:
    settings.PAGE_CACHE = False


def resolve(client: Client, path: str, status: int = 200, **extra: Any) -> dict[str, Any]:
    return get(client, f"{RESOLVE}?path={quote(path)}", status, **extra)


@pytest.mark.parametrize(
    ("name", "path"),
    [("de", "/de/raeume/wald/"), ("ar", "/ar/raeume/wald/"), ("fr", "/fr/raeume/wald")],
)
def test_a_page_is_found_in_the_promised_json(client: Client, site: SmallSite, name: str, path: str) -> None:
    assert site.named(resolve(client, path)) == expected(f"resolve_{name}")


@pytest.mark.parametrize(
    ("path", "found", "here", "is_moved"),
    [
        ("/de/", "home", "/de/", False),
        ("/ar/", "home_ar", "/ar/", False),
        ("/fr/", "home", "/fr/", False),
        ("/fr", "home", "/fr/", True),
        ("/ar/kontakt/", "contact", "/ar/kontakt/", False),
        ("/ar/kontakt/?by=place#top", "contact", "/ar/kontakt/", False),
        ("/ar/kontakt", "contact", "/ar/kontakt/", True),
        ("http://testserver/ar/kontakt/", "contact", "/ar/kontakt/", False),
        ("http://testserver", "home", "/de/", True),
        # Without a language: the reader's.
        ("/", "home", "/de/", True),
        ("/kontakt/", "contact", "/de/kontakt/", True),
    ],
)
def test_any_public_address_leads_to_its_page(
    client: Client, site: SmallSite, path: str, found: str, here: str, is_moved: bool
) -> None:
    reply = resolve(client, path)
    assert reply["page"]["id"] == getattr(site, found).pk
    assert (reply["path"], reply["redirect_to"]) == (here, here if is_moved else None)
    assert reply["language"] == here.split("/")[1]
    # What it leads to is there.
    assert client.get(reply["path"]).status_code == 200
    assert get(client, reply["page"]["detail_url"].removeprefix("http://testserver"))["title"]
    assert [other["code"] for other in reply["translations"]] == list(SERVED_CODES)


def test_the_wish_of_a_client_decides_only_where_the_address_names_no_language(
    client: Client, site: SmallSite
) -> None:
    headers = {"Accept-Language": "ar"}
    assert resolve(client, "/kontakt/", headers=headers)["redirect_to"] == "/ar/kontakt/"
    assert resolve(client, "/fr/kontakt/", headers=headers)["language"] == "fr"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/de/nirgends/", 404),
        ("/xx/kontakt/", 404),
        ("/de/find/", 404),
        ("/api/v1/resolve/", 404),
        ("https://elsewhere.example.org/de/kontakt/", 404),
        ("//elsewhere.example.org/de/kontakt/", 404),
        ("de/kontakt/", 400),
        ("", 400),
        ("/" + "x" * 2000, 400),
        ("http://[", 404),
        ("/de/\x00/", 404),
        ("/de/%ff/", 404),
    ],
)
def test_what_is_no_page_is_told_as_a_problem(
    client: Client, site: SmallSite, path: str, status: int
) -> None:
    response = client.get(RESOLVE, {"path": path})
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert "elsewhere" not in response.content.decode()


@pytest.mark.parametrize("query", ["", "?path=/de/&path=/ar/", "?path=/de/&x=1", "?html_path=/de/"])
def test_a_wrong_query_is_told_as_a_problem(client: Client, site: SmallSite, query: str) -> None:
    get(client, f"{RESOLVE}{query}", 400)


@pytest.mark.parametrize("code", ["de", "ar", "fr"])
def test_an_address_that_a_page_had_leads_to_it(client: Client, site: SmallSite, code: str) -> None:
    rename(site.contact, "neu")
    response = client.get(RESOLVE, {"path": f"/{code}/kontakt/"})
    reply = response.json()
    assert (reply["path"], reply["redirect_to"]) == (f"/{code}/neu/", f"/{code}/neu/")
    assert reply["page"]["id"] == site.contact.pk
    assert response["Cache-Control"] == "no-store"


def test_an_address_that_leads_elsewhere_says_where(client: Client, site: SmallSite) -> None:
    Redirect.add_redirect("/de/formular", "https://www.example.org/formular", is_permanent=False)
    reply = resolve(client, "/ar/formular/")
    assert reply["redirect_to"] == "https://www.example.org/formular"
    assert (reply["path"], reply["page"], reply["translations"]) == (None, None, [])


def test_an_address_costs_few_queries(
    client: Client, site: SmallSite, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    resolve(client, "/ar/")
    with django_assert_num_queries(5):
        resolve(client, "/ar/raeume/wald/")
