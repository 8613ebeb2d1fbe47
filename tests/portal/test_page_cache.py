import gzip
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from portal.middleware import seconds_until
from spaces import changes
from tests.portal.site import answer, calls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def test_a_page_is_made_once(client: Client) -> None:
    first, second = client.get("/de/"), client.get("/de/")
    assert first.content == second.content
    assert calls["page"] == 1
    assert first["ETag"] == second["ETag"]


def test_a_kept_page_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/de/")
    with django_assert_num_queries(1):
        client.get("/de/")


def test_readers_are_told_to_ask_again_and_hear_not_modified(client: Client) -> None:
    page = client.get("/de/")
    assert page["Cache-Control"] == "no-cache"
    again = client.get("/de/", headers={"If-None-Match": page["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["Cache-Control"] == "no-cache"
    assert client.get("/de/", headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_kept_page_has_the_headers_of_a_fresh_one(client: Client) -> None:
    first, second = client.get("/de/"), client.get("/de/")
    assert dict(first.items()) == dict(second.items())
    assert "Content-Security-Policy" in second


def test_a_changed_fact_shows_at_once(client: Client) -> None:
    client.get("/de/")
    changes.announce("page", uuid4())
    client.get("/de/")
    assert calls["page"] == 2


def test_head_is_answered_from_the_kept_page_and_keeps_nothing_itself(client: Client) -> None:
    client.head("/de/")
    client.get("/de/")
    assert calls["page"] == 2
    client.head("/de/")
    assert calls["page"] == 2


@pytest.mark.parametrize("by", ["postcode", "place", "street"])
def test_a_page_is_kept_for_each_class_of_ground(client: Client, by: str) -> None:
    plain = client.get("/de/")
    assert client.get(f"/de/?by={by}").content != plain.content
    client.get(f"/de/?by={by}")
    assert calls["page"] == 2


@pytest.mark.parametrize("query", ["by=house", "by=street&x=1", "q=Musterweg+5", "by=street&by=place"])
def test_no_other_query_string_is_kept(client: Client, query: str) -> None:
    client.get(f"/de/?{query}")
    response = client.get(f"/de/?{query}")
    assert calls["page"] == 2
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "view", "said"),
    [
        ("/de/with-cookie/", "with_cookie", "no-cache"),
        ("/de/missing/", "missing", "no-cache"),
        ("/de/text/", "text", "no-cache"),
        ("/de/private/", "private", "max-age=0, no-cache, no-store, must-revalidate, private"),
    ],
)
def test_what_is_no_public_page_is_never_kept(client: Client, path: str, view: str, said: str) -> None:
    for _ in range(2):
        client.cookies.clear()
        response = client.get(path)
    assert calls[view] == 2
    assert response["Cache-Control"] == said
    assert not response.has_header("ETag")


def test_the_answer_to_a_post_is_left_as_it_is(client: Client) -> None:
    for _ in range(2):
        response = client.post("/de/find/", {"address": "Musterweg 5"})
    assert calls["find"] == 2
    assert response["Cache-Control"] == "no-store"
    assert not response.has_header("ETag")


def test_an_editors_request_passes_by(client: Client, settings: Settings) -> None:
    client.get("/de/")
    client.cookies[settings.SESSION_COOKIE_NAME] = "anything"
    response = client.get("/de/")
    assert calls["page"] == 2
    assert response["Cache-Control"] == "private, no-store"
    client.cookies.clear()
    client.get("/de/")
    assert calls["page"] == 2


def test_the_admin_and_the_api_are_left_alone(client: Client) -> None:
    response = client.get("/admin/page/")
    assert not response.has_header("Cache-Control")
    assert not response.has_header("ETag")


def test_nothing_is_kept_where_the_cache_is_switched_off(client: Client, settings: Settings) -> None:
    settings.PAGE_CACHE = False
    first = client.get("/de/")
    assert client.get("/de/", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert calls["page"] == 2


def test_another_release_does_not_serve_what_the_last_one_kept(client: Client, settings: Settings) -> None:
    client.get("/de/")
    settings.RELEASE = "next"
    client.get("/de/")
    assert calls["page"] == 2


def test_a_page_that_has_ended_is_not_kept(client: Client) -> None:
    answer["expires_at"] = timezone.now() - timedelta(minutes=1)
    client.get("/de/")
    client.get("/de/")
    assert calls["page"] == 2


def test_no_path_and_no_query_stands_in_a_key(client: Client) -> None:
    with patch.object(cache, "set") as kept:
        client.get("/de/?by=street")
    ((key, _, _), _) = kept.call_args
    assert "de" not in key.removeprefix("page:").split("/")
    assert "street" not in key
    assert len(key) == len("page:") + 64


@pytest.mark.parametrize(
    ("now", "expires_at", "seconds"),
    [
        # Berlin is two hours ahead of UTC in summer, one in winter.
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), None, 3600),
        (datetime(2026, 1, 15, 22, 0, tzinfo=UTC), None, 3600),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), None, 24 * 3600),
        # The days on which the clocks change have 23 and 25 hours.
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), None, 23 * 3600),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), None, 25 * 3600),
        # The office closes before midnight; or only after.
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 1, 12, 30, tzinfo=UTC), 1800),
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), datetime(2026, 7, 2, 7, 0, tzinfo=UTC), 3600),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), datetime(2026, 7, 1, 11, 0, tzinfo=UTC), -3600),
    ],
)
def test_a_page_ends_at_midnight_in_berlin_or_before(
    now: datetime, expires_at: datetime | None, seconds: int
) -> None:
    with patch.object(timezone, "now", return_value=now):
        assert seconds_until(expires_at) == seconds


def test_yesterdays_page_is_not_shown_today(client: Client) -> None:
    evening = datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC)
    with patch.object(timezone, "now", return_value=evening):
        client.get("/de/")
    with patch.object(timezone, "now", return_value=evening + timedelta(seconds=1)):
        client.get("/de/")
    assert calls["page"] == 2


def test_pages_are_compressed_and_still_known_again(client: Client) -> None:
    plain = client.get("/de/long/")
    packed = client.get("/de/long/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
    assert "Accept-Encoding" in plain["Vary"]
    # Weak, since the bytes differ: either one is the same page.
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for tag in (packed["ETag"], plain["ETag"]):
        again = client.get("/de/long/", headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
        assert again.status_code == 304
        assert again.content == b""
