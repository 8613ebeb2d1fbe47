"""What makes a German text hard to read or not to be relied on, as far as a program can see it.

Pure: passages go in, findings come out; who calls it says them in words. Leichte Sprache has stricter rules of its own.
Whether a text is understood, only its readers can say.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

#: So many words a sentence may have.
MOST_WORDS = 20
#: The same in Leichte Sprache; with the name of a place or an organisation in it, a few more.
MOST_SIMPLE_WORDS, MOST_SIMPLE_WORDS_WITH_A_NAME = 12, 15
#: So many letters a word may have, and one in Leichte Sprache.
MOST_LETTERS, MOST_SIMPLE_LETTERS = 20, 14

#: Findings of these kinds are mistakes; the others are advice.
HARD = frozenset({"heading skipped", "heading empty", "link", "promise"})

#: Words of links that say nothing to who hears them read out one by one.
EMPTY_LINKS = frozenset(
    (
        "hier, mehr, weiter, link, dort, da, klick, hier klicken, klicken sie hier, klick hier, mehr "
        "erfahren, mehr lesen, weiterlesen, mehr infos, mehr informationen, weitere informationen, diesem "
        "link, dieser link, siehe hier, diese seite, auf dieser seite, website, internetseite"
    ).split(", ")
)

#: Words of offices, by how they begin, and what a person would say.
PLAIN_WORDS = {
    "zuständig": "für Sie da",
    "bezüglich": "zu",
    "hinsichtlich": "zu",
    "gemäß": "nach",
    "mittels": "mit",
    "zwecks": "für",
    "seitens": "von",
    "unverzüglich": "sofort",
    "Inanspruchnahme": "nutzen",
    "in Anspruch nehmen": "nutzen",
    "in Anspruch genommen": "genutzt",
    "Antragstell": "wer den Antrag stellt",
    "Durchführung": "machen",
    "zur Verfügung stehen": "da sein",
    "steht zur Verfügung": "ist da",
    "stehen zur Verfügung": "sind da",
    "stehen Ihnen zur Verfügung": "sind für Sie da",
    "steht Ihnen zur Verfügung": "ist für Sie da",
    "im Rahmen": "bei",
    "bei Bedarf": "wenn Sie es brauchen",
    "Erziehungsberechtigte": "Eltern",
    "Personensorgeberechtigte": "Eltern",
    "Leistungsberechtigte": "wer Hilfe bekommen kann",
    "Anspruchsberechtigte": "wer Hilfe bekommen kann",
    "Terminvereinbarung": "einen Termin ausmachen",
    "niedrigschwellig": "ohne Termin und ohne Antrag",
    "Klient": "Menschen",
    "vorstellig": "kommen",
    "Rechtsbehelf": "Widerspruch",
    "obliegt": "ist Aufgabe von",
    "ggf.": "vielleicht",
    "bzw.": "oder",
}

#: What no text of the portal promises: who learns of a talk, and what an authority will do.
PROMISES = re.compile(
    r"\b(?:niemand|keine[rm]?)\b[^.!?]{0,40}\b(?:erfährt|erfahren)\b"
    r"|\b(?:sagen|erzählen|verraten)\b[^.!?]{0,40}\b(?:niemand(?:em|en)?|nichts|nicht weiter)\b"
    r"|\b(?:sagen|erzählen|geben|melden)\b[^.!?]{0,40}\b(?:nie|niemals|nicht)\b[^.!?]{0,40}\b(?:weiter|Ausländer\w+|Jugendamt)\b"
    r"|\bnicht\b[^.!?]{0,20}\b(?:Ausländer(?:behörde|amt)|Einwanderungs\w+)\b"
    r"|\bbleibt\b[^.!?]{0,20}\bunter uns\b|\bbleibt geheim\b"
    r"|\b(?:streng|absolut|ganz|immer|völlig|garantiert)\s+(?:vertraulich|anonym|geheim)\b"
    r"|\bgarantier\w+|\bversprechen wir\b|\bwir versprechen\b",
    re.IGNORECASE,
)

#: Fewer words say nothing about how easy a text is.
_ENOUGH_WORDS = 30

_VOWELS = re.compile(r"aa|ee|oo|ai|au|äu|ei|eu|ey|ie|[aeiouyäöü]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BARE_URL = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)


class Passage(NamedTuple):
    """What stands in one field: its name for the editor, and its text, as HTML."""

    field: str
    html: str


class Finding(NamedTuple):
    """Something to look at: its kind, where it is, the words in question, and those to use in their place."""

    kind: str
    field: str
    text: str
    instead: str = ""

    @property
    def is_hard(self) -> bool:
        return self.kind in HARD


class Report(NamedTuple):
    findings: list[Finding]
    #: How easy the text is, from 0 (hard) to 100; None where it is too short to say.
    ease: int | None


def check(passages: Iterable[Passage], simple: bool = False, names: Collection[str] = ()) -> Report:
    """Everything that is found in the passages of one page, in their order. `simple`: it is Leichte Sprache. `names`:
    of places and organisations, which may be long.
    """
    findings: list[Finding] = []
    level, spoken = 1, []
    for passage in passages:
        parts = _parts(passage.html)
        for part in parts:
            if part.tag.startswith("h"):
                if not part.text:
                    findings.append(Finding("heading empty", passage.field, part.tag))
                    continue
                if int(part.tag[1]) > level + 1:
                    findings.append(Finding("heading skipped", passage.field, part.text))
                level = int(part.tag[1])
            elif part.tag == "a" and says_nothing(part.text):
                findings.append(Finding("link", passage.field, part.text))
        for part in parts:
            if part.tag == "a":
                continue
            of_part = sentences(part.text)
            # Headings and names are no sentences; they would make every text look easy.
            spoken += [] if part.tag.startswith("h") else of_part
            for sentence in of_part:
                findings += _of_sentence(passage.field, sentence, simple, names)
    return Report(findings, ease(spoken))


def _of_sentence(field: str, sentence: str, simple: bool, names: Collection[str]) -> Iterator[Finding]:
    if PROMISES.search(sentence):
        yield Finding("promise", field, sentence)
    if simple:
        for rule in broken_rules(sentence, names):
            yield Finding(rule, field, sentence)
        return
    if len(sentence.split()) > MOST_WORDS:
        yield Finding("too long", field, sentence)
    # An official word may be quoted, beside the easy one.
    for word in _WORD.findall(_without((*names, *re.findall("„[^“]*“", sentence)), sentence)):
        if max(map(len, word.split("-"))) > MOST_LETTERS:
            yield Finding("long word", field, word)
    for word, instead in PLAIN_WORDS.items():
        if found := re.search(rf"(?<!\w){re.escape(word)}\w*", sentence, re.IGNORECASE):
            yield Finding("officialese", field, found[0], instead)


def says_nothing(words: str) -> bool:
    """Whether the words of a link do not say where it leads."""
    plain = " ".join(re.sub(r"[^\w\s:/.-]", " ", words).split()).strip(" .:").casefold()
    return plain in EMPTY_LINKS or not plain or bool(_BARE_URL.fullmatch(words.strip()))


def ease(spoken: Collection[str]) -> int | None:
    """How easy sentences are to read: Flesch's figure with the numbers for German by Toni Amstad (Wie verständlich sind
    unsere Zeitungen? Zürich 1978): 180 - words a sentence - 58.5 * syllables a word. From 60 on it is easy; below 40
    it is hard.
    """
    words = [word for sentence in spoken for word in _WORD.findall(sentence)]
    if len(words) < _ENOUGH_WORDS:
        return None
    syllables = sum(max(1, len(_VOWELS.findall(word))) for word in words)
    figure = 180 - len(words) / len(spoken) - 58.5 * syllables / len(words)
    return round(min(100, max(0, figure)))


# A text in its parts --------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A heading, a paragraph, a point of a list, or a link in one of them, without tags."""

    tag: str
    text: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[_Part] = []
        self.block, self.link = "p", False
        self.words: list[str] = []
        self.of_link: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.link, self.of_link = True, []
        elif tag in _BLOCKS:
            self.end()
            self.block = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.link = False
            self.parts.append(_Part("a", _joined(self.of_link)))
        elif tag in _BLOCKS:
            self.end()

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.link:
            self.of_link.append(data)

    def end(self) -> None:
        text = _joined(self.words)
        if text or self.block.startswith("h"):
            self.parts.append(_Part(self.block, text))
        self.block, self.words = "p", []


