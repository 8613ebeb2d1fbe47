"""Finding pages by words, in every language: what is written differently is brought together, and pages are ranked.

Pure: no Django, no database, no clock. Documents, their language and the synonyms are arguments. Both sides, what is
found and what is typed, go through `tokens`: letters that people write in two ways are folded, endings are cut off. A
word that no page has is then looked for among its relatives: words that begin alike, the parts of German compounds,
words one slip of the finger away, names written in another script.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import unescape
from math import log
from typing import Any, NamedTuple

import snowballstemmer  # type: ignore[import-untyped]
from rapidfuzz.distance import OSA

from search.transcription import SoundIndex

#: Characters and different words of what was typed that are looked at.
LONGEST = 400
MOST_WORDS = 24

# Letters --------------------------------------------------------------------------------------------------------------

#: Soft hyphens, joiners, direction marks and isolates, byte order marks, the Arabic tatweel. Not the zero-width
#: non-joiner, which parts Persian words.
_DROPPED = dict.fromkeys(
    [0xAD, 0x200B, 0x200D, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x640]
)
#: Digits as they are typed on Arabic and Persian keyboards.
_DIGITS = {ord(zero) + n: str(n) for zero in "٠۰" for n in range(10)}
_APOSTROPHES = "'’‘`´ʼʹ"
#: What is both parted and joined: Sozial-Raum is found as two words and as one.
_JOINTS = "-‐‑‒–\u200c"

_LATIN = str.maketrans({"ß": "ss", "ł": "l", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d"})
_CYRILLIC = str.maketrans({"ё": "е", "ґ": "г"})
#: Alefs, waws, yehs, hehs and kafs as one each, and no hamza.
_ARABIC = str.maketrans("أإآٱؤئىیېةۀکڪ", "ااااوييييههكك", "ء")
#: Before an Arabic stemmer, which knows its own hamzas; and before the Persian one, which knows Persian letters.
_TO_PERSIAN = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه"})
_TO_ARABIC = str.maketrans({"ی": "ي", "ک": "ك"})

#: Ethiopic rows (eight characters each) that sound alike or are spelled one for another, and the row to read.
_ROWS = {
    0x1210: 0x1200, 0x1280: 0x1200, 0x1220: 0x1230, 0x1340: 0x1338, 0x12D0: 0x12A0,
    0x1250: 0x1240, 0x12B8: 0x12A8, 0x1248: 0x1240, 0x1258: 0x1240, 0x1288: 0x1200,
    0x12B0: 0x12A8, 0x12C0: 0x12A8, 0x1310: 0x1308,
}  # fmt: skip
_LABIALIZED = (0x1248, 0x1258, 0x1288, 0x12B0, 0x12C0, 0x1310)


def _ethiopic() -> dict[int, int]:
    table = {}
    for row, read in _ROWS.items():
        for column in range(8):
            # A rounded consonant without a vowel of its own is heard as one with o: ቈ, ቆ.
            table[row + column] = read + (6 if row in _LABIALIZED and column == 0 else column)
    # አ and ኣ are one at the beginning of a word.
    return {**table, 0x12D0: 0x12A3, 0x12A0: 0x12A3}


_ETHIOPIC = _ethiopic()

_ALIKE_LETTERS: dict[str, Mapping[int, str | int | None]] = {
    "arabic": _ARABIC,
    "cyrillic": _CYRILLIC,
    "ethiopic": _ETHIOPIC,
}


def _script(word: str) -> str:
    """The script of a word, by its first letter: latin, cyrillic, arabic, ethiopic, or another or none (empty)."""
    for letter in word:
        code = ord(letter)
        if letter.isalpha():
            if code < 0x250 or 0x1E00 <= code < 0x1F00:
                return "latin"
            if 0x400 <= code < 0x530:
                return "cyrillic"
            if 0x600 <= code < 0x780 or 0x8A0 <= code < 0x900:
                return "arabic"
            return "ethiopic" if 0x1200 <= code < 0x13A0 else ""
    return ""


def fold(word: str) -> str:
    """One word without what people write differently: case, ü, ue and u, ß and ss, accents, Arabic and Ethiopic letters
    that are written one for another.
    """
    word = unicodedata.normalize("NFKC", word.lower()).translate(_DROPPED).translate(_DIGITS).lower()
    script = _script(word)
    if script in _ALIKE_LETTERS:
        word = word.translate(_ALIKE_LETTERS[script])
        # й and ї are letters, not marked ones.
        marked = word if script == "cyrillic" else unicodedata.normalize("NFD", word)
        return "".join(c for c in marked if not unicodedata.combining(c))
    word = unicodedata.normalize("NFKD", word.translate(_LATIN))
    word = "".join(c for c in word if not unicodedata.combining(c)).translate(_LATIN)
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


# Endings --------------------------------------------------------------------------------------------------------------

_STEMMERS = {
    "ar": "arabic", "de": "german", "de-simple": "german", "en": "english", "fa": "persian", "fr": "french",
    "pl": "polish", "ru": "russian", "tr": "turkish",
}  # fmt: skip
_SCRIPTS = {"ar": "arabic", "fa": "arabic", "ru": "cyrillic", "uk": "cyrillic", "ti": "ethiopic"}

#: Whose apostrophe parts words (l'école, Bleckede'de); elsewhere it is dropped (сім'я).
_PARTED_BY_APOSTROPHES = ("fr", "tr")

#: Longest first.
_UKRAINIAN = (
    "ування увати ювати ення ання ятися итися атися ться тися ами ями ові еві єві ого ому ими іми ієї іть ість емо ємо"
    " имо їмо ете єте ите їте уть ють ать ять ала али ати ити іти яти ило ила или ний ній ною ого"
    " их іх ій ий ою ею єю ах ях ам ям ом ем єм ів їв ей ає ує юю ся сь"
    " а я о е и і ї у ю ь й є"
).split()
_KURMANJI = "ekeye eyan eyen eke eka eki yan yen eya ye ya yi an en ek e a i".split()

#: Tigrinya prefixes (not, for, in, will, that, he, she, to), and how many syllables they must leave.
_TIGRINYA_FIRST = {"ኣይ": 3, "ዘይ": 3, "ከይ": 3, "ን": 3, "ብ": 3, "ክ": 3, "ዝ": 3, "ይ": 3, "ት": 4, "ም": 4, "እ": 3}
#: Tigrinya endings as bare consonants: your, their, our, my, plurals, and.
_TIGRINYA_LAST = ("ተተከመ", "ተከመ", "ከመ", "ከነ", "አመ", "ተተ", "ነ", "የ", "ከ", "ተ", "ወ")


def _without_ending(word: str, endings: Iterable[str], shortest: int) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)]
    return word


def _consonants(word: str) -> str:
    """An Ethiopic word as the consonants of its root, in their first form: vowels change from form to form."""
    word = word[: len(_without_ending(_bare(word), _TIGRINYA_LAST, 2))]
    while shorter := _without_beginning(word):
        word = shorter
    return _bare(word)


def _bare(word: str) -> str:
    return "".join(chr(ord(c) & ~7) if 0x1200 <= ord(c) < 0x1380 else c for c in word)


def _without_beginning(word: str) -> str:
    """A Tigrinya word without one prefix; empty where it has none."""
    for first, left in _TIGRINYA_FIRST.items():
        if word.startswith(first) and len(word) - len(first) >= left:
            return word[len(first) :]
    return ""


class _Stemmer:
    """Cuts the endings off the words of one language. Made anew for each text: Snowball's keep the last word."""

    def __init__(self, language: str) -> None:
        self.language, self.script = language, _SCRIPTS.get(language, "latin")
        own = _STEMMERS.get(language)
        self.own: Any = snowballstemmer.stemmer(own) if own else None
        # Latin words in other scripts' texts are German names of things.
        self.latin: Any = self.own if self.script == "latin" else snowballstemmer.stemmer("german")

    def __call__(self, word: str) -> str:
        """The key of a word in lower case, without marks that mean nothing."""
        script = _script(word)
        if script == "latin":
            if self.language == "kmr":
                return _without_ending(fold(word), _KURMANJI, 3)
            return fold(self.latin.stemWord(word) if self.latin else word)
        if script != self.script:
            return fold(word)
        if self.language == "uk":
            return _without_ending(fold(word), _UKRAINIAN, 3)
        if self.language == "ti":
            return _consonants(fold(word))
        if script == "arabic":
            letters = _TO_PERSIAN if self.language == "fa" else _TO_ARABIC
            word = "".join(c for c in word.translate(letters) if not unicodedata.combining(c))
            # "And the": Snowball knows the article only at the beginning.
            word = word[1:] if word.startswith("وال") else word
        return fold(self.own.stemWord(word)) if self.own else fold(word)


