"""What holds for every path of the interface for programs, whoever answers there."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.languages import SERVED_CODES
from spaces.models import Change
from tests import factories
from tests.api import site
from tests.portal.site import answer

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.site")]

PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _calm() -> None:
    """The last change is older than a second, and nobody has asked yet."""
    factories.make_space()
    Change.objects.update(at=datetime.now(UTC) - timedelta(hours=1))
    site.calls.clear()
    answer["expires_at"] = None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/", 404),
        ("get", "/api/v1/nothing/", 404),
        ("post", "/api/v9/spaces/", 404),
        ("get", "/api/v1/%FF/", 404),
        ("get", "/api/django-404/", 404),
        ("get", "/api/bad/", 400),
        ("get", "/api/denied/", 403),
        ("put", "/api/reads/", 405),
        ("post", "/api/reads/", 405),
        ("get", "/api/fails/", 500),
        ("get", "/api/reads/fails/", 500),
        ("get", "/api/reads/?nothing=secret", 400),
        ("get", "/api/reads/?space=a&space=b", 400),
        ("get", "/api/reads/?lang=secret", 400),
        ("get", "/api/nothing/?lang=secret", 400),
    ],
)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_what_goes_wrong_is_told_as_problem_details(
    client: Client, method: str, path: str, status: int, language: str
) -> None:
    client.raise_request_exception = False
    response = getattr(client, method)(
        path, headers={"Accept-Language": language, "Accept": "application/json"}
    )
    body = response.json()
    assert response.status_code == body["status"] == status
    assert response["Content-Type"] == PROBLEM
    assert response["Content-Language"] == language
    assert response["Cache-Control"] == "no-store"
    assert body["title"]
    assert body.get("detail") or body["errors"]
    assert "secret" not in response.content.decode()
    assert not response.cookies


def test_another_kind_of_reply_is_not_to_be_had(client: Client) -> None:
    response = client.get("/api/reads/", headers={"Accept": "application/xml"})
    assert (response.status_code, response["Content-Type"]) == (406, PROBLEM)
    # Not even where it is kept.
    assert client.get("/api/reads/").status_code == 200
    assert client.get("/api/reads/", headers={"Accept": "application/xml"}).status_code == 406


def test_a_method_that_is_not_there_is_answered_with_those_that_are(client: Client) -> None:
    response = client.delete("/api/reads/")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    response = client.options("/api/reads/")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_who_has_the_reply_already_hears_so(client: Client) -> None:
    first = client.get("/api/reads/")
    assert first["Cache-Control"] == "no-cache"
    for condition in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get("/api/reads/", headers=condition)
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert "Accept-Language" in again["Vary"]
    assert client.get("/api/reads/", headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_weakened_etag_is_known_again(client: Client) -> None:
    first = client.get("/api/reads/")
    weak = f"W/{first['ETag']}".replace("W/W/", "W/")
    assert client.get("/api/reads/", headers={"If-None-Match": weak}).status_code == 304


def test_a_head_has_the_headers_of_a_get_and_no_body(client: Client) -> None:
    got, asked = client.get("/api/reads/"), client.head("/api/reads/")
    assert (asked.status_code, asked.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Cache-Control", "Content-Language", "Vary"):
        assert asked[name] == got[name]


def test_a_reply_is_made_once_and_again_after_each_change(client: Client) -> None:
    client.get("/api/reads/")
    client.get("/api/reads/")
    assert site.calls["reads"] == 1
    factories.make_space()
    client.get("/api/reads/")
    assert site.calls["reads"] == 2


def test_a_reply_that_was_kept_costs_one_query(client: Client, django_assert_num_queries: object) -> None:
    client.get("/api/reads/")
    with django_assert_num_queries(1):  # type: ignore[operator]
        client.get("/api/reads/")


def test_each_language_and_each_known_value_has_a_reply_of_its_own(client: Client) -> None:
    replies = {
        client.get(f"/api/reads/?lang={code}&space={space}").content
        for code in SERVED_CODES
        for space in ("a", "b")
    }
    assert len(replies) == 2 * len(SERVED_CODES)
    client.get("/api/reads/?space=a&lang=de")
    assert site.calls["reads"] == 2 * len(SERVED_CODES)


def test_what_somebody_thought_up_is_never_kept(client: Client) -> None:
    with patch.object(cache, "set") as keep:
        client.get("/api/reads/?open_at=2026-11-22T10:00:00%2B01:00")
        client.get("/api/unnamed/?space=anything")
        client.get("/api/lonely/")
    assert not [call for call in keep.call_args_list if str(call.args[0]).startswith("reply:")]


def test_a_reply_is_kept_no_longer_than_it_is_true(client: Client) -> None:
    answer["expires_at"] = timezone.now() + timedelta(seconds=30)
    with patch.object(cache, "set") as keep:
        client.get("/api/reads/")
    kept = [call.args for call in keep.call_args_list if str(call.args[0]).startswith("reply:")]
    assert 0 < kept[0][2] <= 30


def test_no_date_is_told_in_the_second_of_a_change(client: Client) -> None:
    at = datetime(2026, 11, 22, 10, 0, 0, 300_000, tzinfo=UTC)
    Change.objects.update(at=at)
    with patch.object(timezone, "now", return_value=at + timedelta(milliseconds=400)):
        response = client.get("/api/reads/")
    assert response.has_header("ETag")
    assert not response.has_header("Last-Modified")


def test_every_page_of_the_web_may_read_it_and_no_cookie_travels(client: Client) -> None:
    response = client.get("/api/reads/", headers={"Origin": "https://somebody.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.has_header("Access-Control-Allow-Credentials")
    assert "etag" in response["Access-Control-Expose-Headers"]
    wrong = client.get("/api/nothing/", headers={"Origin": "https://somebody.example"})
    assert wrong["Access-Control-Allow-Origin"] == "*"


def test_a_page_of_the_web_may_look_an_address_up(client: Client) -> None:
    asked = {
        "Origin": "https://somebody.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    response = client.options("/api/v1/lookup/", headers=asked)
    assert response.status_code == 200
    assert "POST" in response["Access-Control-Allow-Methods"]
    assert "content-type" in response["Access-Control-Allow-Headers"]
    assert not client.get("/other/", headers={"Origin": "https://somebody.example"}).has_header(
        "Access-Control-Allow-Origin"
    )


def test_who_asks_too_often_is_told_when_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.replies.ClientThrottle.rate", "2/min")
    for space in "ab":
        assert client.get(f"/api/reads/?space={space}").status_code == 200
    response = client.get("/api/reads/?space=c")
    assert (response.status_code, response["Content-Type"]) == (429, PROBLEM)
    assert 0 < int(response["Retry-After"]) <= 60
    # What was kept costs nothing, and does not count.
    assert client.get("/api/reads/?space=a").status_code == 200


def test_an_editors_session_changes_nothing(admin_client: Client, client: Client) -> None:
    client.get("/api/reads/")
    response = admin_client.get("/api/reads/")
    assert site.calls["reads"] == 1
    assert not response.cookies


def test_what_may_not_be_kept_is_left_alone(client: Client) -> None:
    response = client.get("/api/no-store/")
    assert response["Cache-Control"] == "no-store"
    assert not response.has_header("ETag")
