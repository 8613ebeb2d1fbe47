"""German place names as people write them in Cyrillic, Arabic or Ethiopic letters.

A name typed in another script is a guess at a sound ("Гейдельберг", "هايدلبرغ") or a copy of a sign, letter by
letter. Both sides are brought to one small alphabet of German sounds: the names by German letter-to-sound
rules, what was typed by what each letter can stand for. Then a weighted edit distance compares them.

The tables follow customs of writing, not a list of names:

* Cyrillic: the German-Russian practical transcription in its present form (h = х, ei = ай, eu = ой) and its
  older one (h = г, ei = ей, eu = ей), the Ukrainian letters, letters of the neighbouring languages.
* Arabic script: Arabic, Persian and Dari, Kurdish (Sorani), Urdu. Short vowels may be missing, و is u, o
  or w, ي is i or e, and each of ق غ ج گ ك stands for g somewhere.
* Ethiopic: the syllabary is systematic, so each syllable is taken apart by its Unicode name.

The outcome is an offer ("did you mean"), never an answer by itself.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

SCRIPTS: Final = ("cyrillic", "arabic", "ethiopic")

#: Characters of the input that are looked at.
LONGEST: Final = 60
#: Scores below this are not offered.
FLOOR: Final = 0.74
#: Names that the coarse first cut hands to the exact comparison.
SHORTLIST: Final = 32
#: How alike the consonants must be for that, 0 to 1.
FIRST_CUT: Final = 0.3
#: A short name is resembled by chance: for each unit of weight that it lacks, the floor rises.
SHORT: Final = 4.5
SHORT_RISE: Final = 0.04

_RANGES: Final = (
    (0x0400, 0x052F, "cyrillic"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0x08A0, 0x08FF, "arabic"),
    (0x1200, 0x139F, "ethiopic"),
    (0x1C80, 0x1C8F, "cyrillic"),
    (0x2D80, 0x2DDF, "ethiopic"),
    (0xAB00, 0xAB2F, "ethiopic"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFC, "arabic"),
)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _table(text: str) -> dict[str, str]:
    """Entries parted by semicolons, each a key, a blank and what it stands for."""
    return dict(entry.strip().split(" ", 1) for entry in text.split(";"))


def _groups(table: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Pairs of a pattern of letters that stand for one sound, and the one letter to read instead."""
    parts = table.split()
    return tuple((re.compile(group), letter) for group, letter in zip(parts[::2], parts[1::2], strict=True))


# ---------------------------------------------------------------------------------------------------------
# Sounds
# ---------------------------------------------------------------------------------------------------------
# Capital letters are sounds. Those with a second letter carry what the spelling knows beyond the sound:
#   Sc  s before t or p (said sch at the start of a word or stem, s elsewhere)      X   ch
#   Vf  the letter v (mostly f)           W  the letter w             C  z, tz      Tc  tsch
#   Hx  h between vowels, said or not     Hm h that only lengthens                  Gn  the g of ng
#   Em  e that only lengthens (ie, oe)    Ey Iy  the halves of ei                   Oy Iy  those of eu
#   Uw  the second half of au             Wo  the w of a final -ow, silent
_CONSONANTS: Final = _split("P B T D K G Gn F Vf W Wo S Sc Z C Tc X H Hx Hm M N L R J")
_VOWELS: Final = _split("A E Em I O U Ae Oe Ue Y Ey Iy Oy Uw")
_SOUNDS: Final = (*_CONSONANTS, *_VOWELS)
_NUMBER: Final = {sound: number for number, sound in enumerate(_SOUNDS)}

