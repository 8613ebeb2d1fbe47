"""Days, times, numbers and lists in the twelve languages, letter for letter."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from babel import Locale
from django.utils import translation

from portal import cldr
from portal.languages import BY_CODE, SERVED_CODES

DAY = date(2026, 11, 22)

#: Narrow and wide blanks that do not break, and the mark that keeps a sign at the place where it is read.
NNBSP, NBSP, RLM, ZWNJ = "\u202f", "\u00a0", "\u200f", "\u200c"


class Written(NamedTuple):
    """What a language makes of 22 November 2026, 12345.6, 12345, 7 and 0.5 with places, and three words."""

    day: str
    short_day: str
    weekday: str
    number: str
    whole: str
    with_places: tuple[str, str]
    three: str
    two: str


WRITTEN = {
    "de": Written(
        "22. November 2026",
        "22.11.",
        "Sonntag",
        "12.345,6",
        "12.345",
        ("7,0", "0,50"),
        "a, b und c",
        "a und b",
    ),
    "de-simple": Written(
        "22. November 2026",
        "22.11.",
        "Sonntag",
        "12.345,6",
        "12.345",
        ("7,0", "0,50"),
        "a, b und c",
        "a und b",
    ),
    "en": Written(
        "22 November 2026", "22/11", "Sunday", "12,345.6", "12,345", ("7.0", "0.50"), "a, b and c", "a and b"
    ),
    "uk": Written(
        f"22 листопада 2026{NNBSP}р.",
        "22.11",
        "неділя",
        f"12{NBSP}345,6",
        f"12{NBSP}345",
        ("7,0", "0,50"),
        "a, b і c",
        "a і b",
    ),
    "ru": Written(
        f"22 ноября 2026{NNBSP}г.",
        "22.11",
        "воскресенье",
        f"12{NBSP}345,6",
        f"12{NBSP}345",
        ("7,0", "0,50"),
        "a, b и c",
        "a и b",
    ),
    "ar": Written(
        "22 نوفمبر 2026",
        "22 نوفمبر",
        "الأحد",
        "12,345.6",
        "12,345",
        ("7.0", "0.50"),
        "a وb وc",
        "a وb",
    ),
    # The month by its name, here too: Persian writes it first, and 1/2 is the first of February all around the reader.
    "fa": Written(
        "22 نوامبر 2026",
        "22 نوامبر",
        "یکشنبه",
        "12,345.6",
        "12,345",
        ("7.0", "0.50"),
        f"a،{RLM} b، و c",
        "a و b",
    ),
    "tr": Written(
        "22 Kasım 2026", "22/11", "Pazar", "12.345,6", "12.345", ("7,0", "0,50"), "a, b ve c", "a ve b"
    ),
    "fr": Written(
        "22 novembre 2026",
        "22/11",
        "dimanche",
        f"12{NNBSP}345,6",
        f"12{NNBSP}345",
        ("7,0", "0,50"),
        "a, b et c",
        "a et b",
    ),
    "pl": Written(
        "22 listopada 2026",
        "22.11",
        "niedziela",
        f"12{NBSP}345,6",
        f"12{NBSP}345",
        ("7,0", "0,50"),
        "a, b i c",
        "a i b",
    ),
    "kmr": Written(
        "22ê mijdara 2026an", "22.11", "yekşem", "12.345,6", "12.345", ("7,0", "0,50"), "a, b û c", "a û b"
    ),
    "ti": Written(
        "ሕዳር 22, 2026", "22/11", "ሰንበት", "12,345.6", "12,345", ("7.0", "0.50"), "a፣ bን cን", "aን bን"
    ),
}

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "de-simple": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "fa": "ژانویهٔ فوریهٔ مارس آوریل مهٔ ژوئن ژوئیهٔ اوت سپتامبر اکتبر نوامبر دسامبر",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "kmr": "rêbendana sibata adara nîsana gulana hezîrana tîrmeha tebaxa îlona cotmeha mijdara berfanbara",
    "ti": "ጥሪ ለካቲት መጋቢት ሚያዝያ ጉንበት ሰነ ሓምለ ነሓሰ መስከረም ጥቅምቲ ሕዳር ታሕሳስ",
}

#: From Monday on.
WEEKDAYS = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "de-simple": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "uk": "понеділок вівторок середа четвер пʼятниця субота неділя",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "fa": f"دوشنبه سه{ZWNJ}شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه",
    "tr": "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "pl": "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "kmr": "duşem sêşem çarşem pêncşem înî şemî yekşem",
    "ti": "ሰኑይ ሰሉስ ረቡዕ ሓሙስ ዓርቢ ቀዳም ሰንበት",
}

every_language = pytest.mark.parametrize("code", SERVED_CODES)


@every_language
def test_a_language_writes_days_numbers_and_lists_its_own_way(code: str) -> None:
    with translation.override(code):
        assert WRITTEN[code] == Written(
            cldr.day(DAY),
            cldr.short_day(DAY),
            cldr.weekday(DAY),
            cldr.number(Decimal("12345.6")),
            cldr.number(12345),
            (cldr.number(7, 1), cldr.number(0.5, 2)),
            cldr.listed(["a", "b", "c"]),
            cldr.listed(["a", "b"]),
        )


@every_language
def test_every_month_and_weekday_has_a_name_in_every_language(code: str) -> None:
    with translation.override(code):
        months = [cldr.day(date(2026, month, 1)) for month in range(1, 13)]
        weekdays = [cldr.weekday(date(2026, 11, day)) for day in range(16, 23)]
    for month, written in zip(MONTHS[code].split(), months, strict=True):
        assert month in written
    assert weekdays == WEEKDAYS[code].split()


@every_language
def test_no_language_writes_the_month_first_as_a_number(code: str) -> None:
    with translation.override(code):
        written = cldr.short_day(date(2026, 2, 1))
    assert written.lstrip("0").startswith("1"), written


@every_language
@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (time(0, 0), "00:00"),
        (time(9, 5), "09:05"),
        (time(14, 30), "14:30"),
        # In Berlin, an hour after Greenwich.
        (datetime(2026, 11, 22, 13, 30, tzinfo=UTC), "14:30"),
    ],
)
def test_a_time_is_written_in_every_language_as_it_stands_on_the_door(
    code: str, moment: time | datetime, written: str
) -> None:
    with translation.override(code):
        assert cldr.clock(moment) == written


@pytest.mark.parametrize("write", [cldr.day, cldr.short_day, cldr.weekday])
def test_a_moment_is_of_the_day_that_it_is_in_berlin(write: Callable[[Any], str]) -> None:
    with translation.override("de"):
        assert write(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)) == write(DAY)


@every_language
def test_a_list_of_one_is_that_one_and_an_empty_list_is_nothing(code: str) -> None:
    with translation.override(code):
        assert cldr.listed(["Bardowick"]) == "Bardowick"
        assert cldr.listed([]) == ""


@every_language
def test_digits_are_those_on_german_doors(code: str) -> None:
    with translation.override(code):
        written = cldr.day(DAY) + cldr.short_day(DAY) + cldr.number(1234567890)
    assert {letter for letter in written if letter.isdigit()} <= set("0123456789")


@pytest.mark.parametrize("code", [code for code in BY_CODE if code != "en"])
def test_the_names_come_from_the_languages_own_data(code: str) -> None:
    """Where data is missing, Babel says so of nothing: it writes what the root of all languages has, or English."""
    # The root itself may not be asked: Babel then fills its data in, and every language takes its names from there.
    own, english = Locale.parse(BY_CODE[code].cldr, sep="_"), Locale.parse("en_GB", sep="_")
    assert not set(own.months["format"]["wide"].values()) & {"M01", "M12"}
    assert dict(own.months["format"]["wide"]) != dict(english.months["format"]["wide"])
    assert not set(own.days["stand-alone"]["wide"].values()) & {
        "Sun",
        *english.days["stand-alone"]["wide"].values(),
    }
