import pytest
from django.test import Client
from django.utils import translation

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


def test_the_api_does_not_follow_the_browsers_language(client: Client) -> None:
    with translation.override("en"):
        response = client.get("/api/record/", headers={"Accept-Language": "en"})
    assert response.json() == {"language": "de"}
    assert "Accept-Language" not in response.get("Vary", "")


@pytest.mark.parametrize("path", ["/", "/de/", "/de/text/", "/de/missing/", "/api/record/"])
def test_no_visitor_gets_a_cookie(client: Client, path: str) -> None:
    response = client.get(path, headers={"Accept-Language": "uk,ar;q=0.8"})
    assert not response.cookies