#: How far apart two sounds are: 0 the same, 1 unrelated. Pairs that are not named: two vowels 0.5, else 1.
_NEAR_PAIRS: Final = """
    B P .2   D T .15  G K .2   K Gn .2  G Gn 0   F Vf 0   F W .25  Vf W .05 W Wo 0   B W .5   P F .5
    S Sc 0   S Z .3   Sc Z 0   S C .25  Z C .5   X K .3   X H .2   X Hx .2  X Hm .05 X Z .3   X G .4
    G H .4   K H .5   H Hx 0   H Hm .05 G Hx .4  G Hm .3  M N .5   L R .6   J G .7   J Z .6   J H .6
    Z Tc .3  X Tc .35 C Tc .4  T Tc .6  T C .5   D S .6
    Vf U .3  W U .25  Wo U .2  W Uw .1  F Uw .3  J I .1   J Iy .0  Z G .6   K C .6
    A E .4   A Ae .25 A O .3   A Oe .45 A Ey 0   A Oy .2  A Em .4
    E Em 0   E Ae .03 E I .25  E Oe .15 E Ue .4  E Y .3   E Ey 0   E Iy .3  E Oy .05
    I Em .2  I Ae .35 I Oe .35 I Ue .15 I Y 0    I Iy .03 I Ey .15 I Oy .15 I Uw .4
    O U .25  O Oe .2  O Ue .35 O Oy 0   O Uw .12 O Iy .5
    U Ue .15 U Uw 0   U Oe .35 U Oy .15 U Iy .15 U Y .3
    Ae Oe .2 Ae Ey .1 Ae Oy .15 Ae Em .1 Oe Ue .25 Oe Oy .15 Oe Em .15 Ue Y .1 Ue Oy .2 Ue Iy .2
    Y Iy .05
"""


def _distances() -> list[list[float]]:
    """Square table over ``_SOUNDS``: the distance of two sounds, 0 to 1."""
    vowels = {_NUMBER[sound] for sound in _VOWELS}
    every = range(len(_SOUNDS))
    table = [[0.0 if a == b else 0.5 if a in vowels and b in vowels else 1.0 for b in every] for a in every]
    pairs = _NEAR_PAIRS.split()
    for one, other, far in zip(pairs[::3], pairs[1::3], pairs[2::3], strict=True):
        a, b = _NUMBER[one], _NUMBER[other]
        table[a][b] = table[b][a] = float(far)
    return table


_DISTANCE: Final = _distances()

#: Sounds that a first, coarse comparison can tell apart. Sounds that are not named are not compared there.
_COARSE: Final = {
    sound: group[0].lower()
    for group in ("P B", "T D", "K G Gn", "F Vf W", "S Sc Z C Tc", "M", "N", "L", "R")
    for sound in group.split()
}


class _Letter(NamedTuple):
    """One letter of what was typed: its distance to every sound, and what it costs if the name lacks it."""

    far: tuple[float, ...]
    extra: float
    coarse: str


@cache
def _letter(spec: str) -> _Letter:
    """Reads "B P2 +6": it may be B at no cost, or P at 0.1; superfluous it costs 0.3 (twentieths)."""
    readings: list[tuple[str, float]] = []
    extra: float | None = None
    for part in spec.split():
        if part.startswith("+"):  # the last one counts
            extra = int(part[1:]) / 20
            continue
        sound = part.rstrip("0123456789")
        readings.append((sound, int(part[len(sound) :] or "0") / 20))
    far = tuple(
        min(_DISTANCE[_NUMBER[sound]][other] + cost for sound, cost in readings)
        for other in range(len(_SOUNDS))
    )
    if extra is None:
        extra = 0.4 if any(sound in _VOWELS for sound, _ in readings) else 1.0
    return _Letter(far, extra, _COARSE.get(readings[0][0], ""))


# ---------------------------------------------------------------------------------------------------------
# German
# ---------------------------------------------------------------------------------------------------------
_ABBREVIATIONS: Final = {"st": "sankt", "gr": "gross", "kl": "klein"}

