"""Editors preview a page in another front-end, where one is named; the portal's own preview stays."""

import time
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from home.models import HomePage, TextPage
from portal.languages import SERVED_CODES
from portal.pages import FRONT_END
from tests import factories
from tests.api.small_site import get
from tests.home.test_serving import body
from tests.portal.test_settings import manage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ELSEWHERE = "https://front.example.org/preview"


#: The portal's own previews of an original: as it is, and as it stands in for each other language.
OWN = ["", *(code for code in SERVED_CODES if code != "de")]


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(title="Start")


@pytest.fixture
def front_end(settings: Settings) -> None:
    settings.WAGTAIL_HEADLESS_PREVIEW = {
        "CLIENT_URLS": {"default": ELSEWHERE},
        "ENFORCE_TRAILING_SLASH": False,
    }


@pytest.fixture
def draft(home: HomePage) -> TextPage:
    """A live page with a draft that nobody may see yet."""
    page = factories.make_text_page(home, title="Kontakt", slug="kontakt", body=body("<p>Alt.</p>"))
    page.title, page.body = "Der neue Kontakt", body(f'<p><a linktype="page" id="{home.pk}">Neu</a></p>')
    page.save_revision()
    return page


def preview(client: Client, page: Any, mode: str) -> Any:
    if "_auth_user_id" not in client.session:
        client.force_login(User.objects.create_superuser("editor"))
    revision = page.latest_revision_id or page.get_latest_revision().pk
    address = reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision])
    return client.get(address, {"mode": mode} if mode else {})


def asked(client: Client, page: Any) -> str:
    """The query with which the front-end is opened."""
    frame = BeautifulSoup(preview(client, page, FRONT_END).content, "html.parser").iframe
    assert frame is not None
    address = urlsplit(str(frame["src"]))
    assert f"{address.scheme}://{address.netloc}{address.path}" == ELSEWHERE
    assert set(parse_qs(address.query)) == {"content_type", "token"}
    return address.query


def test_without_another_front_end_there_is_the_portals_preview_alone(
    client: Client, draft: TextPage
) -> None:
    assert [mode for mode, _ in draft.preview_modes] == OWN
    assert "Der neue Kontakt" in preview(client, draft, "").content.decode()
    get(client, "/api/v2/page_preview/", 404)


@pytest.mark.usefixtures("front_end")
def test_the_portals_own_preview_stays_the_first(client: Client, draft: TextPage) -> None:
    assert [mode for mode, _ in draft.preview_modes] == [*OWN, FRONT_END]
    assert draft.default_preview_mode == ""
    assert "Der neue Kontakt" in preview(client, draft, "").content.decode()


@pytest.mark.usefixtures("front_end")
def test_the_front_end_is_told_what_the_editor_has_and_nobody_else_is(
    client: Client, draft: TextPage
) -> None:
    query = asked(client, draft)
    visitor = Client()
    response = visitor.get(f"/api/v2/page_preview/?{query}")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    page = response.json()
    assert page["title"] == "Der neue Kontakt"
    assert page["body"][0]["value"] == '<p><a href="/de/">Neu</a></p>'
    assert page["meta"]["locale"] == "de"
    assert len(page["meta"]["translations"]) == 12
    assert get(visitor, f"/api/v2/pages/{draft.pk}/")["title"] == "Kontakt"
    assert visitor.get("/de/kontakt/").status_code == 200
    assert "neue" not in visitor.get("/de/kontakt/").content.decode()


@pytest.mark.usefixtures("front_end")
def test_a_page_that_is_not_there_yet_is_told_too(client: Client, home: HomePage) -> None:
    page = TextPage(title="Bald", slug="bald", live=False)
    home.add_child(instance=page)
    page.save_revision()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    told = get(Client(), f"/api/v2/page_preview/?{asked(client, page)}")
    assert (told["title"], told["meta"]["html_url"], told["meta"]["parent"]) == ("Bald", None, None)
    assert told["meta"]["translations"] == []


@pytest.mark.usefixtures("front_end")
@pytest.mark.parametrize(
    "change",
    [
        lambda query: query[:-3] + "abc",
        lambda query: query.replace("home.textpage", "home.homepage"),
        lambda query: query.replace("home.textpage", "auth.user"),
        lambda query: query.replace("home.textpage", "nothing"),
        lambda query: query.split("&")[0],
        lambda query: query.split("&")[1],
        lambda query: "content_type=home.textpage&token=id%3D1",
    ],
)
def test_nobody_guesses_a_token(client: Client, draft: TextPage, change: Any) -> None:
    get(Client(), f"/api/v2/page_preview/?{change(asked(client, draft))}", 404)


@pytest.mark.usefixtures("front_end")
def test_a_token_is_good_for_an_hour(client: Client, draft: TextPage) -> None:
    for minutes, status in ((55, 200), (65, 404)):
        with patch("django.core.signing.time.time", return_value=time.time() - minutes * 60):
            query = asked(client, draft)
        get(Client(), f"/api/v2/page_preview/?{query}", status)


@pytest.mark.usefixtures("front_end")
def test_serving_stays_the_portals(client: Client, draft: TextPage) -> None:
    response = client.get("/ar/kontakt/")
    assert response.status_code == 200
    assert "Kontakt" in response.content.decode()


def test_only_an_editor_may_frame_the_front_end_that_is_named() -> None:
    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "print(s.EDITOR_CONTENT_SECURITY_POLICY['DIRECTIVES'].get('frame-src'),"
        " s.CONTENT_SECURITY_POLICY['DIRECTIVES'].get('frame-src'), s.WAGTAIL_HEADLESS_PREVIEW['CLIENT_URLS'])"
    )
    secret = "x" * 60
    on = manage("shell", "--no-imports", "-c", code, SECRET_KEY=secret, HEADLESS_CLIENT_URL=ELSEWHERE).stdout
    assert on.strip().endswith(f"[\"'self'\", 'https://front.example.org'] None {{'default': '{ELSEWHERE}'}}")
    off = manage("shell", "--no-imports", "-c", code, SECRET_KEY=secret).stdout
    assert off.strip().endswith("None None {}")


def test_an_address_that_is_none_stops_the_start_and_is_named() -> None:
    result = manage("check", SECRET_KEY="x" * 60, HEADLESS_CLIENT_URL="front.example.org")
    assert result.returncode == 1
    assert "HEADLESS_CLIENT_URL must begin with" in result.stderr
