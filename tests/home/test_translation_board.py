"""The translation board: what it shows, to whom, and what it does; and a language as a file."""

from html import unescape
from typing import Any

import polib
import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import GroupPagePermission, Page
from wagtail_localize.models import StringTranslation, Translation

from home import po
from home.models import HomePage, TextPage
from home.translation_board import (
    STATES,
    TARGETS,
    Cell,
    board,
    changed_sentences,
    columns,
    compared,
)
from portal.translation import OLDER
from tests import factories
from tests.home.test_translations_admin import publishers
from tests.portal.test_translation import (
    MACHINE,
    MANUAL,
    codes,
    edit,
    fill,
    paragraphs,
    sentences,
    state_of,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIRST, SECOND = "Wir helfen allen Familien.", "Der Kaffee ist umsonst."
CHANGED = "Wir helfen gern allen Familien."
WORDS = {"So geht es": "How it works", FIRST: "We help all families.", SECOND: "Coffee is free."}


@pytest.fixture
def home() -> HomePage:
    page = factories.make_home_page(title="Portal", slug="portal")
    for code in ("en", "ar"):
        translate(page, code, {"Portal": f"Portal {code}"})
    return page


@pytest.fixture
def german(home: HomePage) -> TextPage:
    return factories.make_text_page(home, title="So geht es", slug="so", body=paragraphs(FIRST, SECOND))


@pytest.fixture
def editor() -> User:
    return User.objects.create_superuser("admin", password="admin")


@pytest.fixture
def admin(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def translators(language: str, *permissions: str) -> User:
    """Somebody who may do this below one language's home page, and begin translations."""
    user = publishers(f"{language} translator")
    group = user.groups.get()
    group.permissions.add(
        Permission.objects.get(codename="submit_translation", content_type__app_label="wagtail_localize")
    )
    for permission in permissions:
        GroupPagePermission.objects.create(
            group=group,
            page=HomePage.objects.get(locale__language_code=language),
            permission=Permission.objects.get(codename=f"{permission}_page"),
        )
    return User.objects.get(pk=user.pk)


def cell(user: User, page: Page, language: str) -> Cell:
    return next(
        cell
        for row in board(user)
        for cell in row.cells
        if row.page.pk == page.pk and cell.language.code == language
    )


def html(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def shown(client: Client, query: str = "") -> list[list[str]]:
    """The table, row by row, as the classes of its cells: `older`."""
    soup = html(client, reverse("translation_board") + query)
    return [
        [
            next(
                name.removeprefix("board-")
                for name in each.select_one(".board-state")["class"]  # type: ignore[index]
                if name != "board-state"
            )
            for each in row.select("td")
        ]
        for row in soup.select("tbody tr")
    ]


# What it shows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "is_changed", "said"),
    [
        (WORDS, MANUAL, False, ("current",)),
        (WORDS, MACHINE, False, ("machine",)),
        (WORDS, MANUAL, True, ("older",)),
        (WORDS, MACHINE, True, ("older", "machine")),
        ({"So geht es": "How it works", FIRST: WORDS[FIRST]}, MANUAL, False, ("partial",)),
        (None, MANUAL, False, ("missing",)),
    ],
)
def test_a_cell_says_the_state(
    german: TextPage,
    editor: User,
    admin: Client,
    words: dict[str, str] | None,
    kind: str,
    is_changed: bool,
    said: tuple[str, ...],
) -> None:
    page = translate(german, "en", words, kind) if words else None
    if is_changed:
        edit(german, body=paragraphs(CHANGED, SECOND))
    found = cell(editor, german, "en")
    assert found.codes == said
    assert found.page == page
    soup = html(admin, reverse("translation_board") + "?language=en&title=so geht")
    shown_cell = soup.select_one("tbody td .board-state")
    assert shown_cell is not None
    with override("de"):
        state = STATES[said[0]]
        assert str(state.word) in shown_cell.get_text()
        assert state.sign in shown_cell.get_text()
        for code in said:
            assert str(STATES[code].meaning) in unescape(str(shown_cell["title"]))
    if page:
        assert shown_cell["href"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    else:
        assert (shown_cell.name, shown_cell["value"]) == ("button", f"{german.pk}:en")


def test_what_was_never_published_is_a_draft(german: TextPage, editor: User) -> None:
    fill(german, "en", WORDS).save_target(publish=False)
    assert cell(editor, german, "en").codes == ("draft",)


def test_pages_stand_in_the_order_of_the_tree_and_languages_are_counted(
    german: TextPage, editor: User, home: HomePage
) -> None:
    translate(german, "en", WORDS)
    factories.make_text_page(home, title="Danach", slug="danach")
    draft = factories.make_text_page(home, title="Unfertig", slug="unfertig")
    draft.unpublish()
    rows = board(editor)
    assert [(row.page.title, row.level) for row in rows] == [("Portal", 0), ("So geht es", 1), ("Danach", 1)]
    assert [each.language.code for each in rows[0].cells] == [language.code for language in TARGETS]
    counts = {column.language.code: (column.current, column.total) for column in columns(rows)}
    assert (counts["en"], counts["ar"], counts["ti"]) == ((2, 3), (1, 3), (0, 3))


def test_language_state_and_title_narrow_the_table(german: TextPage, admin: Client) -> None:
    translate(german, "en", WORDS, MACHINE)
    assert [len(row) for row in shown(admin)] == [11, 11]
    assert shown(admin, "?language=en") == [["current"], ["machine"]]
    assert shown(admin, "?language=en&state=machine") == [["machine"]]
    assert shown(admin, "?language=ar&state=machine") == []
    assert shown(admin, "?language=en&title=PORT") == [["current"]]
    assert [len(row) for row in shown(admin, "?language=xx&state=xx")] == [11, 11]
    assert "ar: 1" in html(admin, reverse("translation_board")).select("thead th")[5].get_text()


def test_more_pages_and_languages_cost_no_more_queries(
    german: TextPage, admin: Client, home: HomePage
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert admin.get(reverse("translation_board")).status_code == 200
        return len(captured)

    translate(german, "en", WORDS)
    queries()
    before = queries()
    assert before <= 30
    for number in range(3):
        page = factories.make_text_page(
            home, title=f"Seite {number}", slug=f"seite-{number}", body=paragraphs(FIRST, SECOND)
        )
        for code in ("en", "ar", "uk"):
            translate(page, code, WORDS if code == "en" else {FIRST: "…"})
    edit(german, body=paragraphs(CHANGED, SECOND))
    # What every translation ever was is asked for once, where something else stands on a page.
    assert queries() <= before + 1


# Who may do what ------------------------------------------------------------------------------------------------------


def test_translators_see_the_languages_in_which_they_may_do_something(
    german: TextPage, client: Client
) -> None:
    translate(german, "en", WORDS, MACHINE)
    translate(german, "ar", WORDS, MACHINE)
    client.force_login(translators("ar", "change", "add"))
    soup = html(client, reverse("translation_board"))
    assert [option["value"] for option in soup.select("#language option")] == ["", "ar"]
    assert [len(row) for row in shown(client)] == [1, 1]
    assert not soup.select("[form=check]")


def test_translators_of_one_language_begin_pages_in_this_one_alone(
    german: TextPage, home: HomePage, client: Client
) -> None:
    translator = translators("ar", "change")
    client.force_login(translator)
    assert cell(translator, german, "ar").may == {"create"}
    assert cell(translator, german, "en").may == set()
    url = reverse("create_translation")
    response = client.post(url, {"cell": f"{german.pk}:en"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 403
    response = client.post(url, {"cell": f"{german.pk}:ar"})
    made = Page.objects.get(translation_key=german.translation_key, locale__language_code="ar")
    assert response.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert not made.live


@pytest.mark.parametrize(
    ("name", "args"),
    [("translation_board", []), ("translation_file", ["ar"]), ("export_po", ["ar"])],
)
def test_the_board_is_for_those_who_may_change_pages(
    home: HomePage, client: Client, name: str, args: list[str]
) -> None:
    url = reverse(name, args=args)
    assert client.get(url).headers["Location"].startswith("/admin/login/")
    client.force_login(publishers("nobody"))
    assert client.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    client.force_login(translators("ar", "change"))
    assert client.get(url).status_code == 200


def test_the_menu_leads_to_the_board_and_no_report_repeats_it(home: HomePage, admin: Client) -> None:
    page = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("translation_board") in page
    assert reverse("wagtail_localize:translations_report") not in page


@pytest.mark.parametrize("value", ["", "x", "1:de", "999999:ar", ":"])
def test_no_translation_of_what_is_not_there_can_be_begun(
    german: TextPage, admin: Client, value: str
) -> None:
    assert admin.post(reverse("create_translation"), {"cell": value}).status_code == 404


def test_a_translation_is_begun_with_the_pages_above_it(german: TextPage, admin: Client) -> None:
    below = TextPage(title="Darunter", slug="darunter")
    factories.make_page(below, german)
    response = admin.post(reverse("create_translation"), {"cell": f"{below.pk}:uk"})
    made = Page.objects.get(translation_key=below.translation_key, locale__language_code="uk")
    assert response.headers["Location"] == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert made.get_parent().translation_key == german.translation_key
    assert not made.live
    again = admin.post(reverse("create_translation"), {"cell": f"{below.pk}:uk"})
    assert again.headers["Location"] == response.headers["Location"]


@pytest.mark.parametrize("way", ["board", "file"])
def test_where_an_alias_stood_no_german_copy_is_published(german: TextPage, admin: Client, way: str) -> None:
    below = TextPage(title="Darunter", slug="darunter")
    factories.make_page(below, german)
    admin.post(reverse("create_translation"), {"cell": f"{below.pk}:uk"})
    alias = Page.objects.get(translation_key=german.translation_key, locale__language_code="uk")
    assert alias.alias_of_id
    if way == "board":
        admin.post(reverse("create_translation"), {"cell": f"{german.pk}:uk"})
    else:
        bring(admin, file_of({FIRST: "…"}, "uk"), "uk")
    made = Page.objects.get(pk=alias.pk)
    assert (made.alias_of_id, made.live) == (None, False)


def test_the_editor_to_which_a_cell_leads_saves_a_sentence(german: TextPage, admin: Client) -> None:
    page = translate(german, "en", WORDS, MACHINE)
    translation = Translation.objects.get(source__object_id=page.translation_key)
    segment = translation.source.stringsegment_set.get(string__data=FIRST)
    url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    # As a browser sends a form.
    content = encode_multipart(BOUNDARY, {"value": "We help everybody."})
    response = admin.put(url, content, content_type=MULTIPART_CONTENT)
    assert response.status_code == 200
    written = StringTranslation.objects.get(translation_of__data=FIRST)
    assert (written.data, written.translation_type) == ("We help everybody.", MANUAL)


# What has changed since -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "went", "came"),
    [
        ("Wir helfen.", "Wir helfen gern.", "Wir <del>helfen.</del>", "Wir <ins>helfen gern.</ins>"),
        ("a b c", "a c", "a <del>b</del> c", "a c"),
        ("", "neu", "", "<ins>neu</ins>"),
        ("gleich", "gleich", "gleich", "gleich"),
        ("a <b>", "a & c", "a <del>&lt;b&gt;</del>", "a <ins>&amp; c</ins>"),
    ],
)
def test_words_that_went_and_came_are_marked(before: str, now: str, went: str, came: str) -> None:
    assert compared(before, now) == (went, came)


def test_an_older_sentence_stands_beside_the_german_one_it_was_written_for(
    german: TextPage, admin: Client
) -> None:
    page = translate(german, "en", WORDS)
    edit(german, body=paragraphs(CHANGED, SECOND))
    edit(german, body=paragraphs("Wir helfen gern allen Kindern.", SECOND, "Bringen Sie Zeit mit!"))
    assert changed_sentences(page) == [
        (
            "Wir helfen allen <del>Familien.</del>",
            "Wir helfen <ins>gern</ins> allen <ins>Kindern.</ins>",
            "We help all families.",
        ),
        ("", "<ins>Bringen Sie Zeit mit!</ins>", ""),
    ]
    soup = html(admin, reverse("translation_changes", args=[page.pk]))
    assert [each.get_text() for each in soup.select("tbody ins")] == [
        "gern",
        "Kindern.",
        "Bringen Sie Zeit mit!",
    ]
    assert soup.select_one(f'a[href="{reverse("confirm_translation", args=[page.pk])}"]')
    link = html(admin, reverse("translation_board")).select_one("tbody td br + a")
    assert link is not None
    assert link["href"] == reverse("translation_changes", args=[page.pk])


def test_a_current_translation_has_no_changes(german: TextPage, admin: Client, client: Client) -> None:
    page = translate(german, "en", WORDS)
    assert changed_sentences(page) == []
    assert not html(admin, reverse("translation_changes", args=[page.pk])).select("main table")
    assert admin.get(reverse("translation_changes", args=[german.pk])).status_code == 404
    client.force_login(translators("ar", "change"))
    url = reverse("translation_changes", args=[page.pk])
    assert client.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403


# Checked --------------------------------------------------------------------------------------------------------------


def test_several_pages_are_checked_at_once_after_a_question(
    german: TextPage, home: HomePage, admin: Client
) -> None:
    other = factories.make_text_page(home, title="So geht es", slug="auch", body=paragraphs(FIRST))
    third = factories.make_text_page(home, title="So geht es", slug="nicht", body=paragraphs(FIRST))
    pages = [translate(page, "en", WORDS, MACHINE) for page in (german, other, third)]
    soup = html(admin, reverse("translation_board") + "?language=en")
    assert [box["value"] for box in soup.select("[type=checkbox][form=check]")] == [
        str(page.pk) for page in pages
    ]
    ticked = {"page": [pages[0].pk, pages[1].pk], "language": "en"}
    url = reverse("confirm_translations")
    asked = admin.post(url, ticked)
    assert asked.status_code == 200
    assert [codes(page) for page in pages] == [("machine",)] * 3
    assert len(BeautifulSoup(asked.content, "html.parser").select("main [name=page]")) == 2
    answered = admin.post(url, {**ticked, "confirmed": "yes"})
    assert answered.headers["Location"] == reverse("translation_board") + "?language=en"
    assert [codes(page) for page in pages] == [("current",), ("current",), ("machine",)]


def test_nothing_is_checked_where_one_page_is_not_theirs_or_none_is_ticked(
    german: TextPage, home: HomePage, client: Client
) -> None:
    arabic, english = translate(german, "ar", WORDS, MACHINE), translate(german, "en", WORDS, MACHINE)
    client.force_login(translators("ar", "change", "publish"))
    url = reverse("confirm_translations")
    data = {"page": [arabic.pk, english.pk], "confirmed": "yes"}
    assert client.post(url, data, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403
    assert client.post(url, {"language": "ar", "confirmed": "yes"}).status_code == 302
    assert codes(arabic) == codes(english) == ("machine",)
    assert client.get(url).status_code == 405
    client.post(url, {"page": [arabic.pk], "confirmed": "yes"})
    assert codes(arabic) == ("current",)


# A language as a file -------------------------------------------------------------------------------------------------


def upload(client: Client, content: bytes | polib.POFile, language: str = "en", **data: str) -> Any:
    content = content if isinstance(content, bytes) else str(content).encode()
    file = SimpleUploadedFile("x.po", content)
    return client.post(reverse("translation_file", args=[language]), {"file": file, **data})


def bring(client: Client, file: polib.POFile, language: str = "en", **data: str) -> Any:
    """Upload, look, and confirm."""
    asked = upload(client, file, language, **data)
    form = BeautifulSoup(asked.content, "html.parser").select_one("main form:has(textarea)")
    assert form is not None
    posted = {"confirmed": form.select_one("textarea").get_text()}  # type: ignore[union-attr]
    posted |= {str(each["name"]): str(each["value"]) for each in form.select("input[type=hidden]")}
    return client.post(reverse("translation_file", args=[language]), posted)


def file_of(words: dict[str, str], language: str = "en") -> polib.POFile:
    file = polib.POFile()
    file.metadata = {"Language": language, "Content-Type": "text/plain; charset=UTF-8"}
    file.extend(polib.POEntry(msgid=text, msgstr=translated) for text, translated in words.items())
    return file


def test_what_differs_from_place_to_place_comes_back_to_its_place(
    german: TextPage, home: HomePage, admin: Client
) -> None:
    other = factories.make_text_page(home, title="So geht es", slug="auch", body=paragraphs(FIRST))
    pages = [
        translate(german, "en", WORDS),
        translate(other, "en", {**WORDS, FIRST: "All families are welcome."}),
    ]
    exported = po.export("en")
    assert not po.check(exported, "en").differences
    StringTranslation.objects.filter(translation_of__data=FIRST).update(data="lost")
    assert bring(admin, exported).status_code == 302
    for page in pages:
        Translation.objects.get(source__object_id=page.translation_key).save_target(publish=False)
        page.get_latest_revision().publish()
    assert [sentences(page)[0] for page in pages] == ["We help all families.", "All families are welcome."]


def test_a_file_is_shown_first_then_saved_and_never_published(german: TextPage, admin: Client) -> None:
    page = translate(german, "en", WORDS)
    file = file_of({FIRST: "We support all families.", SECOND: WORDS[SECOND], "Gibt es nicht.": "None."})
    asked = upload(admin, file)
    report = asked.context["report"]
    assert [(each.place.text, each.after) for each in report.changed] == [(FIRST, "We support all families.")]
    assert (report.new, report.same, report.unknown) == ([], 1, ["Gibt es nicht."])
    assert not StringTranslation.objects.filter(data="We support all families.").exists()
    answered = bring(admin, file)
    assert answered.headers["Location"] == reverse("translation_board") + "?language=en"
    written = StringTranslation.objects.get(data="We support all families.")
    assert (written.translation_type, written.tool_name, written.last_translated_by.username) == (
        MANUAL,
        "",
        "admin",
    )
    assert sentences(page) == [WORDS[FIRST], WORDS[SECOND]]


def test_a_machines_file_is_marked_as_one(german: TextPage, admin: Client) -> None:
    bring(admin, file_of({FIRST: "نساعد كل العائلات."}, "ar"), "ar", is_machine="on")
    assert StringTranslation.objects.get(translation_of__data=FIRST).translation_type == MACHINE
    made = Page.objects.get(translation_key=german.translation_key, locale__language_code="ar")
    assert not made.live


def test_older_sentences_leave_as_unsure_and_come_back_as_checked(german: TextPage, admin: Client) -> None:
    page = translate(german, "en", WORDS)
    edit(german, body=paragraphs(CHANGED, SECOND))
    exported = po.export("en")
    assert [entry.msgid for entry in exported if entry.fuzzy] == [CHANGED]
    report = po.check(exported, "en")
    assert (report.differences, report.unsure) == ([], 1)
    for entry in exported:
        entry.flags = []
    assert len(po.check(exported, "en").checked) == 1
    bring(admin, exported)
    assert not StringTranslation.objects.filter(tool_name=OLDER).exists()
    assert not state_of(page).untranslated


@pytest.mark.parametrize(
    ("translated", "is_taken"),
    [
        ('Read <a id="a1">the <b>rules</b></a>.', True),
        ("Read the rules.", False),
        ('Read <a id="a2">the rules</a>.', False),
        ('Read <a id="a1">the rules</a> and <a id="a2">more</a>.', False),
        ('Read <script>x</script><a id="a1">the rules</a>.', False),
        ('Read <a id="a1">the \x07rules</a>.', False),
    ],
)
def test_what_would_break_a_page_is_left_out(
    home: HomePage, admin: Client, translated: str, is_taken: bool
) -> None:
    text = 'Lesen Sie <a href="https://example.org/">die <b>Regeln</b></a>.'
    factories.make_text_page(home, title="So", slug="so", body=paragraphs(text, "Hallo."))
    place = next(place for place in po.places("en") if "Regeln" in place.text)
    file = file_of({place.text: translated, "Hallo.": "Hello."})
    report = upload(admin, file).context["report"]
    assert [text for text, reason in report.broken if reason] == ([] if is_taken else [place.text])
    assert {each.place.text for each in report.new} == {"Hallo."} | ({place.text} if is_taken else set())


def test_a_title_has_to_fit(german: TextPage) -> None:
    assert len(po.check(file_of({"So geht es": "x" * 255}), "ti").new) == 1
    assert [text for text, _ in po.check(file_of({"So geht es": "x" * 256}), "ti").broken] == ["So geht es"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        'msgid "a"\nmsgstr "\xe4"\n'.encode("latin-1"),
        b'msgid "a\nmsgstr "b"\n',
        b"\x00\x01\x02",
        b"/etc/passwd",
        str(file_of({FIRST: "x"}, "fr")).encode(),
        str(file_of({FIRST: "x" * po.LARGEST_FILE})).encode(),
    ],
    ids=["empty", "text", "latin-1", "damaged", "bytes", "path", "other language", "huge"],
)
def test_a_file_that_is_none_is_refused_with_the_reason(
    german: TextPage, admin: Client, content: bytes
) -> None:
    response = upload(admin, content)
    assert response.status_code == 200
    assert "report" not in response.context
    assert "error" in BeautifulSoup(response.content, "html.parser").select_one(".messages li")["class"]  # type: ignore[index]
    assert not StringTranslation.objects.filter(translation_of__data=FIRST).exists()


@pytest.mark.parametrize("language", ["de", "xx"])
def test_there_is_no_file_of_a_language_into_which_nothing_is_translated(
    admin: Client, language: str
) -> None:
    for name in ("export_po", "translation_file"):
        assert admin.get(reverse(name, args=[language])).status_code == 404


def test_a_file_changes_only_pages_that_its_bearer_may_change_and_that_are_no_ones_own_writing(
    german: TextPage, home: HomePage, client: Client
) -> None:
    other = factories.make_text_page(home, title="Anders", slug="anders", body=paragraphs("Hallo."))
    translate(german, "en", WORDS)
    arabic = translate(other, "ar", {"Hallo.": "مرحبا"})
    Translation.objects.filter(source__object_id=arabic.translation_key).update(enabled=False)
    client.force_login(translators("ar", "change"))
    report = upload(client, file_of({FIRST: "…", "Hallo.": "أهلا"}, "ar"), "ar").context["report"]
    assert ([each.place.text for each in report.new], report.forbidden) == ([FIRST], 1)
    response = client.post(
        reverse("translation_file", args=["en"]),
        {"confirmed": str(file_of({FIRST: "Mine."}))},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.status_code == 403
    assert not StringTranslation.objects.filter(data="Mine.").exists()


def test_what_is_finished_is_published_after_a_question(
    german: TextPage, home: HomePage, admin: Client
) -> None:
    half = factories.make_text_page(home, title="Halb", slug="halb", body=paragraphs("Eins.", "Zwei."))
    words = {**WORDS, "Halb": "Half", "Eins.": "One."}
    bring(admin, file_of(words))
    made = {
        page: Page.objects.get(translation_key=page.translation_key, locale__language_code="en")
        for page in (german, half)
    }
    url = reverse("publish_translations", args=["en"])
    assert admin.get(url).status_code == 405
    asked = admin.post(url)
    assert [page.pk for page in asked.context["pages"]] == [made[german].pk]
    assert not Page.objects.get(pk=made[german].pk).live
    admin.post(url, {"confirmed": "yes"})
    assert Page.objects.get(pk=made[german].pk).live
    assert not Page.objects.get(pk=made[half].pk).live
    assert sentences(made[german].specific) == [WORDS[FIRST], WORDS[SECOND]]
    assert codes(made[german].specific) == ("current",)
    assert admin.post(url).context["pages"] == []


def test_only_who_may_publish_publishes(german: TextPage, home: HomePage, client: Client) -> None:
    fill(german, "ar", WORDS).save_target(publish=False)
    client.force_login(translators("ar", "change"))
    client.post(reverse("publish_translations", args=["ar"]), {"confirmed": "yes"})
    assert not Page.objects.get(translation_key=german.translation_key, locale__language_code="ar").live