_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "div", "br")


def _parts(html: str) -> list[_Part]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end()
    return reader.parts


def _joined(words: Iterable[str]) -> str:
    return " ".join("".join(words).split())


def sentences(text: str) -> list[str]:
    """A text in its sentences, without what is not read: tags and placeholders (each stands for a word)."""
    text = re.sub(r"%\(\w+\)[sd]", "X", re.sub(r"<[^>]+>", "", text))
    # It ends no sentence.
    text = text.replace("e. V.", "e.V.")
    return re.split(r"(?<=[.!?])[“”]?\s+(?=[„(]?[A-ZÄÖÜ0-9])(?<!e\.V\.\s)", text)


# Leichte Sprache ------------------------------------------------------------------------------------------------------

#: Long words that are not put together out of others.
_NO_COMPOUNDS = {"Veranstaltungen", "Schwierigkeiten"}

#: Not a number but the name of a holiday.
_NAMES_WITH_A_NUMBER = "Heilige Drei Könige"

_PARTICIPLE = r"\w*ge\w+(?:t|en)"
_WORDS_OF_NUMBERS = "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"


def _is_long(sentence: str, names: Collection[str]) -> bool:
    has_name = any(name in sentence for name in names)
    return len(sentence.split()) > (MOST_SIMPLE_WORDS_WITH_A_NAME if has_name else MOST_SIMPLE_WORDS)