#: Longest first where one begins like another.
_GERMAN: Final = tuple(
    _table(
        """
        tzsch Tc; zsch Tc; tsch Tc; dsch Tc; sch Z; chs K S; ch X; ck K; qu K W; ng N Gn; rh R Hm;
        phof P H O F; phol P H O L; pheim P H Ey Iy M; phaus P H A Uw S; ph F; th T Hm; ehe E Hm Em;
        tst T Sc T; tsp T Sc P; st Sc T; sp Sc P; dt T; td T; tz C; ts C;
        eih Ey Iy Hm; eu Oy Iy; äu Oy Iy; oi O Iy; ui U Iy; ei Ey Iy; ai Ey Iy; ey Ey Iy; ay Ey Iy; au A Uw;
        ie I Em; ae Ae Em; oe Oe Em; ue Ue Em; ä Ae; ö Oe; ü Ue; ß S;
        a A; b B; c K; d D; e E; f F; g G; i I; j J; k K; l L; m M; n N; o O; p P; r R; s S; t T; u U; v Vf;
        w W; x K S; y Y; z C
        """
    ).items()
)

#: Endings that hundreds of German places share: agreeing in them says little.
_ENDINGS: Final = _split(
    "lingen kirchen hausen husen büttel stedt stadt städt sdorf storf felde hagen walde brück bruch leben"
    " hofen ingen dorf torf burg berg haus beck thal feld heim rode roda wald born bek tal hof itz see ow au"
)
#: What the sounds of a shared ending weigh.
_ENDING_WEIGHT: Final = 0.45

#: What follows one of these describes a place, and is often left out.
_PREPOSITIONS: Final = frozenset(_split("am an auf bei beim im in ob unter vor"))


def _german_sounds(word: str) -> list[tuple[str, int]]:
    """The sounds of a German word in small letters, each with the position of its first letter."""
    sounds: list[tuple[str, int]] = []
    at = 0
    while at < len(word):
        if word[at] == "h":
            before = word[at - 1] if at else ""
            after = word[at + 1 : at + 2]
            if before and before in "aeiouyäöü":
                sound = "Hx" if after and after in "aeiouyäöü" else "Hm"
            else:
                sound = "H"
            sounds.append((sound, at))
            at += 1
            continue
        if word[at] == "c" and word[at + 1 : at + 2] in tuple("eiyäö"):
            sounds.append(("C", at))
            at += 1
            continue
        if word.endswith("ow") and at == len(word) - 1:
            sounds.append(("Wo", at))
            break
        for letters, heard in _GERMAN:
            if word.startswith(letters, at):
                sounds.extend((sound, at) for sound in heard.split())
                at += len(letters)
                break
        else:
            at += 1
    return [pair for number, pair in enumerate(sounds) if not number or pair[0] != sounds[number - 1][0]]


class _Form(NamedTuple):
    """One way to say a name: its sounds as numbers, and the same with what each costs if it is missing.

    ``steps`` and ``weight`` are given for scripts that write all vowels, then for those that write long ones.
    """

    name: int
    penalty: float
    sounds: tuple[int, ...]
    steps: tuple[tuple[tuple[int, float], ...], tuple[tuple[int, float], ...]]
    weight: tuple[float, float]


#: What a sound costs that the writer left out, in an alphabet and in a script that writes long vowels only.
_MISSING: Final = {
    **dict.fromkeys(_CONSONANTS, (1.0, 1.0)),
    **dict.fromkeys(_VOWELS, (0.45, 0.35)),
    "Hm": (0.02, 0.02), "Hx": (0.3, 0.3), "H": (0.6, 0.5), "Gn": (0.25, 0.4), "Wo": (0.05, 0.05),
    "E": (0.35, 0.08), "Em": (0.02, 0.02), "Ae": (0.4, 0.15), "I": (0.45, 0.2), "A": (0.45, 0.2),
    "U": (0.45, 0.25), "O": (0.45, 0.3), "Y": (0.45, 0.2),
    "Ey": (0.35, 0.06), "Oy": (0.4, 0.2), "Iy": (0.3, 0.3),
}  # fmt: skip

