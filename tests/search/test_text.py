"""What people write differently is one word to the search, in every language; and any text can be searched for."""

import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.languages import BY_CODE
from search.text import LONGEST, Document, Index, Passage, fold, is_filler, passages, tokens

# Writings ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Büro", "BUERO"),
        ("Büro", "buro"),
        ("Straße", "strasse"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("çocuğı", "cocugi"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("élève", "eleve"),
        ("ŞÊWIRMENDÎ", "sewirmendi"),
        ("ребёнок", "ребенок"),
        ("ґанок", "ганок"),
        ("أحمد", "احمد"),
        ("إقامة", "اقامه"),
        ("آباء", "ابا"),
        ("على", "علي"),
        ("مَدْرَسَة", "مدرسه"),
        ("مـــدرسة", "مدرسة"),
        ("کودک", "كودك"),
        ("بچۀ", "بچه"),
        ("۱۸", "18"),
        ("١٨", "18"),
        ("ሠላም", "ሰላም"),
        ("ሐገዝ", "ሀገዝ"),
        ("ኀገዝ", "ሀገዝ"),
        ("ፀሓይ", "ጸሃይ"),
        ("ምኽሪ", "ምክሪ"),
        ("ዑቕባ", "ኡቅባ"),
        ("ቈልዓ", "ቆልኣ"),
        ("\u2067مدرسة\u2069", "مدرسة"),
        ("Bü\u00adro", "Büro"),
    ],
)
def test_two_writings_of_a_word_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("ї", "і"), ("Kind", "Rind"), ("ب", "ت"), ("ለ", "ሉ")])
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Schulen", "Schule"),
        ("de", "Flüchtlinge", "fluechtling"),
        ("de-simple", "Beratungen", "beratung"),
        ("en", "worries", "worry"),
        ("en", "child’s", "childs"),
        ("fr", "l’école", "les écoles"),
        ("fr", "écoles", "ecole"),
        ("pl", "szkoły", "szkoła"),
        ("ru", "детей", "дети"),
        ("ru", "Школу", "школы"),
        ("tr", "okuldan", "okullar"),
        ("tr", "Bleckede'de", "Bleckede"),
        ("uk", "школи", "школу"),
        ("uk", "сім’я", "сімя"),
        ("uk", "допомогою", "допомоги"),
        ("kmr", "dibistanê", "dibistana"),
        ("kmr", "zarokên", "zarok"),
        ("ar", "المدرسة", "بالمدرسة"),
        ("ar", "كتابي", "والكتاب"),
        ("fa", "بچه‌ها", "بچهها"),
        ("fa", "مدرسه", "مدرسة"),
        ("ti", "ንስደተኛታት", "ስደተኛ"),
        ("ti", "ትምህርትኹም", "ትምህርቲ"),
        ("ti", "ሓገዝ", "ክሕግዝ"),
        ("ti", "ውላደይ", "ንውላድኩም"),
        ("uk", "Sozialraumbüro", "SOZIALRAUMBUERO"),
    ],
)
def test_forms_of_a_word_have_a_key_in_common(language: str, one: str, other: str) -> None:
    assert set(tokens(one, language)) & set(tokens(other, language))


@pytest.mark.parametrize(
    ("language", "text", "keys"),
    [
        ("de-simple", "Sozial-Raum", ["sozialraum", "sozial", "raum"]),
        ("ti", "ቤት-ትምህርቲ", ["በተተመሀረ", "በተ", "ተመሀረ"]),
        ("fa", "می‌خواهم", 3),
        ("fr", "l'aide", ["l", "aid"]),
        ("uk", "сім'я", ["сім"]),
        ("de", "", []),
        ("de", " \t\n…!?\"'()-", []),
        ("ar", "ء", []),
        ("de", "\u2066\u2069", []),
    ],
)
def test_words_are_parted_and_joined(language: str, text: str, keys: list[str] | int) -> None:
    found = tokens(text, language)
    assert (len(found) if isinstance(keys, int) else found) == keys


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("de", "und", True),
        ("de", "Schule", False),
        ("ar", "في", True),
        ("ti", "ኣብ", True),
        ("kmr", "û", True),
        ("xx", "und", False),
        ("de", "?", True),
    ],
)
def test_words_that_say_nothing_are_known(language: str, word: str, expected: bool) -> None:
    assert is_filler(word, language) == expected


def test_each_language_knows_words_that_say_nothing() -> None:
    said = {
        "de": "und",
        "de-simple": "und",
        "en": "and",
        "uk": "та",
        "ru": "но",
        "ar": "من",
        "fa": "و",
        "tr": "ve",
    }
    said |= {"fr": "et", "pl": "ale", "kmr": "ji", "ti": "ናብ"}
    assert said.keys() == BY_CODE.keys()
    assert [code for code, word in said.items() if not is_filler(word, code)] == []


# Ranking -------------------------------------------------------------------------------------------------------------

