"""People are shown and named with their recorded consent only; withdrawn, nothing of them is left anywhere."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.blocks import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, UploadedFile
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home import roles
from home.models import HomePage, TextPage
from portal.consents import PersonBlock, PictureBlock
from portal.pages import VideoBlock
from search.words import find
from spaces import consents
from spaces.changes import version
from spaces.models import Change, Consent, Picture, Rendition, Space, SpacePage
from tests import factories
from tests.portal.test_translation import block, edit, fill, publish, read

# Wagtail leaves a picture's file open when it draws a thumbnail.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NAME = "Xanthippe Beispielperson"
WORDS = "Hier wurde mir zugehoert."
V2 = "/api/v2/pages/"

EXIF_GPS = 0x8825
EXIF_ORIENTATION = 0x0112


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def home() -> HomePage:
    return factories.make_home_page(slug="portal")


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("editor", password="editor"))
    return client


def days(number: int) -> Any:
    return timezone.localdate() + timedelta(days=number)


def photograph(consent: Consent | None, **values: Any) -> Picture:
    return factories.make_picture(title="Frau am Fenster", shows_people=True, consent=consent, **values)


def a_file(name: str) -> Document:
    file: Document = Document.objects.create(title=name, file=ContentFile(b"some bytes", name=name))
    return file


def person(consent: Consent, number: int = 11, **values: Any) -> dict[str, Any]:
    value = {"name": NAME, "role": "beraet Familien", "words": WORDS, "consent": consent.pk, **values}
    return {"id": str(UUID(int=number)), "type": "person", "value": value}


def picture(shown: Picture, number: int = 12, **values: Any) -> dict[str, Any]:
    value = {"picture": shown.pk, "description": "Ein Fenster", "caption": "Im Sommer", **values}
    return {"id": str(UUID(int=number)), "type": "picture", "value": value}


def video(file: Document, consent: Consent, number: int = 13) -> dict[str, Any]:
    value = {
        "heading": "Ein Film",
        "video": file.pk,
        "length": "1:00",
        "captions": None,
        "shows_people": "yes",
        "consent": consent.pk,
    }
    return {"id": str(UUID(int=number)), "type": "video", "value": value}


def text_page(home: HomePage, *blocks: dict[str, Any]) -> TextPage:
    return factories.make_text_page(
        home, title="So geht es", slug="so", body=[block("text", "<p>Wir helfen.</p>", 1), *blocks]
    )


# Pictures -------------------------------------------------------------------------------------------------------------


def noisy(size: tuple[int, int] = (2400, 1800)) -> ContentFile:
    """A photograph as a telephone takes it: too large, lying on its side, and with the place in it."""
    small = Image.effect_noise((size[0] // 6, size[1] // 6), 90).convert("RGB")
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    exif.get_ifd(EXIF_GPS)[1] = "N"
    exif[0x010F] = "Geheimkamera"
    written = io.BytesIO()
    small.resize(size).save(written, "JPEG", exif=exif, quality=95)
    return ContentFile(written.getvalue(), f"{NAME}.jpg")


def test_what_is_kept_of_an_upload_says_nothing_of_the_camera_and_is_no_larger_than_needed(
    media: Path,
) -> None:
    kept = factories.make_picture(file=noisy())
    with Image.open(kept.file.path) as opened:
        assert not opened.getexif()
        assert opened.size == (1200, 1600) == (kept.width, kept.height)
    for file in media.rglob("*.*"):
        assert b"Geheimkamera" not in file.read_bytes()
        assert "Xanthippe" not in file.name
    assert kept.file_size == Path(kept.file.path).stat().st_size


def test_what_waits_for_its_form_is_cleaned_too(media: Path) -> None:
    from django.contrib.contenttypes.models import ContentType

    UploadedFile.objects.create(for_content_type=ContentType.objects.get_for_model(Picture), file=noisy())
    (file,) = media.rglob("*.jpg")
    assert b"Geheimkamera" not in file.read_bytes()


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "L")])
def test_every_format_that_is_accepted_becomes_a_small_file(form: str, mode: str) -> None:
    written = io.BytesIO()
    Image.new("RGB", (900, 300), "teal").convert(mode).save(written, form)
    kept = factories.make_picture(file=ContentFile(written.getvalue(), f"a.{form.lower()}"))
    assert kept.light is not None
    assert kept.light.file.name.endswith(".jpg")
    assert (kept.light.width, kept.light.height) == (640, 213)


def test_readers_get_one_small_file(home: HomePage, client: Client) -> None:
    heavy = factories.make_picture(file=noisy())
    text_page(home, picture(heavy))
    image = read(client, "/de/so/").select_one("main figure.picture img")
    assert image is not None
    light = heavy.light
    assert light is not None
    assert Path(light.file.path).stat().st_size <= 25_000
    assert max(light.width, light.height) <= 640
    assert (image["width"], image["height"]) == (str(light.width), str(light.height))
    assert (image["loading"], image["alt"]) == ("lazy", "Ein Fenster")
    assert image["src"] == light.url


def test_reading_a_page_with_pictures_writes_nothing_and_costs_no_query_for_each(
    home: HomePage, client: Client, django_assert_max_num_queries: Any
) -> None:
    page = text_page(home, picture(factories.make_picture()))
    before = Rendition.objects.count()
    with django_assert_max_num_queries(60) as one:
        client.get("/de/so/")
    consent = factories.make_consent()
    more = [picture(photograph(consent), number) for number in range(20, 26)]
    edit(page, body=json.dumps([block("text", "<p>Wir helfen.</p>", 1), *more]))
    made = Rendition.objects.count()
    with django_assert_max_num_queries(60) as six:
        assert len(read(client, "/de/so/").select("figure.picture")) == 6
    assert len(six) <= len(one) + 2
    assert Rendition.objects.count() == made > before


def test_an_exchanged_file_has_its_small_file_at_once(admin: Client) -> None:
    kept = factories.make_picture()
    first = kept.light
    file = io.BytesIO()
    Image.new("RGB", (30, 10), "red").save(file, "PNG")
    data = {
        "title": "Neu",
        "description": "Rot",
        "shows_people": "False",
        "consent": "",
        "collection": kept.collection_id,
        "file": ContentFile(file.getvalue(), "red.png"),
    }
    response = admin.post(reverse("wagtailimages:edit", args=[kept.pk]), data)
    assert response.status_code == 302, response.context["form"].errors
    second = Picture.objects.get(pk=kept.pk).light
    assert second is not None
    assert first is not None
    assert (second.width, second.height) == (30, 10) != (first.width, first.height)


# What is refused ------------------------------------------------------------------------------------------------------


def test_a_picture_needs_an_alternative_text_and_an_answer_whether_people_are_seen(admin: Client) -> None:
    response = admin.post(
        reverse("wagtailimages:add"), {"title": "Neu", "description": "", "shows_people": ""}
    )
    assert {"description", "shows_people", "file"} <= set(response.context["form"].errors)
    assert not Picture.objects.exists()


CONSENTS: dict[str, dict[str, Any]] = {
    "withdrawn": {"withdrawn_on": days(-1)},
    "ended": {"valid_until": days(-1)},
    "for something else": {"to_photograph": False, "to_name": False, "to_video": False},
}


@pytest.mark.parametrize("kind", ["none", *CONSENTS])
def test_a_picture_with_people_needs_a_consent_that_holds(kind: str) -> None:
    consent = None if kind == "none" else factories.make_consent(**CONSENTS[kind])
    kept = Picture(title="A", description="B", shows_people=True, consent=consent)
    with pytest.raises(ValidationError) as refused:
        kept.full_clean(exclude=["file", "width", "height", "collection"])
    assert set(refused.value.message_dict) == {"consent"}


@pytest.mark.parametrize("kind", ["none", *CONSENTS])
def test_a_page_with_people_needs_a_consent_that_holds(kind: str) -> None:
    consent = None if kind == "none" else factories.make_consent(**CONSENTS[kind])
    values: dict[str, tuple[Any, dict[str, Any], str]] = {
        "person": (PersonBlock(), {"name": "A", "role": "", "words": "", "consent": consent}, "consent"),
        "video": (
            VideoBlock(),
            {
                "heading": "A",
                "video": a_file("a.mp4"),
                "length": "1:00",
                "captions": None,
                "shows_people": "yes",
                "consent": consent,
            },
            "consent",
        ),
        "picture": (
            PictureBlock(),
            {"picture": photograph(consent), "description": "", "caption": ""},
            "picture",
        ),
    }
    for name, (of_kind, value, field) in values.items():
        with pytest.raises(StructBlockValidationError) as refused:
            of_kind.clean(of_kind.normalize(value))
        assert set(refused.value.block_errors) == {field}, name


def test_the_editor_is_told_at_the_field_and_nothing_is_published(admin: Client, home: HomePage) -> None:
    page = text_page(home)
    ended = factories.make_consent(valid_until=days(-1))
    body = streamfield([("person", {"name": NAME, "role": "", "words": "", "consent": str(ended.pk)})])
    for action in ("action-publish", "action-save"):
        data = nested_form_data(
            {
                "title": page.title,
                "slug": page.slug,
                "body": body,
                "comments": inline_formset([]),
                action: "1",
            }
        )
        response = admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
        if action == "action-publish":
            assert response.status_code == 200
            assert "body" in response.context["form"].errors
    page.refresh_from_db()
    assert NAME not in str(page.get_latest_revision().content)


def test_a_pictures_own_text_is_taken_where_none_is_typed() -> None:
    of_kind, kept = PictureBlock(), factories.make_picture(description="Ein Haus")
    cleaned = of_kind.clean(of_kind.normalize({"picture": kept, "description": "", "caption": ""}))
    assert cleaned["description"] == "Ein Haus"


def test_a_consent_says_to_what_and_keeps_no_name_beside_the_paper() -> None:
    wrong = Consent(name=NAME, given_on=days(1), paper="Ordner Beispielperson", valid_until=days(-1))
    with pytest.raises(ValidationError) as refused:
        wrong.full_clean()
    assert set(refused.value.message_dict) == {"to_photograph", "given_on", "valid_until", "paper"}


# What is shown --------------------------------------------------------------------------------------------------------


def a_full_page(home: HomePage, consent: Consent) -> TextPage:
    return text_page(
        home,
        person(consent),
        picture(photograph(consent)),
        video(a_file("film.mp4"), consent),
    )


def told(client: Client, page: Page) -> tuple[str, str, str]:
    html = str(read(client, f"/de/{page.slug}/").select_one("main"))
    api = client.get(f"{V2}{page.pk}/").content.decode()
    return html, api, client.get("/api/v2/images/").content.decode()


def test_readers_and_programs_are_told_of_people_and_never_of_the_consent(
    home: HomePage, client: Client
) -> None:
    consent = factories.make_consent(name="Unterschrift Sorgeberechtigte", paper="Ordner 77")
    page = a_full_page(home, consent)
    html, api, images = told(client, page)
    for text in (NAME, WORDS, 'figure class="picture"', "<video"):
        assert text in html
    assert "Frau am Fenster" in images
    body = json.loads(api)["body"]
    assert [one["type"] for one in body] == ["text", "person", "picture", "video"]
    assert body[1]["value"] == {"name": NAME, "role": "beraet Familien", "words": WORDS}
    assert set(body[2]["value"]["picture"]) == {"url", "width", "height"}
    for text in (html, api, images):
        assert "Unterschrift" not in text
        assert "Ordner 77" not in text
        assert "consent" not in text


@pytest.mark.parametrize("change", [{"valid_until": days(-1)}, {"withdrawn_on": days(0)}])
def test_what_may_not_be_shown_today_is_left_out_before_anything_is_cleaned(
    home: HomePage, client: Client, change: dict[str, Any]
) -> None:
    consent = factories.make_consent()
    page = a_full_page(home, consent)
    assert NAME in told(client, page)[0]
    for name, value in change.items():
        setattr(consent, name, value)
    consent.save()
    html, api, images = told(client, page)
    for text in (NAME, WORDS, "<img", "<video", "film", "Frau am Fenster"):
        assert text not in html + api + images
    assert "Wir helfen." in html


def test_the_last_day_is_a_day_on_which_it_holds() -> None:
    consent = factories.make_consent(valid_until=days(0))
    assert consent.holds()
    assert not consent.holds(days(1))
    assert list(Picture.objects.shown()) == []
    kept = photograph(consent)
    assert list(Picture.objects.shown()) == [kept]


def test_the_search_finds_the_words_and_nobody_by_the_name(home: HomePage) -> None:
    consent = factories.make_consent()
    text_page(home, person(consent))

    def found(words: str) -> bool:
        return bool(find(RequestFactory().get("/"), words, "de"))

    assert found("zugehoert")
    assert not found("Xanthippe")
    consent.valid_until = days(-1)
    consent.save()
    assert not found("zugehoert")


def test_the_alternative_text_is_translated_and_the_name_is_not(home: HomePage, client: Client) -> None:
    consent = factories.make_consent()
    page = text_page(home, person(consent), picture(photograph(consent)))
    words = {
        "So geht es": "How",
        "Wir helfen.": "We help.",
        "Ein Fenster": "A window",
        "Im Sommer": "In summer",
        WORDS: "They listened.",
        "beraet Familien": "advises families",
    }
    translation = fill(page, "en", words)
    from wagtail_localize.models import OverridableSegment, StringSegment

    given = set(
        StringSegment.objects.filter(source=translation.source).values_list("string__data", flat=True)
    )
    assert given == set(words)
    paths = OverridableSegment.objects.filter(source=translation.source).values_list(
        "context__path", flat=True
    )
    assert not [path for path in paths if path.endswith("consent")]
    publish(translation)
    html = read(client, "/en/so/")
    image = html.select_one("figure.picture img")
    assert image is not None
    assert image["alt"] == "A window"
    assert NAME in html.text
    assert "They listened." in html.text


# Withdrawing ----------------------------------------------------------------------------------------------------------


def dump() -> Iterator[tuple[str, str]]:
    """Everything in the database as text, table by table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for cell in row:
                    text = (
                        bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)
                    )
                    yield table, text