#: What a sound weighs in a name, in the same two families.
_WEIGHT: Final = {
    **dict.fromkeys(_CONSONANTS, (1.0, 1.0)),
    **dict.fromkeys(_VOWELS, (0.45, 0.35)),
    "Hm": (0.1, 0.1), "Hx": (0.4, 0.4), "Em": (0.05, 0.05), "Wo": (0.1, 0.1), "Gn": (0.5, 0.5),
}  # fmt: skip


def _form(words: Sequence[str], name: int, penalty: float) -> _Form:
    numbers: list[int] = []
    missing: tuple[list[float], list[float]] = ([], [])
    weight = [0.0, 0.0]
    for word in words:
        sounds = _german_sounds(word)
        ending = next((len(end) for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 1), 0)
        for place, (sound, at) in enumerate(sounds):
            numbers.append(_NUMBER[sound])
            alphabet, abjad = _MISSING[sound]
            if sound in _VOWELS and sound != "Em":
                # A vowel at the edge of a word is written in every script, if only as an alef.
                if place == 0:
                    abjad = 0.5
                elif place == len(sounds) - 1:
                    abjad = 0.3 if sound == "E" else 0.7
            missing[0].append(alphabet)
            missing[1].append(abjad)
            share = _ENDING_WEIGHT if at >= len(word) - ending else 1.0
            weight[0] += share * _WEIGHT[sound][0]
            weight[1] += share * _WEIGHT[sound][1]
    return _Form(
        name,
        penalty,
        tuple(numbers),
        (tuple(zip(numbers, missing[0], strict=True)), tuple(zip(numbers, missing[1], strict=True))),
        (max(weight[0], 1.0), max(weight[1], 1.0)),
    )


def _latin_words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFC", text).lower()
    words = re.findall(r"[^\W\d_]+\.?", folded)
    return [_ABBREVIATIONS.get(word.rstrip("."), word) if word.endswith(".") else word for word in words]


def _ways_to_say(name: str) -> Iterator[tuple[list[str], float]]:
    """The words of a name and of the parts that people use alone, with what that costs in the score."""
    head, *rest = re.split(r"[(/,]", name)
    head_words = _latin_words(head)
    yield head_words, 0.0
    if rest:
        yield _latin_words(name), 0.0
        if "/" in name:
            yield _latin_words(name.partition("/")[2]), 0.1
    for number, word in enumerate(head_words[1:], 1):
        if word in _PREPOSITIONS:
            yield head_words[:number], 0.05
            return
    if len(head_words) > 1:
        yield head_words[-1:], 0.15
        if "-" in head:
            yield head_words[:1], 0.15


# ---------------------------------------------------------------------------------------------------------
# Cyrillic
# ---------------------------------------------------------------------------------------------------------
_CYRILLIC_GROUPS: Final = _groups(
    "скх ш  тцш ч  тсш ч  цш(?!т) ч  тш(?!т) ч  тч ч  дт т  тд т  тц ц  тс(?!т) ц  дц ц  тз ц"
    " ьо ё  ье е  ью ю  ьэ э  йю ю  йё ё  дж џ  сч щ"
)

_CYRILLIC: Final = _table(
    """
    а A; б B; в W Vf3 Uw2; г G H1 Hx1 Hm; ґ G; д D; е E Ae Oe2; є E Ae Oe2; ё Oe O2 E3 Ue4; ж J6 Z5 S8 G9;
    з S C3; и I Y Em2; і I Y; ї I Y Iy; й Iy J I1; к K X4; л L; м M; н N; о O; п P; р R; с S C4; т T; у U;
    ф F; х H Hx Hm X K4; ц C S4 K9; ч Tc; ш Z Sc X5; щ Z Sc X2; ы I Y Ue3 U6; э E Ae Oe2; ю Ue U1 Oe4;
    я A Ae2 E4; ў W U; ј J Iy; љ L; њ N; ћ Tc; џ J3 G4 Z5; ђ D; ѓ G; ќ K; ѕ C S; ѐ E; ѝ I; ѣ E;
    ә Ae A2; ғ G; қ K; ң N; ө Oe O2; ұ U; ү Ue U2; һ H Hx Hm X1; ӣ I; ӯ U Oe2; ҳ H Hx Hm X1; ҷ Tc
    """
)
#: Letters that begin with j where no consonant stands before them.
_JOTATED: Final = frozenset("еєёюяї")
_CYRILLIC_VOWELS: Final = frozenset("аеєэёиіїоуыюяәөүұӣӯў")
#: Latin letters that are typed for their Cyrillic twins.
_LOOKALIKES: Final = str.maketrans("aeopcxyikmthb", "аеорсхуікмтнв")