_WORD = re.compile(rf"[^\W_]+(?:[{_JOINTS}{_APOSTROPHES}]+[^\W_]+)*")
_JOINT = re.compile(rf"[{_JOINTS}]+")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]+")


def words(text: str, language: str) -> Iterator[tuple[str, ...]]:
    """The words of a text in lower case, each with its parts where it has a hyphen or another joint: ("e-mail", "e",
    "mail") comes as ("email", "e", "mail").
    """
    # Vowel signs are no letters to Python, and would part Arabic words.
    plain = unicodedata.normalize("NFKC", text.lower()).translate(_DROPPED)
    plain = "".join(c for c in plain if not 0x610 <= ord(c) <= 0x670 or c.isalnum()).replace("i\u0307", "i")
    for written in _WORD.findall(plain):
        if language in _PARTED_BY_APOSTROPHES:
            for part in _APOSTROPHE.split(written):
                yield _joined(part)
        else:
            yield _joined(_APOSTROPHE.sub("", written))


def _joined(written: str) -> tuple[str, ...]:
    parts = _JOINT.split(written)
    return ("".join(parts), *parts) if len(parts) > 1 else (written,)


def tokens(text: str, language: str) -> list[str]:
    """The keys of a text's words in their order, as `Index` compares them; of a joined word also those of its parts."""
    stem = _Stemmer(language)
    return [key for forms in words(text, language) for form in forms if (key := stem(form))]


