"""What somebody typed as an address, taken apart: postcode, house number, street slot, place slot.

Pure: no Django, no gazetteer, no clock. Which words are names of anything is the gazetteer's question.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

#: A longer text is no address. The API refuses bodies beyond 4 KB anyway.
LONGEST = 300

_TABLE = str.maketrans(
    {
        "ä": "a", "ö": "o", "ü": "u", "ß": "s", "ø": "o", "ł": "l", "ı": "i", "đ": "d", "æ": "a", "œ": "o",
    }
)  # fmt: skip
#: Digits as they are typed on Arabic and Persian keyboards.
_DIGITS = {ord(zero) + n: str(n) for zero in "٠۰" for n in range(10)}
#: Apostrophes, and invisible characters (joiners, direction marks, soft hyphens, tatweel) mean nothing in an address.
_DROPPED = dict.fromkeys(
    [
        *map(ord, "'’‘`´ʼ"),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xAD,
        0xFEFF,
        0x640,
    ]
)

#: Most addresses hold none of these, and need no cleaning.
_UNUSUAL = re.compile(r"[^\x00-&(-~äöüÄÖÜß]")

_WHOLE_WORDS = {"sankt": "st", "skt": "st", "gr": "gros", "kl": "klein", "strs": "str"}


def fold_word(word: str) -> str:
    """One word without what people write differently: case, umlauts (ä, ae, a), ß and ss, accents.

    Lossy on purpose, and the same for what is imported and what is asked: "Süttorf", "Suettorf" and "SUTTORF" are one.
    """
    word = word.lower()
    if not word.isascii():
        word = word.translate(_TABLE)
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
    if "e" in word:
        word = word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    if "ss" in word:
        word = word.replace("ss", "s").replace("ss", "s")
    if "strase" in word:
        word = word.replace("strase", "str")
    return _WHOLE_WORDS.get(word, word)


def fold(name: str) -> str:
    """The key of a name: its folded words written together, so that hyphens, blanks, dots and brackets do not count."""
    return _together([fold_word(word) for word in _WORD.findall(_clean(name))])


def _together(keys: list[str]) -> str:
    key = "".join(keys)
    # "Bundes Straße" is "Bundesstraße", which has lost an s already.
    return key.replace("ss", "s") if "ss" in key else key


def spellings(name: str) -> tuple[str, str]:
    """Two less lossy keys: umlauts as two letters, and as one. An error beside "ü" or "ue" is one in one of them."""
    letters = "".join(_WORD.findall(_clean(name).lower()))
    double, single = letters, letters
    for umlaut, vowel in ("äa", "öo", "üu"):
        double, single = double.replace(umlaut, vowel + "e"), single.replace(umlaut, vowel)
    return double, single


def plain(name: str) -> str:
    """A key that forgives nothing but capitals, blanks and hyphens: tells "Könau" from "Konau"."""
    return "".join(_WORD.findall(_clean(name).lower()))


_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(
    r"""
    (?P<word>[^\W\d_]+)
  | (?P<postcode>(?<!\d)\d{5}(?!\d))
  | (?P<number>(?<!\d)\d{1,4}(?!\d)(?:[ \t]{0,3}[a-zA-Z](?!\w))?
      (?:\s*[-–/+]\s*\d{1,4}(?!\d)(?:[ \t]{0,3}[a-zA-Z](?!\w))?)*)
  | (?P<stop>[,;|\n\r\u060C\u2022\u00B7]+)
  | (?P<digits>\d+)
    """,
    re.VERBOSE,
)
#: What stands before a postcode in a letter from abroad: "D-21357".
_COUNTRY = frozenset(("d", "de"))
#: Words that say where in the house somebody lives, or in which country. They name no street and no place.
_NOISE = frozenset(
    "hinterhaus vorderhaus seitenfluegel seitenflugel wohnung whg app apartment og eg dg ug etage stock links rechts"
    " zimmer aufgang nr hnr hausnummer deutschland germany allemagne niemcy brd".split()
)


class Word(NamedTuple):
    """A word as typed (`raw`) and as compared (`key`); `hyphened`: a hyphen ties it to the word before."""

    raw: str
    key: str
    hyphened: bool = False


Words = tuple[Word, ...]

#: Where the place slot is. `fixed`: its border is known (a comma, a postcode, a number stands between).
#: `open`: street and place may stand in one row of words, in either order. `place_first`: words after a postcode that
#: end in a house number, so a place and then a street, or a street alone.
Order = Literal["fixed", "open", "place_first"]


def key_of(words: Words) -> str:
    """The key of words: the same that `fold` makes of a name."""
    if len(words) == 1:
        return words[0].key
    return _together([word.key for word in words])


class Address(NamedTuple):
    """An address taken apart. Where `order` is not `fixed`, all words are in `street` and `place` is empty.

    `aside` holds the other parts between commas: a name above the street, a village before the postal town.
    """

    postcode: str = ""
    house_number: str = ""
    street: Words = ()
    place: Words = ()
    aside: tuple[Words, ...] = ()
    order: Order = "fixed"


class _Chunk:
    """What stands between two commas (or beside a postcode): words, and how many of them precede the house number."""

    __slots__ = ("words", "number", "number_at", "after_postcode")

    def __init__(self, after_postcode: bool = False) -> None:
        self.words: list[Word] = []
        self.number = ""
        self.number_at = -1
        self.after_postcode = after_postcode


def read(text: str) -> Address | None:
    """Take apart what somebody typed. None where it cannot be an address: no letters or digits, or far too long.

    Two different postcodes are no address either: nobody lives in two, and guessing which one is meant is not our job.
    """
    if len(text) > LONGEST:
        return None
    chunks, postcodes = _chunks(_clean(text))
    if len(postcodes) > 1 or not (chunks or postcodes):
        return None
    postcode = next(iter(postcodes), "")
    if not chunks:
        return Address(postcode)
    for at in range(len(chunks) - 1, -1, -1):
        if chunks[at].number_at >= 0:
            return _with_number(chunks, at, postcode)
    return _without_number(chunks, postcode)


def _clean(text: str) -> str:
    if not _UNUSUAL.search(text):
        return text
    return unicodedata.normalize("NFKC", text.translate(_DROPPED)).translate(_DIGITS)


def _chunks(text: str) -> tuple[list[_Chunk], set[str]]:
    chunks: list[_Chunk] = []
    postcodes: set[str] = set()
    chunk = _Chunk()
    for match in _TOKEN.finditer(text):
        kind, raw = match.lastgroup, match.group()
        if kind == "word" or kind == "digits":
            key = fold_word(raw)
            if key and key not in _NOISE:
                at = match.start()
                chunk.words.append(Word(raw, key, at > 0 and text[at - 1] in "-–‐"))
        elif kind == "number":
            if chunk.number:
                # Only the last number is the house number: "Straße des 17. Juni 5".
                chunk.words.insert(chunk.number_at, Word(chunk.number, fold_word(chunk.number)))
            chunk.number, chunk.number_at = raw, len(chunk.words)
        elif kind == "postcode":
            postcodes.add(raw)
            if chunk.words and chunk.words[-1].key in _COUNTRY:
                chunk.words.pop()
            _close(chunk, chunks)
            chunk = _Chunk(after_postcode=True)
        elif chunk.words or chunk.number:
            _close(chunk, chunks)
            chunk = _Chunk()
    _close(chunk, chunks)
    return chunks, postcodes


def _close(chunk: _Chunk, chunks: list[_Chunk]) -> None:
    if not chunk.words and chunk.number and chunks and chunks[-1].number_at < 0:
        # "Dorfstraße, 5": the number belongs to the words before the comma.
        chunks[-1].number, chunks[-1].number_at = chunk.number, len(chunks[-1].words)
    elif chunk.words or chunk.number:
        chunks.append(chunk)


def _without_number(chunks: list[_Chunk], postcode: str) -> Address:
    for first, chunk in enumerate(chunks):
        if chunk.after_postcode:
            before = [tuple(c.words) for c in chunks[:first]]
            if not before and len(chunks) > first + 1:
                # "21365 Adendorf, Lindenstraße"
                return Address(postcode, "", tuple(chunks[-1].words), _joined(chunks[first:-1]))
            street = before.pop() if before else ()
            return Address(postcode, "", street, _joined(chunks[first:]), tuple(before))
    if len(chunks) == 1:
        return Address(postcode, "", tuple(chunks[0].words), order="open")
    return Address(postcode, "", tuple(chunks[0].words), tuple(chunks[-1].words), _aside(chunks[1:-1]))


def _with_number(chunks: list[_Chunk], at: int, postcode: str) -> Address:
    chunk = chunks[at]
    number, words = chunk.number, tuple(chunk.words)
    street, behind = words[: chunk.number_at], words[chunk.number_at :]
    before, following = chunks[:at], chunks[at + 1 :]
    for start, later in enumerate(following):
        if later.after_postcode:
            if not street:
                # "12 Dorfstraße, 21357 Bardowick"
                street, behind = behind, ()
            aside = _aside(before, behind, following[:start]) if before or behind or start else ()
            return Address(postcode, number, street, _joined(following[start:]), aside)
    if not street:
        if following:
            # "12 Dorfstraße, Bardowick"
            return Address(postcode, number, behind, _joined(following), _aside(before))
        if before:
            return Address(postcode, number, behind, _joined(before))
        return Address(postcode, number, behind, order="open")
    if following or behind:
        # What follows the number, or the commas after it, is the place slot.
        return Address(postcode, number, street, behind + _joined(following), _aside(before))
    if chunk.after_postcode:
        return Address(postcode, number, street, order="place_first", aside=_aside(before))
    if before:
        return Address(postcode, number, street, _joined(before))
    return Address(postcode, number, street, order="open")


def _joined(chunks: list[_Chunk]) -> Words:
    if len(chunks) == 1:
        return tuple(chunks[0].words)
    return tuple(word for chunk in chunks for word in chunk.words)


def _aside(
    before: list[_Chunk], behind: Words = (), between: list[_Chunk] | None = None
) -> tuple[Words, ...]:
    if not (before or behind or between):
        return ()
    parts = [*(tuple(c.words) for c in before), behind, *(tuple(c.words) for c in between or ())]
    return tuple(part for part in parts if part)


#: Kinds of street that villages are never named by: a word that ends in one of these is surely a street.
_SURE = (
    "str",
    "weg",
    "allee",
    "platz",
    "ring",
    "gase",
    "damm",
    "chausee",
    "stieg",
    "twiete",
    "redder",
    "pfad",
)
_BEGINNINGS = frozenset(
    "am an auf im in zum zur hinter hinterm unter unterm uber vor vorm achter neben op to up beim von".split()
)
#: After one of these a name is part of the street's: "An der Ilmenau".
_JOINTS = _BEGINNINGS | frozenset("der die das dem den des bei nach".split())


def looks_like_street(words: Words, *, after_place: bool = False) -> bool:
    """Whether words are surely a street's name by their shape alone: "Hauptstr", "Lüneburger Weg", "Am Berge".

    Used only where no comma and no number tells street and place apart. A bare "Straße" or "Weg" is no name. Behind a
    place "an der Pegnitz" may be more of the place's name.
    """
    if not words or is_bare_kind(words) or words[-1].key in _JOINTS:
        return False
    return words[-1].key.endswith(_SURE) or (
        words[0].key in _BEGINNINGS and len(words) > 1 and not after_place
    )


def is_bare_kind(words: Words) -> bool:
    """Whether this is "Straße" or "Weg" and nothing else, which names nothing by itself."""
    return len(words) == 1 and words[0].key in _SURE


def goes_on(words: Words) -> bool:
    """Whether a name must follow these words: "An der"."""
    return bool(words) and words[-1].key in _JOINTS


def house_number_span(number: str) -> tuple[int, int] | None:
    """First and last number of "5", "5 a", "17-19"; None without a number."""
    digits = [int(part) for part in re.findall(r"\d+", number)]
    return (digits[0], digits[-1]) if digits else None


def understood(words: Words) -> str:
    """The words as they were typed, parted by blanks."""
    return " ".join(word.raw for word in words)