def _read_cyrillic(word: str) -> Iterator[str]:
    """The letters of a word as specifications for ``_letter``."""
    word = word.translate(_LOOKALIKES)
    for group, letter in _CYRILLIC_GROUPS:
        word = group.sub(letter, word)
    before = ""
    for letter in word:
        if letter == before:
            continue
        spec = _CYRILLIC.get(letter)
        if spec is None:
            before = letter
            continue
        if letter in _JOTATED and (not before or before in _CYRILLIC_VOWELS):
            yield "J +1"
        if letter in "еэ" and before and before in "уоюиіа":
            spec += " +3"
        elif letter == "х" and before == "к":
            # Either k and h, or a copy of ch.
            spec += " +6"
        yield spec
        before = letter


# ---------------------------------------------------------------------------------------------------------
# Arabic script
# ---------------------------------------------------------------------------------------------------------
#: Letters of neighbouring languages, and those that differ in form only: the first is read for the others.
_ARABIC_SAME: Final = {
    ord(other): letter
    for letter, others in _table(
        """
        ا ٱأآ; ي ىیېێۍےۓٸ; ك کڪ; گ ګڭڬݢڰڨ; ه ہھ; ة ۂۀۃە; و ۇۆۈۉؤ; ڤ ۋڥ; ر ڕړڑ; ل ڵ; ن ںڼڽ; ت ٹټ; د ڈډ; ش ښ;
        ژ ږ; ݕ څځ
        """
    ).items()
    for other in others
}
#: The letter ݕ, which none of these languages has, stands for z (ts).
_ARABIC_GROUPS: Final = _groups("تت?سش چ  تش چ  تتس ݕ  تس(?!ت) ݕ  تت?ز ݕ  دز ݕ  تص ݕ  طس ݕ  دت ت")

_ARABIC: Final = _table(
    """
    ا A E3 O4 +7; إ I E Ae; ب B P1 W8 Vf8; پ P B3; ت T D3; ط T; ث S3 T4 C5; چ Tc X4 Z4; ج G J4 Z8 K3;
    ح H Hx Hm X2; خ X H4 Hm4 K3; د D T2; ض D T4; ذ D3 S4; ر R; ز S C1; ظ S2 C3 D4; ژ Z4 J4 S4 G6; س S C3;
    ص S C3; ش Z Sc X3 S6; ع A2 +4; غ G R8; ف F Vf W3; ڤ W Vf F1; ق K1 G1; ك K G2 X4; گ G; ل L; م M; ن N;
    ه H Hx Hm E2 +6; ة E A +4; و U O Oe Ue Uw Oy W Vf4 Wo +8; ي I E Ae1 Oe2 Ue1 Iy Y J Em Oy3 +8;
    ء E4 A4 I4 +1; ئ E4 I4 A4 +1; ݕ C
    """
)


def _read_arabic(word: str) -> Iterator[str]:
    """The letters of a word as specifications for ``_letter``; marks and tatweel are gone already."""
    word = word.translate(_ARABIC_SAME)
    if word.endswith(("ه", "ة")) and len(word) > 1:
        word = word[:-1] + "ة"
    for group, letter in _ARABIC_GROUPS:
        word = group.sub(letter, word)
    before = ""
    for place, letter in enumerate(word):
        spec = _ARABIC.get(letter)
        if spec is None:
            continue
        if letter == "ا" and place == 0:
            # Alef at the start carries any vowel; it is silent before a waw or ya, and before st and sp.
            spec = "A E Ae Ey O1 U1 I1 Oe1 Ue1 Oy1 +3"
            if word[1:2] in ("و", "ي"):
                spec = "A E Ey O2 I2 +0"
            elif word[1:2] in ("ش", "س") and word[2:3] in tuple("تطبپ"):
                spec = "A E I O1 U1 +1"
        elif letter == before:
            # Two of a kind can be two sounds with a vowel between them that is not written.
            spec += " +3"
        yield spec
        before = letter


