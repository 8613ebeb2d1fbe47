"""What is found in a German text; and that the starter content has none of the mistakes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.writing import HARD, Finding, Passage, check, ease, says_nothing

PAGES = json.loads((Path(settings.PORTAL_DATA) / "starter" / "pages.json").read_text(encoding="utf-8"))[
    "pages"
]


def kinds(*html: str, simple: bool = False) -> list[str]:
    return [finding.kind for finding in check([Passage("text", each) for each in html], simple).findings]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<h2>Eins</h2><p>Ja.</p><h3>Zwei</h3><h2>Drei</h2>", []),
        ("<h3>Zu tief</h3><p>Ja.</p>", ["heading skipped"]),
        ("<h2>Eins</h2><h2> </h2>", ["heading empty"]),
        ("<h2><b></b></h2>", ["heading empty"]),
    ],
)
def test_headings_go_down_one_level_at_a_time_and_say_something(html: str, found: list[str]) -> None:
    assert kinds(html) == found


def test_headings_are_counted_through_all_passages_of_a_page() -> None:
    assert kinds("<h2>Eins</h2>", "<h3>Zwei</h3>") == []
    assert kinds("<p>Nichts.</p>", "<h3>Zwei</h3>") == ["heading skipped"]


@pytest.mark.parametrize(
    ("words", "empty"),
    [
        *(
            (words, True)
            for words in ("hier", "Hier", "mehr …", "Klicken Sie hier!", "»hier«", "", "www.example.org")
        ),
        *((words, True) for words in ("https://example.org/a?b=c", "Weitere Informationen")),
        *(
            (words, False)
            for words in ("Öffnungszeiten", "Hier ist das Büro", "Mehr über Hilfen für Familien")
        ),
    ],
)
def test_words_of_a_link_say_where_it_leads(words: str, empty: bool) -> None:
    assert says_nothing(words) is empty
    assert kinds(f'<p>Das Büro: <a href="/x/">{words}</a></p>') == (["link"] if empty else [])


@pytest.mark.parametrize(
    ("sentence", "finding"),
    [
        ("Ein Wort " + "und noch eins " * 7 + "ist viel.", "too long"),
        ("Das ist die Flüchtlingssozialarbeitsstelle.", "long word"),
        ("Das ist die Flüchtlings-Sozialarbeit.", None),
        ("Ämter schreiben: „Flüchtlingssozialarbeit“.", None),
        ("Sie ist für Adendorf zuständig.", "officialese"),
        ("Kommen Sie bei Bedarf.", "officialese"),
        ("Kommen Sie, wenn Sie es brauchen.", None),
    ],
)
def test_hard_words_and_sentences_are_found(sentence: str, finding: str | None) -> None:
    assert kinds(f"<p>{sentence}</p>") == ([finding] if finding else [])


def test_a_word_of_offices_comes_with_the_plain_one_and_its_place() -> None:
    report = check([Passage("Einleitung", "Kommen Sie, das Büro ist zuständig.")])
    assert report.findings == [Finding("officialese", "Einleitung", "zuständig", "für Sie da")]
    assert not report.findings[0].is_hard


@pytest.mark.parametrize(
    "sentence",
    [
        "Wir sagen niemandem etwas.",
        "Niemand erfährt davon.",
        "Wir geben nichts weiter, auch nicht an das Jugendamt.",
        "Wir melden das nicht der Ausländerbehörde.",
        "Das Gespräch bleibt unter uns.",
        "Alles ist streng vertraulich.",
        "Wir garantieren eine Antwort.",
    ],
)
def test_promises_that_nobody_can_make_are_mistakes(sentence: str) -> None:
    assert "promise" in HARD
    assert "promise" in kinds(sentence)
    assert "promise" in kinds(sentence, simple=True)


@pytest.mark.parametrize(
    "sentence",
    ["Fragen Sie zuerst, wer von dem Gespräch erfährt.", "Niemand muss allein bleiben.", "Das bleibt so."],
)
def test_what_is_no_promise_is_none(sentence: str) -> None:
    assert kinds(sentence) == []


def test_in_simple_german_its_own_rules_hold() -> None:
    assert kinds("Der Brief wird im Büro gelesen.", simple=True) == ["passive"]
    assert kinds("Der Brief wird im Büro gelesen.") == []


def test_reading_ease_is_that_of_the_formula() -> None:
    # 40 words of one syllable in 10 sentences: 180 - 4 - 58.5, which is more than 100.
    assert ease(["Das ist mein Haus."] * 10) == 100
    # 36 words in 6 sentences, and 78 syllables: 180 - 6 - 58.5 * 78 / 36.
    assert ease(["Familien bekommen Unterstützung von Beratungsstellen morgen."] * 6) == round(
        max(0, 180 - 6 - 58.5 * 19 / 6)
    )
    assert ease(["Zu kurz."]) is None


def passages(page: dict[str, Any]) -> Iterator[Passage]:
    yield Passage("title", page["title"])
    yield Passage("lead", page.get("lead", ""))
    for block in page.get("body", []):
        value = block["value"]
        parts = value if isinstance(value, dict) else {"text": value}
        if heading := parts.get("heading"):
            yield Passage("heading", f"<h2>{heading}</h2>")
        yield Passage("text", parts.get("text", ""))


@pytest.mark.parametrize("page", PAGES, ids=[page["slug"] for page in PAGES])
def test_the_starter_content_has_no_mistakes_and_is_not_hard_to_read(page: dict[str, Any]) -> None:
    report = check(passages(page))
    assert [finding for finding in report.findings if finding.is_hard] == []
    assert report.ease is None or report.ease >= 50