def tables_with(*texts: str) -> set[str]:
    wanted = [text.casefold() for text in texts]
    return {table for table, cell in dump() if any(text in cell.casefold() for text in wanted)}


def files_in(media: Path) -> set[str]:
    return {str(file.relative_to(media)) for file in media.rglob("*") if file.is_file()}


def test_nothing_of_a_person_is_left_after_withdrawal(
    home: HomePage,
    client: Client,
    media: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    editor = User.objects.create_superuser("editor", password="editor")
    other, other_file = factories.make_consent(), a_file("stays.mp4")
    staying = factories.make_picture(title="Haus")
    before = files_in(media)

    consent = factories.make_consent(name=NAME, paper="Ordner 9")
    shot = photograph(consent, file=noisy((600, 400)))
    log(shot, "wagtail.create", user=editor)
    shot.title = NAME
    shot.save()
    log(shot, "wagtail.edit", user=editor)
    shot.get_rendition("max-165x165")
    film = a_file("film.mp4")
    stays = [
        picture(staying, 21),
        person(other, 22, name="Bleibende Person", words="Danke."),
        video(other_file, other, 23),
    ]
    page = text_page(home, person(consent), picture(shot), video(film, consent), *stays)
    # An older version said something else; a translation was published, then the original changed once more.
    edit(
        page,
        body=json.dumps(
            [person(consent, words=f"Ich, {NAME}, sage."), picture(shot), video(film, consent), *stays]
        ),
    )
    translation = fill(page, "en", {f"Ich, {NAME}, sage.": f"I, {NAME}, say.", "Ein Fenster": "A window"})
    publish(translation)
    page = TextPage.objects.get(pk=page.pk)
    page.body = json.dumps([*page.body.get_prep_value(), person(consent, 31)])
    page.save_revision()
    assert tables_with("Xanthippe", "Beispielperson")
    others = Change.objects.filter(kind="page").count()
    seen = version()

    assert consents.resting_on(consent).versions > 3
    assert tables_with("Xanthippe")
    with django_capture_on_commit_callbacks(execute=True):
        gone = consents.withdraw(consent, by=editor)

    assert {one.pk for one in gone.pages} == {page.pk, translation.get_target_instance().pk}
    assert (gone.pictures[0].title, gone.sizes, len(gone.files)) == (NAME, 2, 1)
    assert tables_with("Xanthippe", "Beispielperson", Path(shot.file.name).stem, "film.mp4", WORDS) == set()
    assert files_in(media) == before
    assert version() > seen
    assert Change.objects.filter(kind="page").count() == others + 1
    for address in ("/de/so/", "/en/so/"):
        html = read(client, address)
        assert len(html.select("main figure")) == 3
        assert "Bleibende Person" in html.text
    entry = ModelLogEntry.objects.get(action="spaces.withdraw_consent")
    assert (entry.user, "Ordner 9" in entry.label) == (editor, True)
    consent.refresh_from_db()
    assert (consent.name, consent.withdrawn_on, consent.paper) == ("", days(0), "Ordner 9")
    assert not consent.holds()
    # The page goes on, and its translation too.
    edit(page, title="So geht es weiter")
    publish(translation)
    assert "Bleibende Person" in read(client, "/en/so/").text


def test_a_file_that_another_consent_shows_too_stays(home: HomePage, media: Path) -> None:
    first, second, film = factories.make_consent(), factories.make_consent(), a_file("film.mp4")
    text_page(home, video(film, first), video(film, second, 14))
    consents.withdraw(first)
    assert Document.objects.filter(pk=film.pk).exists()


def test_what_is_previewed_is_forgotten_too(home: HomePage, admin: Client) -> None:
    consent = factories.make_consent(name=NAME)
    session = admin.session
    session["wagtail-preview-1"] = [f"body-0-value-name={NAME}", 0]
    session["kept"] = "yes"
    session.save()
    consents.withdraw(consent)
    assert "wagtail-preview-1" not in admin.session
    assert admin.session["kept"] == "yes"


def test_withdrawing_asks_with_everything_that_goes(
    home: HomePage, admin: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    consent = factories.make_consent(name=NAME)
    a_full_page(home, consent)
    other = factories.make_text_page(
        home, slug="von-hand", title="Von Hand", body=[block("text", f"<p>{NAME}</p>", 1)]
    )
    url = reverse("withdraw_consent", args=[consent.pk])
    asked = BeautifulSoup(admin.get(url).content, "html.parser").text
    for text in ("So geht es", "Frau am Fenster", "film.mp4", "Von Hand"):
        assert text in asked
    assert Consent.objects.get(pk=consent.pk).withdrawn_on is None
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(url, follow=True)
    assert Consent.objects.get(pk=consent.pk).withdrawn_on == days(0)
    assert reverse("wagtailadmin_pages:edit", args=[other.pk]) in answer.content.decode()
    # Done once, it is not asked for again.
    assert admin.get(url).status_code == 302
    edit_url = reverse("wagtailsnippets_spaces_consent:edit", args=[consent.pk])
    assert url not in admin.get(edit_url).content.decode()


def test_consents_are_in_nothing_that_others_read(home: HomePage, client: Client) -> None:
    factories.make_consent(name=NAME, paper="Ordner 77")
    for url in ("/sitemap.xml", "/api/v1/changes/", "/api/v2/pages/", "/api/v1/everything/", "/api/schema/"):
        content = client.get(url).content.decode()
        assert NAME not in content
        assert "Ordner 77" not in content


# Roles ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def teams() -> dict[str, Any]:
    roles.set_up()
    own, other = factories.make_space(name="Eigen"), factories.make_space(name="Fremd")
    people = {
        "county": roles.COUNTY,
        "administrator": roles.ADMINISTRATORS,
        "team": roles.team_name(own),
        "translator": roles.translators_name("ar"),
    }
    found: dict[str, Any] = {"own": own, "other": other}
    for name, group in people.items():
        user = User.objects.create_user(name, password=name)
        user.groups.add(Group.objects.get(name=group))
        found[name] = Client()
        found[name].force_login(user)
    return found


REACHES = {
    "county": {"own", "other", "common"},
    "administrator": {"own", "other", "common"},
    "team": {"own"},
    "translator": set(),
}


@pytest.mark.parametrize("role", REACHES)
def test_each_role_sees_changes_and_withdraws_its_own_consents(teams: dict[str, Any], role: str) -> None:
    client, names = teams[role], "wagtailsnippets_spaces_consent"
    rows = {
        "own": factories.make_consent(space=teams["own"], name="Eigene Person"),
        "other": factories.make_consent(space=teams["other"], name="Fremde Person"),
        "common": factories.make_consent(name="Gemeinsame Person"),
    }
    listed = client.get(reverse(f"{names}:list"))
    chosen = client.get(reverse("wagtailsnippetchoosers_spaces_consent:choose_results"))
    form = client.get(reverse("wagtailimages:add")) if role != "translator" else None
    for whose, consent in rows.items():
        may = whose in REACHES[role]
        for response in (listed, chosen, form):
            if response is not None:
                assert (consent.name in response.content.decode()) is may, whose
        for action in ("edit", "history", "usage"):
            url = reverse(f"{names}:{action}", args=[consent.pk])
            assert (client.get(url).status_code == 200) is may, (whose, action)
        # Nobody deletes one.
        assert client.get(reverse(f"{names}:delete", args=[consent.pk])).status_code == 302
        withdraw = reverse("withdraw_consent", args=[consent.pk])
        assert (client.get(withdraw).status_code == 200) is may
        client.post(withdraw)
        consent.refresh_from_db()
        assert (consent.withdrawn_on is not None) is may, whose


@pytest.mark.parametrize("role", REACHES)
def test_each_role_records_consents_of_its_own_spaces(teams: dict[str, Any], role: str) -> None:
    for whose in ("own", "other", "common"):
        space = teams.get(whose)
        data = {
            "name": f"{whose} Person",
            "to_name": "on",
            "given_on": "2026-01-01",
            "paper": "Ordner 1",
            "space": space.pk if isinstance(space, Space) else "",
        }
        teams[role].post(reverse("wagtailsnippets_spaces_consent:add"), data)
        assert Consent.objects.filter(name=data["name"]).exists() is (whose in REACHES[role]), whose


def test_a_team_puts_no_words_under_anothers_consent(teams: dict[str, Any]) -> None:
    index = factories.make_space_index_page(factories.make_home_page(slug="portal"))
    page = factories.make_space_page(index, teams["own"])
    for whose in ("other", "own"):
        consent = factories.make_consent(space=teams[whose])
        body = streamfield([("person", {"name": NAME, "role": "", "words": "", "consent": str(consent.pk)})])
        data = nested_form_data(
            {
                "title": page.title,
                "slug": page.slug,
                "lead": "",
                "space": page.space_id,
                "body": body,
                "comments": inline_formset([]),
            }
        )
        teams["team"].post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
        draft = SpacePage.objects.get(pk=page.pk).get_latest_revision()
        assert (NAME in str(draft.content)) is (whose == "own"), whose


# The desk -------------------------------------------------------------------------------------------------------------


def test_the_desk_tells_of_consents_that_end(teams: dict[str, Any]) -> None:
    factories.make_consent(name="Bald Person", space=teams["own"], valid_until=days(30))
    factories.make_consent(name="Vorbei Person", space=teams["own"], valid_until=days(-1))
    factories.make_consent(name="Spaeter Person", space=teams["own"], valid_until=days(31))
    factories.make_consent(name="Fremde Person", space=teams["other"], valid_until=days(3))
    for role, expected in (("team", {"Bald", "Vorbei"}), ("county", {"Bald", "Vorbei", "Fremde"})):
        soup = BeautifulSoup(teams[role].get("/admin/").content, "html.parser")
        section = soup.select_one("section[aria-labelledby=desk-consents]")
        assert section is not None
        named = {name for name in ("Bald", "Vorbei", "Spaeter", "Fremde") if name in section.text}
        assert named == expected
    soup = BeautifulSoup(teams["translator"].get("/admin/").content, "html.parser")
    assert soup.select_one("section[aria-labelledby=desk-consents]") is None


def test_the_pictures_model_is_the_one_that_wagtail_uses() -> None:
    assert get_image_model() is Picture