# ---------------------------------------------------------------------------------------------------------
# Ethiopic
# ---------------------------------------------------------------------------------------------------------
_ETHIOPIC_CONSONANTS: Final = _table(
    """
    H H Hx Hm X3; HH H Hx Hm X2; L L; M M; SZ S; R R; S S C3; SH Z Sc X3; Q K G3; QH K G3; B B P4; V W Vf F2;
    T T D3; C Tc; X X H2 K2; N N; NY N; K K X3; KX X K1 H2; W W U2 Uw Wo; Z S C2; ZH Z4 S4 J5; Y J Iy I1;
    D D T3; DD D; J J2 G4 Z5; G G; GG Gn; TH T; CH Tc; PH P; TS C S3; TZ C S3; F F Vf W4; P P B3
    """
)
_ETHIOPIC_VOWELS: Final = _table(
    "A E Ae A2 Em +4; U U Ue Oe4 Uw; I I Y Ue1 Iy; AA A E3; EE E Ae Oe1 Em; E E4 I4 Ue4 +1; O O Oe1 U3;"
    " WA U W +4; OA O A2; WAA U W +4; WE U W +4; WI U W +4; WEE U W +4"
)


def _read_ethiopic(word: str) -> list[str]:
    """The syllables of a word as specifications for ``_letter``: a consonant and its vowel each."""
    specs: list[str] = []
    mute_t = False
    for syllable in word:
        kind, *front, last = unicodedata.name(syllable, "- -").removeprefix("ETHIOPIC ").split()
        if kind != "SYLLABLE":
            continue
        if front and front[0] in ("GLOTTAL", "PHARYNGEAL"):
            # A syllable without consonant: its first order is said a in Tigrinya.
            specs.append({"A": "A E2", "E": "E I Ae Em"}.get(last, _ETHIOPIC_VOWELS.get(last, "A")))
            mute_t = False
            continue
        parts = re.fullmatch(r"([^AEIOUW]+|W(?=[AEIOU]))(W?[AEIOU]+)", last)
        if parts is None or parts[1] not in _ETHIOPIC_CONSONANTS:
            continue
        if parts[1] in ("S", "Z", "SH") and mute_t:
            # A t without vowel and an s are z, with sh they are tsch.
            del specs[-2:]
            specs.append("Tc" if parts[1] == "SH" else "C")
        else:
            specs.append(_ETHIOPIC_CONSONANTS[parts[1]])
        specs.append(_ETHIOPIC_VOWELS.get(parts[2], "E2 +2"))
        mute_t = parts.groups() == ("T", "E")
    return specs


# ---------------------------------------------------------------------------------------------------------
# What was typed
# ---------------------------------------------------------------------------------------------------------
#: Words that say what kind of place follows, in the languages of these scripts.
_KINDS: Final = frozenset(
    _split(
        """
        г город село с деревня д посёлок поселок община район земля область германия германии
        м місто смт громада селище німеччина німеччини
        قرية قريه بلدة بلده بلدية بلديه مدينة مدينه منطقة منطقه ألمانيا المانيا
        شهر روستا روستای دهکده ولسوالی شهرداری ناحیه آلمان المان گوند شار شارۆچکە
        ገጠር ዓዲ ከተማ ቁሸት ጀርመን
        """
    )
)
#: The same in German, known by their sound in any script.
_GERMAN_KINDS: Final = ("Samtgemeinde", "Gemeinde", "Ortsteil", "Landkreis")
_LATIN_KINDS: Final = frozenset(kind.lower() for kind in _GERMAN_KINDS)