# Words that say nothing by themselves: articles, pronouns, prepositions, forms of "to be" and the like.
_FILLERS = {
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine ich du"
    " er sie es wir ihr mich mir dich dir uns euch ihm ihn ihnen mein meine meinen meinem meiner unser"
    " unsere ihre ihren ihrem sein seine ist bin sind war wird werden kann können muss müssen will"
    " wollen möchte soll darf habe hat haben gibt in im an am auf aus bei beim mit nach von vom vor zu"
    " zum zur für um über unter durch ohne bis dass ob wenn weil wie wo was wer wen welche welcher"
    " welches hier da dort so auch nur noch nun mehr sehr schon immer mal man sich alles als dies"
    " diese dieser dieses etwas",
    "en": "the a an and or but not no i you he she it we they me him her us them my your his our their is"
    " am are was be been being do does did have has had can could will would should may must of in on"
    " at to for from with by about as if that this these those there here what which who whom where"
    " when how why so also just very too get gets getting any some",
    "uk": "і й та а але не ні я ти він вона воно ми ви вони мене мені мій моя моє мої мого моєї моєму моїй"
    " тебе вас вам нас нам його її їх є був була буде бути у в на з із зі до від для про за по під"
    " через чи що як де коли хто який яка яке які це цей ця цю ці цьому так же ж би б то тут там дуже"
    " вже ще все мати маю можна може треба потрібно потрібен хочу",
    "ru": "и а но не ни я ты он она оно мы вы они меня мне мой моя мое мои моего моей моем вас вам нас нам"
    " его ее их есть был была будет быть у в во на с со из к ко от для о об про за по под через ли что"
    " как где когда кто какой какая какое какие это этот эта эту эти этом так же бы то тут там очень"
    " уже еще все мочь можно может надо нужно нужен хочу",
    "ar": "في من على الى إلى عن مع ما لا لم لن ليس هل أن إن انا أنا نحن انت أنت هو هي هم هذا هذه ذلك التي"
    " الذي كل كيف وين أين متى ماذا شو لمن لماذا او أو و ثم قد كان عندي معي لي لنا أريد اريد ممكن لازم"
    " بعد قبل اذا إذا كم مو هنا",
    "fa": "و در به از که با را رو برای این آن است هست هستم هستیم بود شود من ما تو شما او مرا مارا خود هر هم"
    " یا تا بر چه چی چطور چگونه کجا کجاست کی کدام چرا آیا ام ای ایم اید اند می نمی باید نباید دارم"
    " دارد دارید داریم کنم کند کنید میکند میکنم میکنید کردن کرد شدن یک دو توی ها های",
    "tr": "ve veya ama bir bu şu o ben sen biz siz onlar benim bana beni bizim bize sizin size onun için"
    " ile de da ki mi mı mu mü ne nasıl nerede nereye neden kim hangi kaç var yok çok daha en gibi"
    " kadar her şey değil olarak olan istiyorum lazım gerek gerekiyor",
    "fr": "le la les un une des du de d l et ou mais ne pas n je j tu il elle on nous vous ils elles me m"
    " te se s mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs est suis sont être a ai"
    " ont avoir à au aux en dans sur sous pour par avec sans chez que qu qui quoi quel quelle quels"
    " quelles où quand comment pourquoi ce c cet cette ces ça y très plus si peut peux dois faut veux",
    "pl": "i a ale nie w we na z ze do od dla o po za przy przez pod u się to ten ta te tego tej tym jest"
    " są być był była będzie ja ty on ona my wy oni mnie mi mój moja moje mojego mojej moim nas nam"
    " was wam jego jej ich co jak gdzie kiedy kto który która które jaki jaka jakie czy że żeby bo już"
    " tam tu tutaj bardzo też mam ma mieć można mogę może trzeba chcę ile",
    "kmr": "û u an jî ji bi bo li di da de ve ne na ez tu ew em hûn hun ev vê vî wê wî min te me we xwe ku"
    " ka ye e in im hev her hemû kî kê kîjan çi çiqas çawa kengî pir gelek yek re ra heye hene tune"
    " dibe dikarim dixwazim eger",
    "ti": "ናይ ኣብ ካብ ምስ ናብ እዩ እያ እየ ኢና ኢኹም እዮም ድዩ ድያ ድዮም ዲኹም ዶ እዚ እቲ እታ እቶም ነቲ ነዚ ናብቲ ኣብዚ ኣብቲ ከም ከመይ እንታይ"
    " ኣበይ መን መዓስ ክንደይ ንምንታይ ኣሎ ኣላ ኣለኒ ኣለኹ ኣለዎ የብለይን ብዛዕባ ንሕና ኣነ ንስኻ ንስኹም ኩሉ ኩሎም ግን ወይ ድማ ክኢ ይኽእል እኽእል"
    " ደልየ ዘሎ ዝርከብ በዓል ሒዘ ከኣ",
}  # fmt: skip
_FILLERS["de-simple"] = _FILLERS["de"]


