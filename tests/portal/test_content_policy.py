import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def policy(client: Client, path: str) -> dict[str, str]:
    header = client.get(path)["Content-Security-Policy"]
    return {name: sources for name, _, sources in (part.strip().partition(" ") for part in header.split(";"))}


def test_public_pages_load_only_what_is_ours(client: Client) -> None:
    directives = policy(client, "/de/")
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert set(directives.values()) == {"'none'", "'self'"}


def test_the_admin_has_a_looser_policy_of_its_own(client: Client) -> None:
    directives = policy(client, "/admin/page/")
    assert "'unsafe-inline'" in directives["script-src"]
    assert "http" not in " ".join(directives.values())


def test_an_editors_pages_have_the_editors_policy(client: Client, settings: Settings) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "anything"
    assert "'unsafe-inline'" in policy(client, "/de/")["script-src"]


def test_nothing_is_only_reported(client: Client) -> None:
    for path in ("/de/", "/admin/page/"):
        assert not client.get(path).has_header("Content-Security-Policy-Report-Only")


def test_a_page_may_ask_where_a_device_is_and_for_nothing_else(client: Client) -> None:
    features = dict(part.split("=") for part in client.get("/de/")["Permissions-Policy"].split(", "))
    assert features.pop("geolocation") == "(self)"
    assert {"camera", "microphone"} <= set(features)
    assert set(features.values()) == {"()"}