def _has_genitive(sentence: str, names: Collection[str]) -> bool:
    return bool(re.search(r"\b(?:des|eines|[dms]eines|ihres|Ihres)\s+(?:\w+en\s+)?[A-ZÄÖÜ]\w*s\b", sentence))


def _has_passive(sentence: str, names: Collection[str]) -> bool:
    be = r"\b(?:wird|werden|wurden?|worden)\b"
    return bool(re.search(rf"{be}.*\b{_PARTICIPLE}\b|\b{_PARTICIPLE}\s+{be}", sentence))


def _has_number_in_letters(sentence: str, names: Collection[str]) -> bool:
    spoken = "|".join(_WORDS_OF_NUMBERS.split())
    return bool(re.search(rf"\b(?:{spoken})\b", sentence.replace(_NAMES_WITH_A_NUMBER, ""), re.IGNORECASE))


def _has_conditional(sentence: str, names: Collection[str]) -> bool:
    return bool(re.search(r"\b(?:könnt|würd|hätt|wär|müsst|sollt)e[nt]?\b", sentence, re.IGNORECASE))


def _has_abbreviation(sentence: str, names: Collection[str]) -> bool:
    return bool(re.search(r"\b(?:z\.\s?B|d\.\s?h|u\.\s?a|usw|bzw|ggf|evtl|inkl)\.", sentence))


def _has_long_compound(sentence: str, names: Collection[str]) -> bool:
    # An official word may be quoted, beside the easy one.
    sentence = _without((*names, *re.findall("„[^“]*“", sentence)), sentence)
    return bool(set(re.findall(rf"[^\W\d_]{{{MOST_SIMPLE_LETTERS + 1},}}", sentence)) - _NO_COMPOUNDS)


RULES: dict[str, Callable[[str, Collection[str]], bool]] = {
    "too long": _is_long,
    "genitive": _has_genitive,
    "passive": _has_passive,
    "number in letters": _has_number_in_letters,
    "conditional": _has_conditional,
    "abbreviation": _has_abbreviation,
    "long compound": _has_long_compound,
}


def broken_rules(sentence: str, names: Collection[str] = ()) -> list[str]:
    """The rules of Leichte Sprache that a sentence breaks."""
    return [rule for rule, is_broken in RULES.items() if is_broken(sentence, names)]


def _without(names: Iterable[str], sentence: str) -> str:
    for name in names:
        sentence = sentence.replace(name, "")
    return sentence
