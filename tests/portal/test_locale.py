import pytest
from django.test import Client

from portal import languages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_a_path_without_language_leads_to_one(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/de/"


@pytest.mark.parametrize(
    "path", ["/api/absent/", "/api/nothing/", "/admin/nothing/", "/static/nothing", "/media/nothing"]
)
def test_a_missing_path_outside_the_pages_is_missing(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "wished", "language"),
    [
        ("", "", "de"),
        ("", "ar-SY,de;q=0.8", "ar"),
        ("", "ku", "kmr"),
        ("", "zh", "de"),
        ("?lang=ti", "ar", "ti"),
    ],
)
def test_a_reply_of_the_api_has_one_language_and_names_it(
    client: Client, query: str, wished: str, language: str
) -> None:
    response = client.get(f"/api/record/{query}", headers={"Accept-Language": wished})
    assert response.json() == {"language": language}
    assert response["Content-Language"] == language
    assert ("Accept-Language" in response.get("Vary", "")) == (not query)


def test_a_language_that_a_program_names_and_that_is_not_there_is_a_bad_request(client: Client) -> None:
    response = client.get("/api/record/?lang=zh", headers={"Accept-Language": "de"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response["Content-Language"] == "de"
    assert response.json()["errors"]["lang"]
    assert "zh" not in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/de/", "/de/text/", "/de/missing/", "/api/record/"])
def test_no_visitor_gets_a_cookie(client: Client, path: str) -> None:
    response = client.get(path, headers={"Accept-Language": "uk,ar;q=0.8"})
    assert not response.cookies


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        ("", "de"),
        ("de", "de"),
        # A region is no variety: nobody gets simple German who did not ask for it.
        ("de-AT", "de"),
        ("de-CH,de;q=0.9", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("de-simple", "de-simple"),
        ("en-US", "en"),
        ("uk-UA,uk;q=0.9,ru;q=0.8", "uk"),
        ("ar-SY", "ar"),
        ("ti-ER", "ti"),
        ("kmr", "kmr"),
        ("kmr-TR", "kmr"),
        # Other names of ours.
        ("ku", "kmr"),
        ("KU-tr", "kmr"),
        ("prs", "fa"),
        ("prs-AF", "fa"),
        ("fa-AF", "fa"),
        ("fa-IR", "fa"),
        # Unknown, or no language at all.
        ("zh-CN", "de"),
        ("ckb", "de"),
        ("kun", "de"),
        ("xx-ku", "de"),
        ("*", "de"),
        ("?;q=,,", "de"),
        ("a" * 5000, "de"),
        # The one that is liked best, not the one that is named first.
        ("zh,tr;q=0.5", "tr"),
        ("tr;q=0.4,pl;q=0.9", "pl"),
        ("de;q=0.3, ku;q=0.8, en;q=0.5", "kmr"),
        ("en;q=0.7,prs;q=0.9", "fa"),
        ("fr-CA;q=0.9,en;q=0.9", "fr"),
    ],
)
def test_a_reader_is_led_to_the_language_that_the_browser_asks_for(
    client: Client, wished: str, language: str
) -> None:
    response = client.get("/", headers={"Accept-Language": wished} if wished else {})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"].split(", ")
    assert not response.cookies


@pytest.mark.parametrize("language", languages.SERVED_CODES)
def test_every_language_can_be_asked_for(client: Client, language: str) -> None:
    assert client.get("/", headers={"Accept-Language": language})["Location"] == f"/{language}/"


@pytest.mark.parametrize("language", languages.SERVED_CODES)
def test_an_address_with_a_language_is_answered_in_it_whatever_the_browser_asks_for(
    client: Client, language: str
) -> None:
    response = client.get(f"/{language}/", headers={"Accept-Language": "pl,ku;q=0.5"})
    assert response.status_code == 200
    assert response["Content-Language"] == language
    # So one kept page is for all.
    assert "Accept-Language" not in response.get("Vary", "")