PAGES = [
    Document("school", "Grundschule", "Wenn Ihr Kind nicht gern zur Schule geht"),
    Document("advice", "Rat für Familien", "Jemand hört Ihnen zu", (Passage("Es gibt oft Streit."),)),
    Document("bleckede", "Sozialraum Bleckede", "Für Familien", names=("Bleckede", "Alt Garge", "Barskamp")),
    Document("bardowick", "Sozialraum Bardowick", "Für Familien", names=("Bardowick", "Vögelsen")),
    Document(
        "visit", "Der erste Besuch", "", (Passage("Was Sie mitbringen", True), Passage("Was kostet das?"))
    ),
]
SYNONYMS = [("Streit", "Ärger", "Zank"), ("kosten", "Preis", "bezahlen")]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Bleckede", "bleckede"),
        ("Familienbüro Bleckede", "bleckede"),
        ("Barskamp", "bleckede"),
        ("Voegelsen", "bardowick"),
        ("Ärger daheim", "advice"),
        ("AERGER", "advice"),
        ("Preis", "visit"),
        ("Schulangst", "school"),
        ("Grundschulklasse", "school"),
        ("Streti", "advice"),
        ("Блекеде", "bleckede"),
        ("بليكيده", "bleckede"),
        ("ባርዶቪክ", "bardowick"),
        ("привет Bleckede مرحبا", "bleckede"),
        ('"Streit" AND (OR* NOT', "advice"),
    ],
)
def test_the_page_that_answers_comes_first(query: str, first: str) -> None:
    hits = Index(PAGES, "de", SYNONYMS).search(query)
    assert hits
    assert hits[0].key == first


@pytest.mark.parametrize("query", ["", "   ", "und die", "xyzxyz", '"', "привет", "\x00", "123456789", "🙂"])
def test_what_leads_nowhere_finds_nothing(query: str) -> None:
    assert Index(PAGES, "de", SYNONYMS).search(query) == []


def test_what_was_typed_counts_for_more_than_what_means_the_same() -> None:
    pages = [Document("one", "Ärger"), Document("other", "Streit"), Document("third", "Hilfe")]
    hits = Index(pages, "de", SYNONYMS).search("Streit")
    assert [hit.key for hit in hits] == ["other", "one"]
    assert hits[0].score > hits[1].score


def test_a_passage_that_stands_on_many_pages_counts_for_little_on_each() -> None:
    same = Passage("Fragen zum Besuch beantwortet das Team")
    pages = [Document(str(n), f"Ort{n}", "", (same,)) for n in range(5)]
    hits = Index([*pages, Document("own", "Anderes", "", (Passage("Der Besuch im Team beginnt so"),))], "de")
    assert hits.search("Besuch")[0].key == "own"


def test_parts_of_words_are_found_in_german_only() -> None:
    page = [Document("page", "Flüchtlingssozialarbeit"), Document("other", "Anderes")]
    assert [hit.key for hit in Index(page, "de").search("Sozialarbeit")] == ["page"]
    assert Index(page, "en").search("Sozialarbeit") == []


def test_an_index_without_documents_finds_nothing() -> None:
    assert Index([], "de", SYNONYMS).search("Streit") == []


def test_passages_are_read_from_blocks_as_they_are_stored() -> None:
    body: list[dict[str, Any]] = [
        {
            "type": "text",
            "value": '<h2>Ihr <b>Büro</b></h2><p>Eins &amp; <a id="1">zwei</a>.</p><ul><li>drei</li></ul>',
        },
        {"type": "note", "value": {"heading": "Achtung", "text": "<p>vier</p>"}},
        {"type": "unknown", "value": 5},
        {"type": "empty"},
    ]
    assert list(passages(body)) == [
        Passage("Ihr Büro", True),
        Passage("Eins & zwei."),
        Passage("drei"),
        Passage("Achtung", True),
        Passage("vier"),
    ]


# Whatever is typed ---------------------------------------------------------------------------------------------------

_ANY = st.text(st.characters(), max_size=80) | st.text("'\"()*:-&|!<>\\%_\x00 \u200c\u0640abüß", max_size=40)


@pytest.mark.slow
@pytest.mark.parametrize("language", [*BY_CODE, "xx"])
@given(text=_ANY)
@example(text="a" * 10_000)
@example(text="streit " * 2_000)
@example(text="'" * 10_000)
@example(text="-".join("ab" for _ in range(3_000)))
@example(text="\ud800 مدرسة")
@example(text="İ" * 200)
def test_no_text_makes_the_search_fail(language: str, text: str) -> None:
    keys = {page.key for page in PAGES}
    hits = Index(PAGES, language, [*SYNONYMS, (text, "Streit")]).search(text)
    assert {hit.key for hit in hits} <= keys
    assert all(tokens(text, language))


def test_what_stands_beyond_the_limit_is_not_read() -> None:
    assert Index(PAGES, "de").search("x" * LONGEST + " Bleckede") == []


def test_a_long_text_keeps_the_search_busy_for_a_moment_only() -> None:
    pages = [Document(str(n), f"Seite {n}", " ".join(f"wort{n}x{m}" for m in range(60))) for n in range(60)]
    index = Index(pages, "de")
    begun = time.process_time()
    index.search(" ".join(f"unbekannt{n}" for n in range(1_000)))
    assert time.process_time() - begun < 0.5
