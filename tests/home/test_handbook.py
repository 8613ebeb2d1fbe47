"""The editors' handbook: every page opens for every role, and leads only to what is there."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve, reverse

from home import handbook, roles
from tests import factories

PAGES = [handbook.FIRST, *handbook.names()]
PICTURES = handbook.FOLDER / handbook.PICTURES

#: A picture is small enough for a slow line.
LARGEST = 120_000


def test_every_file_is_in_the_list_once() -> None:
    assert sorted(PAGES) == sorted(file.stem for file in handbook.FOLDER.glob("*.md"))


def test_there_is_a_page_for_each_task_of_an_editor() -> None:
    assert len(PAGES) > 15
    assert len({handbook.page(name).title for name in PAGES}) == len(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_names_is_there(name: str) -> None:
    page = handbook.page(name)
    for link in page.links:
        if link.endswith(".md"):
            assert (handbook.FOLDER / link).is_file(), link
        else:
            # A screen of the admin; anything else would lead readers of the handbook away.
            assert link.startswith("/admin/")
            assert resolve(link).url_name != "wagtail_serve", link
            assert resolve(link).route != "admin/^", link
    for picture in page.pictures:
        assert (handbook.FOLDER / picture).is_file(), picture
        assert finders.find(f"{handbook.STATIC_PICTURES}/{Path(picture).name}"), picture
    assert "<img" not in page.html or 'alt=""' not in page.html


def test_no_picture_is_left_over_or_large() -> None:
    named = [picture for name in PAGES for picture in handbook.page(name).pictures]
    files = [file for file in PICTURES.iterdir() if file.suffix == ".png"]
    assert sorted(named) == sorted(f"{handbook.PICTURES}/{file.name}" for file in files)
    assert [file.name for file in files if file.stat().st_size > LARGEST] == []


def test_every_picture_is_made_by_the_script() -> None:
    from tests.handbook import PICTURES as MADE

    assert {f"{picture.name}.png" for picture in MADE} == {file.name for file in PICTURES.iterdir()}


def test_markdown_brings_no_html_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text("# Title\n\nText <script>alert(1)</script>\n", encoding="utf-8")
    monkeypatch.setattr(handbook, "FOLDER", tmp_path)
    page = handbook.page.__wrapped__("page")
    assert page.title == "Title"
    assert "<script" not in page.html


def test_screens_lead_to_pages_that_are_there() -> None:
    named = set()
    for template in (settings.BASE_DIR / "templates" / "admin").rglob("*.html"):
        named |= set(
            re.findall(r'admin/help.html" with page="([\w-]+)"', template.read_text(encoding="utf-8"))
        )
    assert {"schreibtisch", "schliessen", "oeffnungszeiten", "einzugsgebiete", "uebersetzungen"} <= named
    assert named <= set(PAGES)


# In the admin ---------------------------------------------------------------------------------------------------------


def client_of(group: str) -> Client:
    user = User.objects.create_user("somebody")
    user.groups.set(Group.objects.filter(name=group))
    assert user.groups.count() == 1
    client = Client()
    client.force_login(user)
    return client


def groups() -> list[str]:
    space = factories.make_space()
    roles.set_up()
    return [roles.COUNTY, roles.ADMINISTRATORS, roles.team_name(space), roles.translators_name("ar")]


@pytest.mark.django_db
@pytest.mark.parametrize("role", range(4))
def test_every_page_opens_for_every_role(role: int) -> None:
    client = client_of(groups()[role])
    desk = client.get("/admin/").content.decode()
    assert reverse("handbook") in desk
    for name in PAGES:
        url = reverse("handbook") if name == handbook.FIRST else reverse("handbook_page", args=[name])
        shown = client.get(url)
        assert shown.status_code == 200
        soup = BeautifulSoup(shown.content, "html.parser")
        assert [heading.get_text(strip=True) for heading in soup.find_all("h1")] == [
            handbook.page(name).title
        ]
        assert not soup.select("article a[href$='.md']")


@pytest.mark.django_db
def test_every_screen_that_it_names_opens_for_who_keeps_the_technics() -> None:
    client = client_of(groups()[1])
    links = {link for name in PAGES for link in handbook.page(name).links if link.startswith("/admin/")}
    for link in sorted(links - {"/admin/login/"}):
        assert client.get(link, follow=True).status_code == 200, link


@pytest.mark.django_db
def test_it_is_for_editors_only(client: Client) -> None:
    assert client.get(reverse("handbook")).status_code == 302
    assert client_of(groups()[1]).get("/admin/handbook/nothing/").status_code == 404