#: Words of a name that readers translate or shorten, where another word follows or precedes.
_TRANSLATED: Final = {
    word: german
    for german, words in (
        ("neu", "нов новый новая новое новий нова нове нові الجديدة الجديده جدید"),
        ("alt", "старый старая старое старий стара старе القديمة القديمه"),
        ("gross", "гр большой большая большое великий велика велике الكبرى الكبيرة الكبيره"),
        ("klein", "кл малый малая малое малий мала мале الصغرى الصغيرة الصغيره"),
        ("sankt", "св ст святой святий سانت سنت سان"),
    )
    for word in words.split()
}


def _script(letter: str) -> str | None:
    if letter.isalpha() and (code := ord(letter)) >= _RANGES[0][0]:
        for first, last, script in _RANGES:
            if first <= code <= last:
                return script
    return None


#: Letters only: an Arabic digit or a comma is not yet a foreign name.
_LETTERS: Final = "".join(
    chr(code) for first, last, _ in _RANGES for code in range(first, last + 1) if chr(code).isalpha()
)
_FOREIGN: Final = re.compile(f"[{_LETTERS}]")


def foreign(text: str) -> bool:
    """Whether the text holds a letter of one of ``SCRIPTS``."""
    return _FOREIGN.search(text) is not None


_TATWEEL: Final = "\u0640"
_WITHIN_WORDS: Final = _TATWEEL + "'’ʼ`"


def _words(text: str) -> list[str]:
    """Small letters only, at most ``LONGEST`` characters, cut into words; marks and tatweel are dropped."""
    # A zero-width non-joiner parts the halves of a compound.
    parted = text[:LONGEST].replace("\u200c", " ")
    composed = unicodedata.normalize("NFKC", parted)[:LONGEST].lower()
    kept: list[str] = []
    for letter in composed:
        if letter.isalpha() and letter != _TATWEEL:
            kept.append(letter)
        elif letter not in _WITHIN_WORDS and unicodedata.category(letter) not in ("Mn", "Cf"):
            kept.append(" ")
    return "".join(kept).split()


class _Typed(NamedTuple):
    """What was typed, ready to be compared. ``family``: 0 writes all vowels, 1 the long ones.

    ``solid``: the number of letters that are dear to leave out, so a name cannot have far fewer sounds.
    """

    letters: tuple[_Letter, ...]
    family: int
    coarse: str
    solid: int


def _read_word(word: str) -> tuple[list[_Letter], int]:
    scripts = {_script(letter) for letter in word}
    family = 0
    specs: Iterable[str]
    if "arabic" in scripts:
        specs, family = _read_arabic(word), 1
    elif "cyrillic" in scripts:
        specs = _read_cyrillic(word)
    elif "ethiopic" in scripts:
        specs = _read_ethiopic(word)
    else:
        specs = (sound for sound, _ in _german_sounds(word))
    letters: list[_Letter] = []
    before = ""
    for spec in specs:
        # A doubled letter is one sound (a doubled waw or ya is another specification).
        if spec != before:
            letters.append(_letter(spec))
        before = spec
    return letters, family


def _typed(words: Sequence[str]) -> _Typed:
    letters: list[_Letter] = []
    family = 0
    if len(words) > 1:
        # "الجديدة" follows its noun, "Neu" stands before it.
        in_order = sorted(words, key=lambda word: word not in _TRANSLATED)
        words = [_TRANSLATED.get(word, word) for word in in_order]
    for word in words:
        read, kind = _read_word(word)
        letters.extend(read)
        family = max(family, kind)
    return _Typed(
        tuple(letters),
        family,
        "".join(letter.coarse for letter in letters),
        sum(letter.extra >= 1.0 for letter in letters),
    )


