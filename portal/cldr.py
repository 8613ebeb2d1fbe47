"""Days, times, numbers and lists as each language writes them, from the CLDR data of Babel.

Times are written from 00:00 to 24:00 in every language, and digits are those of the signs on German doors.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language

from portal.languages import BY_CODE, DEFAULT_CODE


def locale() -> Locale:
    """Babel's locale of the reader's language."""
    return Locale.parse(BY_CODE[get_language() or DEFAULT_CODE].cldr, sep="_")


def day(moment: date | datetime) -> str:
    """A whole date: 22. November 2026."""
    return format_date(_local(moment), "long", locale=locale())


def short_day(moment: date | datetime) -> str:
    """A day of this year: 22.11."""
    here = locale()
    numbers = here.datetime_skeletons["Md"].pattern
    # Persian writes the month first, and Arabic runs from right to left: somebody who compares it with a German letter
    # would take the month for the day. Its name is clear.
    is_clear = numbers.index("d") < numbers.index("M") and here.text_direction == "ltr"
    return format_skeleton("Md" if is_clear else "MMMd", _local(moment), locale=here)


def weekday(moment: date | datetime) -> str:
    """The name of the day, as it stands by itself: Sonntag."""
    return format_date(_local(moment), "cccc", locale=locale())


def clock(moment: time | datetime) -> str:
    """A time of the day: 14:30."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment).time()
    return f"{moment:%H:%M}"


def number(value: int | float | Decimal, places: int | None = None) -> str:
    """A number: 12.345,6; with so many decimal places, where they are given."""
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=locale())


def listed(values: Iterable[str]) -> str:
    """Words in a row: a, b und c."""
    return format_list([str(value) for value in values], locale=locale())


def _local(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
