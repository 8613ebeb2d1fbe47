"""Signing in, as a person does it: by its pages and forms."""

import base64
import hashlib
import hmac
import logging
import re
import struct
import time
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from home import roles
from home.sign_in import AccountAdapter
from spaces.models import Office, Partner
from tests import factories

pytestmark = pytest.mark.django_db

OnCommit = DjangoCaptureOnCommitCallbacks

NAME, PASSWORD = "ayse", "three quiet brown herons"
LOGIN = "/admin/login/"
SET_UP = "/admin/second-factor/totp/activate/"
STRICT = "style-src 'self'"


@pytest.fixture(autouse=True)
def _factor_required(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser(NAME, "ayse@example.org", PASSWORD)


def code(secret: str, at: float | None = None) -> str:
    """The six digits that an app shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(
        key, struct.pack(">Q", int(time.time() if at is None else at) // 30), hashlib.sha1
    ).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_the_digits_are_those_of_the_standard() -> None:
    assert code(base64.b32encode(b"12345678901234567890").decode(), at=1111111109) == "081804"


def sign_in(client: Client, password: str = PASSWORD, name: str = NAME, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


def set_up(client: Client, on_commit: OnCommit) -> str:
    """Set up the second factor; the app's secret."""
    secret = BeautifulSoup(client.get(SET_UP).content, "html.parser").select_one("code").text  # type: ignore[union-attr]
    with on_commit(execute=True):
        response = client.post(SET_UP, {"code": code(secret)})
    assert response.status_code == 302, response.content
    return secret


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


# The second factor ----------------------------------------------------------------------------------------------------


def test_nothing_is_reached_before_the_second_factor_is_set_up(user: User, client: Client) -> None:
    office = factories.make_office()
    assert sign_in(client).status_code == 302
    for path in (
        "/admin/",
        f"/admin/snippets/spaces/office/edit/{office.pk}/",
        "/admin/users/",
        "/admin/api/main/pages/",
    ):
        response = client.get(path)
        assert response.status_code == 302, path
        assert urlsplit(response["Location"]).path == SET_UP, path
    assert client.post(f"/admin/snippets/spaces/office/delete/{office.pk}/").status_code == 302
    assert Office.objects.filter(pk=office.pk).exists()


def test_setting_up_shows_the_key_as_a_picture_and_as_text_and_then_the_recovery_codes(
    user: User, client: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    sign_in(client)
    page = client.get(SET_UP)
    assert b"<svg" in page.content
    assert STRICT in page["Content-Security-Policy"]
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    set_up(client, django_capture_on_commit_callbacks)
    codes = BeautifulSoup(client.get("/admin/second-factor/recovery-codes/").content, "html.parser").select(
        "code"
    )
    assert len(codes) == 10


def test_a_password_alone_does_not_sign_in_once_there_is_a_second_factor(
    user: User, client: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    sign_in(client)
    secret = set_up(client, django_capture_on_commit_callbacks)
    cache.clear()  # A code counts once, and the half minute is not over.
    other = Client()
    response = sign_in(other)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(other)
    assert other.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert not is_signed_in(other)
    assert other.post(reverse("mfa_authenticate"), {"code": code(secret)}).status_code == 302
    assert is_signed_in(other)


def test_a_code_counts_once(user: User, client: Client, django_capture_on_commit_callbacks: OnCommit) -> None:
    sign_in(client)
    secret = set_up(client, django_capture_on_commit_callbacks)
    cache.clear()
    used = code(secret)
    for expected in (True, False):
        other = Client()
        sign_in(other)
        other.post(reverse("mfa_authenticate"), {"code": used})
        assert is_signed_in(other) is expected


def test_a_recovery_code_signs_in_once(
    user: User, client: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    sign_in(client)
    set_up(client, django_capture_on_commit_callbacks)
    shown = BeautifulSoup(client.get("/admin/second-factor/recovery-codes/").content, "html.parser")
    recovery = shown.select("code")[0].text
    for expected in (True, False):
        other = Client()
        sign_in(other)
        other.post(reverse("mfa_authenticate"), {"code": recovery})
        assert is_signed_in(other) is expected


def test_an_operator_removes_a_lost_second_factor(
    user: User, client: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    sign_in(client)
    set_up(client, django_capture_on_commit_callbacks)
    call_command("remove_second_factor", NAME, stdout=StringIO())
    other = Client()
    sign_in(other)
    assert urlsplit(other.get("/admin/")["Location"]).path == SET_UP
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody")


def test_a_session_from_elsewhere_is_asked_for_the_second_factor(
    user: User, client: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    sign_in(client)
    secret = set_up(client, django_capture_on_commit_callbacks)
    cache.clear()
    other = Client()
    other.force_login(user)
    response = other.get("/admin/pages/")
    assert response["Location"] == f"{reverse('mfa_reauthenticate')}?next=/admin/pages/".replace(
        "/admin/pages/", "%2Fadmin%2Fpages%2F"
    )
    other.post(response["Location"], {"code": code(secret)})
    assert is_signed_in(other)


def test_wagtails_own_form_of_signing_in_leads_to_ours(user: User, client: Client) -> None:
    response = client.post("/de/_util/login/", {"username": NAME, "password": PASSWORD})
    assert response.status_code in (302, 405)
    assert client.get("/de/_util/login/?next=/de/")["Location"] == f"{LOGIN}?next=/de/"
    assert "sessionid" not in client.cookies


def test_no_link_by_mail_leads_past_the_second_factor(client: Client) -> None:
    assert client.get("/admin/password_reset/").status_code == 404


def test_members_of_the_steering_group_need_no_second_factor_and_reach_nothing_in_the_admin(
    client: Client,
) -> None:
    User.objects.create_user("member", password=PASSWORD)
    assert sign_in(client, name="member")["Location"] == "/"
    response = client.get("/admin/", follow=True)
    assert response.request["PATH_INFO"] == LOGIN
    assert len(response.redirect_chain) == 1


def test_nobody_opens_an_account(client: Client) -> None:
    assert client.get("/admin/signup/").status_code in (302, 404)
    assert client.get("/admin/login/signup/").status_code in (302, 404)
    assert b"signup" not in client.get(LOGIN).content


# Guessing -------------------------------------------------------------------------------------------------------------


def test_after_five_wrong_passwords_the_right_one_has_to_wait(user: User, client: Client) -> None:
    answers = [sign_in(client, "wrong", REMOTE_ADDR=f"10.1.{number}.1") for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 6
    late = sign_in(client, REMOTE_ADDR="10.2.0.1")
    assert late.status_code == 200
    assert BeautifulSoup(late.content, "html.parser").select_one(".error")
    assert not is_signed_in(client)
    assert sign_in(client, name="another", password="wrong", REMOTE_ADDR="10.2.0.1").status_code == 200


def test_one_address_may_try_ten_times_a_minute_whatever_the_names(user: User, client: Client) -> None:
    for number in range(10):
        sign_in(client, "wrong", name=f"somebody-{number}", REMOTE_ADDR="10.1.1.1")
    assert sign_in(client, REMOTE_ADDR="10.1.1.1").status_code == 200
    assert sign_in(client, REMOTE_ADDR="10.1.1.2").status_code == 302


def test_guessing_codes_ends_too(
    user: User, client: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    sign_in(client)
    secret = set_up(client, django_capture_on_commit_callbacks)
    cache.clear()
    other = Client()
    sign_in(other)
    for _ in range(6):
        other.post(reverse("mfa_authenticate"), {"code": "000000"})
    other.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert not is_signed_in(other)


def test_a_name_that_is_there_is_answered_like_one_that_is_not(user: User, client: Client) -> None:
    def said(name: str) -> list[str]:
        page = BeautifulSoup(sign_in(client, "wrong", name=name).content, "html.parser")
        return [error.text for error in page.select(".error")]

    assert said(NAME) == said("nobody") != []


def kept_keys() -> list[str]:
    """What the cache keeps, in memory or in Redis."""
    kept: Any = cache._cache  # type: ignore[attr-defined]
    if isinstance(kept, dict):
        return list(kept)
    return [key.decode() for key in kept.get_client(None, write=False).scan_iter()]


def test_no_address_of_a_client_is_kept(
    user: User, client: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "203.0.113.7"
    hashed = AccountAdapter(request).get_client_ip(request)
    assert re.fullmatch("[0-9a-f]{64}", hashed)
    request.META["REMOTE_ADDR"] = "2001:db8::1"
    network = AccountAdapter(request).get_client_ip(request)
    request.META["REMOTE_ADDR"] = "2001:db8::2"
    assert AccountAdapter(request).get_client_ip(request) == network != hashed
    with caplog.at_level(logging.DEBUG):
        sign_in(client, "wrong", REMOTE_ADDR="203.0.113.7")
    assert "203.0.113.7" not in caplog.text
    assert not any("203.0.113.7" in key for key in kept_keys())


# Sessions -------------------------------------------------------------------------------------------------------------


def test_a_session_ends_with_the_browser_and_after_eight_hours(
    user: User, client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.session.get_expiry_age() == 8 * 60 * 60
    assert client.cookies["sessionid"]["httponly"]


def test_a_new_password_ends_the_other_sessions(user: User, client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client)
    assert is_signed_in(client)
    user.set_password("another one of five words")
    user.save()
    assert not is_signed_in(client)


def test_signing_out_takes_the_cookie_away(user: User, client: Client, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client)
    client.post("/admin/logout/")
    assert client.cookies["sessionid"].value == ""
    assert not is_signed_in(client)


def test_what_was_typed_outlives_the_session(user: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    path, typed = "/admin/snippets/spaces/partner/add/", "Kita »Spatzennest«\r\nund Hort"
    space = factories.make_space()
    fields = {
        "space": space.pk,
        "name": typed,
        "kind": "day_nursery",
        "csrfmiddlewaretoken": "of an ended session",
    }

    def form(response: Any) -> dict[str, str]:
        page = BeautifulSoup(response.content, "html.parser").select_one("form[method=post]")
        assert page is not None
        assert page["action"] == path
        return {str(field["name"]): str(field["value"]) for field in page.select("input")}

    ended = browser.post(path, fields)
    assert ended.status_code == 403
    assert STRICT in ended["Content-Security-Policy"]
    waiting = form(ended)
    assert waiting["name"] == typed

    token = str(BeautifulSoup(browser.get(LOGIN).content, "html.parser").select_one("input")["value"])  # type: ignore[index]
    assert sign_in(browser).status_code == 403
    response = browser.post(LOGIN, {"login": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert response.status_code == 302

    once_more = browser.post(path, waiting)
    assert once_more.status_code == 403
    assert browser.post(path, form(once_more)).status_code == 302
    assert Partner.objects.get().name == typed


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", ""])
def test_a_form_from_elsewhere_is_not_offered_to_be_sent_again(origin: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    headers = {"origin": origin} if origin else {}
    response = browser.post("/admin/snippets/spaces/partner/add/", {"name": "bait"}, headers=headers)
    assert b"bait" not in response.content
    assert response.status_code in (302, 403)


def test_visitors_get_no_cookie(client: Client) -> None:
    factories.make_home_page()
    for path in ("/de/", "/de/nowhere/", "/de/find/", "/api/v1/lookup/", "/robots.txt"):
        assert not client.get(path).cookies, path


# Single sign-on -------------------------------------------------------------------------------------------------------

OIDC = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "sso",
                "name": "Anmeldung der Kreisverwaltung",
                "client_id": "portal",
                "secret": "secret",
                "settings": {"server_url": "https://login.example.org"},
            }
        ],
        "OAUTH_PKCE_ENABLED": True,
    }
}


class Issuer:
    """An identity provider: what it answers to the portal's own questions."""

    def __init__(self, **person: Any) -> None:
        self.person = {"sub": "person-1", **person}

    def get(self, url: str, **kwargs: Any) -> Any:
        base = "https://login.example.org"
        if url.endswith("openid-configuration"):
            return Answer(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/keys",
                }
            )
        return Answer(self.person)

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        return Answer({"access_token": "token", "token_type": "Bearer"})

    def __enter__(self) -> "Issuer":
        return self

    def __exit__(self, *args: Any) -> None:
        pass


class Answer:
    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def json(self) -> dict[str, Any]:
        return self.content

    def raise_for_status(self) -> None:
        pass


@pytest.fixture
def sso(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.SOCIALACCOUNT_PROVIDERS = OIDC

    def come_back(client: Client, process: str = "login", **person: Any) -> Any:
        issuer = Issuer(**person)
        monkeypatch.setattr("home.sign_in.SingleSignOnAdapter.get_requests_session", lambda self: issuer)
        away = client.get(f"/admin/login/sso/sso/?process={process}")
        assert away["Location"].startswith("https://login.example.org/authorize?")
        state = re.search("state=([^&]+)", away["Location"])
        assert state
        return client.get(f"/admin/login/sso/sso/callback/?code=abc&state={state[1]}")

    return come_back


def test_single_sign_on_is_offered_where_it_is_set_up(client: Client, settings: Settings) -> None:
    assert b"/sso/" not in client.get(LOGIN).content
    assert client.get("/admin/login/sso/sso/").status_code == 404
    settings.SOCIALACCOUNT_PROVIDERS = OIDC
    page = client.get(LOGIN).content.decode()
    assert "/admin/login/sso/sso/" in page
    assert "Anmeldung der Kreisverwaltung" in page


@pytest.mark.parametrize(
    ("person", "comes_in"),
    [
        ({"email": "ayse@example.org", "email_verified": True}, True),
        ({"email": "AYSE@example.org", "email_verified": True}, True),
        ({"email": "ayse@example.org", "email_verified": False}, False),
        ({"email": "ayse@example.org"}, False),
        ({"email": "stranger@example.org", "email_verified": True}, False),
        ({}, False),
    ],
)
def test_single_sign_on_lets_in_whose_verified_address_an_account_has(
    user: User, client: Client, sso: Any, settings: Settings, person: dict[str, Any], comes_in: bool
) -> None:
    settings.OIDC_SECOND_FACTOR = True
    response = sso(client, **person)
    assert is_signed_in(client) is comes_in
    assert response.status_code == (302 if comes_in else 200)
    assert User.objects.count() == 1


def test_an_address_that_two_accounts_have_lets_nobody_in(
    user: User, client: Client, sso: Any, settings: Settings
) -> None:
    User.objects.create_user("twin", "ayse@example.org")
    settings.OIDC_SECOND_FACTOR = True
    sso(client, email="ayse@example.org", email_verified=True)
    assert not is_signed_in(client)


def test_who_comes_by_single_sign_on_needs_our_second_factor_unless_the_other_side_asks_for_one(
    user: User, client: Client, sso: Any, settings: Settings
) -> None:
    sso(client, email="ayse@example.org", email_verified=True)
    assert urlsplit(client.get("/admin/")["Location"]).path == SET_UP
    settings.OIDC_SECOND_FACTOR = True
    assert is_signed_in(client)


def test_an_identity_provider_that_does_not_answer_is_no_failure_of_ours(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any) -> Any:
        raise requests.ConnectionError("https://login.example.org")

    settings.SOCIALACCOUNT_PROVIDERS = OIDC
    monkeypatch.setattr("home.sign_in.SingleSignOnAdapter.get_requests_session", refuse)
    response = client.get("/admin/login/sso/sso/")
    assert response.status_code == 503
    assert LOGIN in response.content.decode()


def test_nobody_ties_another_identity_to_an_account(
    user: User, client: Client, sso: Any, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client)
    sso(client, process="connect", email="somebody@example.org", email_verified=True)
    assert not user.socialaccount_set.exists()  # type: ignore[attr-defined]


def test_roles_are_led_to_the_second_factor_too(client: Client) -> None:
    roles.set_up()
    user = User.objects.create_user(NAME, password=PASSWORD)
    user.groups.add(Group.objects.get(name=roles.translators_name("ar")))
    sign_in(client)
    assert urlsplit(client.get("/admin/")["Location"]).path == SET_UP