def _cost(typed: _Typed, form: _Form, limit: float) -> float:
    """Weighted edit distance, or something above ``limit`` once it is sure to exceed it."""
    steps = form.steps[typed.family]
    row = [0.0]
    for _, cost in steps:
        row.append(row[-1] + cost)
    for far, extra, _ in typed.letters:
        diagonal = row[0]
        left = diagonal + extra
        row[0] = left
        best = left
        place = 1
        for sound, cost in steps:
            above = row[place]
            here = diagonal + far[sound]
            if above + extra < here:
                here = above + extra
            if left + cost < here:
                here = left + cost
            row[place] = left = here
            if here < best:
                best = here
            diagonal = above
            place += 1
        if best > limit:
            return best
    return row[-1]


class SoundIndex:
    """German names, to be found by how they sound. Immutable after it is built; safe to share."""

    def __init__(self, names: Sequence[str]) -> None:
        """``names`` in German spelling; one that occurs twice is held once."""
        self._names: Final = tuple(dict.fromkeys(names))
        forms: list[_Form] = []
        for number, name in enumerate(self._names):
            seen: set[tuple[int, ...]] = set()
            for words, penalty in _ways_to_say(name):
                form = _form(words, number, penalty)
                if len(form.sounds) > 1 and form.sounds not in seen:
                    seen.add(form.sounds)
                    forms.append(form)
        self._forms: Final = tuple(forms)
        self._coarse: Final = tuple(
            "".join(_COARSE.get(_SOUNDS[sound], "") for sound in form.sounds) for form in forms
        )

    def closest(self, written: str, limit: int = 5) -> list[tuple[str, float]]:
        """The names that ``written`` can stand for: at most ``limit`` pairs of name and score, best first.

        Scores lie between ``FLOOR`` and 1; among equals the shorter name comes first, then that given first.
        Only the first ``LONGEST`` characters count. Text without letters of ``SCRIPTS`` gives nothing. Never
        raises.
        """
        text = written[:LONGEST]
        if limit < 1 or not foreign(text):
            return []
        words = _words(text)
        if len(words) > 1:
            words = [word for word in words if not _is_kind(word)] or words
        scores = self._scores(words)
        if not scores and len(words) > 1:
            # A village and its town: one word may be the name, and what is said first is narrower, mostly.
            for place, word in enumerate(words[:4]):
                if len(word) > 3:
                    for name, score in self._scores([word]).items():
                        scores[name] = max(scores.get(name, 0.0), score - 0.1 - 0.01 * place)
            scores = {name: score for name, score in scores.items() if score >= FLOOR}
        ranked = sorted(scores, key=lambda name: (-scores[name], len(self._names[name]), name))
        return [(self._names[name], round(scores[name], 4)) for name in ranked[:limit]]

    def _scores(self, words: Sequence[str]) -> dict[int, float]:
        typed = _typed(words)
        if len(typed.letters) < 2:
            return {}
        shortlist = process.extract(
            typed.coarse,
            self._coarse,
            scorer=Levenshtein.normalized_similarity,
            processor=None,
            limit=SHORTLIST,
            score_cutoff=FIRST_CUT,
        )
        scores: dict[int, float] = {}
        for _, _, number in shortlist:
            form = self._forms[number]
            weight = form.weight[typed.family]
            floor = FLOOR + SHORT_RISE * max(0.0, SHORT - weight)
            allowed = (1.0 - floor - form.penalty) * weight
            if typed.solid - len(form.sounds) > allowed:
                continue
            cost = _cost(typed, form, allowed)
            if cost <= allowed:
                score = 1.0 - cost / weight - form.penalty
                if score > scores.get(form.name, 0.0):
                    scores[form.name] = score
        return scores


@cache
def _kind_index() -> SoundIndex:
    return SoundIndex(_GERMAN_KINDS)


def _is_kind(word: str) -> bool:
    if word in _KINDS or word in _LATIN_KINDS:
        return True
    found = _kind_index().closest(word, 1) if len(word) > 5 else []
    return bool(found) and found[0][1] > 0.85
