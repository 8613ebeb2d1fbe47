"""Videos come from our own server, stand at the top of their page, and cost nothing before somebody plays them."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings
from wagtail.documents.models import Document
from wagtail_localize.models import OverridableSegment, SegmentOverride

from home.models import HomePage, TextPage
from portal.pages import VideoBlock
from tests import factories
from tests.portal.test_translation import block, fill, publish, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(slug="portal")


def a_file(name: str) -> Document:
    file: Document = Document.objects.create(title=name, file=ContentFile(b"some bytes", name=name))
    return file


def a_video(**values: Any) -> dict[str, Any]:
    given = {
        "heading": "In Gebärdensprache",
        "video": a_file("signs.mp4"),
        "length": "2:30",
        "captions": None,
        "shows_people": "no",
        "consent": None,
    }
    return given | values


def stored(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.pk if isinstance(value, Document) else value for name, value in values.items()}


def page_with(home: HomePage, **values: Any) -> TextPage:
    video: Any = {"id": str(UUID(int=9)), "type": "video", "value": stored(a_video(**values))}
    body = [block("text", "<p>Wir helfen.</p>", 1), video]
    return factories.make_text_page(home, title="So geht es", slug="so", body=body)


def the_video(html: BeautifulSoup) -> Tag:
    found = html.select("main video")
    assert len(found) == 1
    return found[0]


def test_a_video_is_shown_above_the_text_with_its_heading_and_its_length(
    home: HomePage, client: Client
) -> None:
    page_with(home)
    html = read(client, "/de/so/")
    main = html.select_one("main")
    assert main is not None
    said = main.get_text(" ", strip=True)
    assert said.index("In Gebärdensprache (2:30)") < said.index("Wir helfen.")
    assert the_video(html)["aria-label"] == "In Gebärdensprache"
    source = the_video(html).select_one("source")
    assert source is not None
    assert str(source["src"]).startswith("/media/documents/signs")
    assert source["type"] == "video/mp4"
    assert html.select("track") == []


def test_nothing_is_loaded_before_somebody_plays_it_and_its_room_is_kept(
    home: HomePage, client: Client
) -> None:
    page_with(home)
    video = the_video(read(client, "/de/so/"))
    assert (video["preload"], video["width"], video["height"]) == ("none", "640", "360")
    assert not video.has_attr("autoplay")


def test_captions_are_in_the_language_of_the_page(home: HomePage, client: Client) -> None:
    page_with(home, captions=a_file("signs.vtt"))
    track = the_video(read(client, "/de/so/")).select_one("track")
    assert track is not None
    assert (track["kind"], track["srclang"]) == ("captions", "de")


def test_a_page_whose_video_was_deleted_is_still_there(home: HomePage, client: Client) -> None:
    page_with(home)
    Document.objects.all().delete()
    assert read(client, "/de/so/").select("main video") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"video": "signs.avi"},
        {"captions": "signs.txt"},
        {"length": "2 Minuten"},
        {"length": "2:60"},
        {"heading": ""},
        {"shows_people": ""},
    ],
)
def test_what_browsers_cannot_play_or_readers_not_understand_is_refused(wrong: dict[str, str]) -> None:
    VideoBlock().clean(a_video())
    values = {name: a_file(value) if "." in value else value for name, value in wrong.items()}
    with pytest.raises(ValidationError):
        VideoBlock().clean(a_video(**values))


def test_a_translation_has_a_heading_of_its_own_and_may_have_a_video_of_its_own(
    home: HomePage, client: Client
) -> None:
    page = page_with(home)
    words = {"So geht es": "How", "Wir helfen.": "We help.", "In Gebärdensprache": "In sign language"}
    translation = fill(page, "en", words)
    publish(translation)
    assert the_video(read(client, "/en/so/"))["aria-label"] == "In sign language"
    assert "signs" in str(the_video(read(client, "/en/so/")))

    place = OverridableSegment.objects.get(source=translation.source, context__path__endswith=".video")
    SegmentOverride.objects.create(
        locale=translation.target_locale, context=place.context, data_json=str(a_file("bsl.webm").pk)
    )
    publish(translation)
    assert "/bsl" in str(the_video(read(client, "/en/so/")))
    assert "video/webm" in str(the_video(read(client, "/en/so/")))
    assert "signs" in str(the_video(read(client, "/de/so/")))


def test_programs_are_given_addresses_instead_of_numbers() -> None:
    block_ = VideoBlock()
    value = block_.to_python(stored(a_video(captions=a_file("signs.vtt"))))
    said = block_.get_api_representation(value)
    assert (said["heading"], said["length"]) == ("In Gebärdensprache", "2:30")
    assert said["video"].startswith("/media/documents/signs")
    assert said["captions"].endswith(".vtt")