@cache
def _fillers(language: str) -> frozenset[str]:
    return frozenset(tokens(_FILLERS.get(language, ""), language))


def is_filler(word: str, language: str) -> bool:
    """Whether a word says nothing by itself, such as "the"."""
    keys = tokens(word, language)
    return not keys or keys[0] in _fillers(language)


# Documents ------------------------------------------------------------------------------------------------------------

#: What a word counts for, by where it stands.
_TITLE, _NAME, _LEAD, _HEADING, _BODY = 4.0, 3.0, 2.0, 1.5, 1.0

_BLOCK = re.compile(r"<(h[2-4]|p|li)\b[^>]*>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class Passage(NamedTuple):
    """A paragraph, an item of a list or a heading of a page's text."""

    text: str
    is_heading: bool = False


class Document(NamedTuple):
    """What can be found. `names`: proper names of what it is about (places, offices), which count like its title."""

    key: str
    title: str
    lead: str = ""
    passages: tuple[Passage, ...] = ()
    names: tuple[str, ...] = ()


class Hit(NamedTuple):
    """A document that was found; `score` only compares hits of the same search."""

    key: str
    score: float


def passages(body: Iterable[Mapping[str, Any]]) -> Iterator[Passage]:
    """The passages of a page's text, as its blocks are stored: rich text in `value`, or plain texts and rich text."""
    for block in body:
        value = block.get("value")
        if isinstance(value, Mapping):
            if heading := str(value.get("heading") or ""):
                yield Passage(heading, is_heading=True)
            # Who is named in a page is not to be found by the name.
            for name in ("description", "caption", "role", "words"):
                if text := str(value.get(name) or ""):
                    yield Passage(text, is_heading=False)
            value = value.get("text")
        if isinstance(value, str):
            for tag, html in _BLOCK.findall(value):
                if text := unescape(_TAG.sub("", html)).strip():
                    yield Passage(text, tag.lower().startswith("h"))


# Ranking --------------------------------------------------------------------------------------------------------------

#: BM25: how soon more of the same word counts for nothing, and how much the length of a document matters.
_K, _B = 1.4, 0.5
#: What a word counts for that was not typed but means the same, begins alike, is part of it, or is one slip away.
_SYNONYM, _BEGINNING, _PART, _SLIP, _SOUND = 0.8, 0.7, 0.5, 0.5, 0.9
#: How much of two words must be the same beginning.
_ALIKE = 0.6
#: How sure the reading of a name in another script must be.
_HEARD = 0.9
#: Hits far below the best one are none.
_FLOOR = 0.15


class Index:
    """Documents of one language, to be searched in memory. Immutable once made; a search takes about a millisecond."""

    def __init__(
        self, documents: Iterable[Document], language: str, synonyms: Iterable[Sequence[str]] = ()
    ) -> None:
        """`synonyms`: groups of words that mean the same to somebody who searches."""
        self.language = language
        self.documents = tuple(documents)
        self._postings: dict[str, dict[int, float]] = {}
        self._lengths = [0.0] * len(self.documents)
        self._count()
        self._average = sum(self._lengths) / len(self._lengths) if self._lengths else 0.0
        self._groups: dict[str, set[str]] = {}
        for group in synonyms:
            keys = {key for word in group for key in tokens(word, language)} - _fillers(language)
            for key in keys:
                self._groups.setdefault(key, set()).update(keys - {key})
        self._known = tuple(self._postings.keys() | self._groups.keys())
        names = sorted({name for document in self.documents for name in document.names})
        self._names = SoundIndex(names) if names else None

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The documents that fit best, the best first; none where no word of the query leads anywhere. Never raises."""
        typed = list(dict.fromkeys(tuple(forms) for forms in words(query[:LONGEST], self.language)))[
            :MOST_WORDS
        ]
        stem = _Stemmer(self.language)
        keys = [[key for form in forms if (key := stem(form))] for forms in typed]
        telling = [
            (forms, of_word)
            for forms, of_word in zip(typed, keys, strict=True)
            if of_word and not _fillers(self.language).issuperset(of_word)
        ]
        scores: dict[int, float] = {}
        for forms, of_word in telling:
            best: dict[int, float] = {}
            for term, weight in self._meanings(forms, of_word).items():
                for row, value in self._values(term):
                    best[row] = max(best.get(row, 0.0), weight * value)
            for row, value in best.items():
                scores[row] = scores.get(row, 0.0) + value
        ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        floor = ranked[0][1] * _FLOOR if ranked else 0.0
        return [Hit(self.documents[row].key, score) for row, score in ranked[:limit] if score >= floor]

    def _count(self) -> None:
        shared: dict[str, int] = {}
        for document in self.documents:
            for text in {passage.text for passage in document.passages}:
                shared[text] = shared.get(text, 0) + 1
        stem = _Stemmer(self.language)
        for row, document in enumerate(self.documents):
            parts = [(document.title, _TITLE), (document.lead, _LEAD)]
            for passage in document.passages:
                # What stands on many pages says little about each.
                weight = _HEADING if passage.is_heading else _BODY
                parts.append((passage.text, weight / shared[passage.text]))
            self._lengths[row] = sum(self._add(row, text, weight, stem) for text, weight in parts)
            for name in document.names:
                # A long list of names makes no long text.
                self._add(row, name, _NAME, stem)

    def _add(self, row: int, text: str, weight: float, stem: _Stemmer) -> float:
        """Notes the words of a text for a document; returns what they weigh together."""
        total = 0.0
        for forms in words(text, self.language):
            for form in forms:
                if key := stem(form):
                    rows = self._postings.setdefault(key, {})
                    rows[row] = rows.get(row, 0.0) + weight
                    total += weight
        return total

    def _values(self, term: str) -> Iterator[tuple[int, float]]:
        """What a term is worth in each document that has it."""
        rows = self._postings.get(term, {})
        rarity = log(1 + (len(self.documents) - len(rows) + 0.5) / (len(rows) + 0.5))
        for row, count in rows.items():
            length = 1 - _B + _B * self._lengths[row] / self._average
            yield row, rarity * count * (_K + 1) / (count + _K * length)

    def _meanings(self, forms: Sequence[str], keys: Sequence[str]) -> dict[str, float]:
        """The terms that a typed word can stand for, each with what it counts for."""
        near: dict[str, float] = {}
        for key in keys:
            for other, weight in self._near(key):
                near[other] = max(near.get(other, 0.0), weight)
        if not near:
            near = dict(self._slips(keys[0])) | dict(self._heard(forms[0]))
        found = dict(near)
        for key, weight in near.items():
            for other in self._groups.get(key, ()):
                found[other] = max(found.get(other, 0.0), weight * _SYNONYM)
        return found

    def _near(self, key: str) -> Iterator[tuple[str, float]]:
        """Words that begin alike, and in German those that are part of one another."""
        shortest = 4 if key.isascii() or _script(key) == "cyrillic" else 3
        compounds = self.language in ("de", "de-simple")
        for other in self._known:
            if other == key:
                yield other, 1.0
                continue
            shorter, longer = sorted((key, other), key=len)
            if len(shorter) < shortest or longer.isdigit():
                continue
            share = len(shorter) / len(longer)
            if longer.startswith(shorter):
                yield other, _BEGINNING * share**0.5
            elif compounds and shorter in longer:
                yield other, _PART * share**0.5
            elif key[:shortest] == other[:shortest]:
                same = next(i for i, (a, b) in enumerate(zip(key, other, strict=False)) if a != b) / len(
                    longer
                )
                if same >= _ALIKE:
                    yield other, _BEGINNING * same

    def _slips(self, key: str) -> Iterator[tuple[str, float]]:
        """Words that one wrong, missing, superfluous or swapped letter makes of this one."""
        if len(key) >= 5 and not key.isdigit():
            for other in self._known:
                if abs(len(other) - len(key)) <= 1 and OSA.distance(key, other, score_cutoff=1) <= 1:
                    yield other, _SLIP

    def _heard(self, word: str) -> Iterator[tuple[str, float]]:
        """Names that were written in another script."""
        if self._names and _script(word) not in ("latin", ""):
            for name, score in self._names.closest(word, 1):
                if score >= _HEARD:
                    yield from ((key, _SOUND * score) for key in tokens(name, self.language))
