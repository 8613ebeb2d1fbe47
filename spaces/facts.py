"""What is not right among the facts although each of them may be saved: gaps that only the whole shows."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext

from spaces.models import Office, OpeningRule, SchoolHoliday, Space
from spaces.models.fact import Fact
from spaces.vocabulary import When


class Problem(NamedTuple):
    """One kind of gap: what it is, in the language that is active; which facts have it; where they are edited."""

    what: str
    names: list[str]
    model: type[Fact]


def problems(on: date) -> Iterator[Problem]:
    """All gaps on this day, each kind once; nothing if there is none."""
    found = [
        Problem(gettext("Spaces without a main office"), _names(without_main_office()), Space),
        Problem(
            gettext("Offices without any way to reach them"),
            [office.name for office in Office.objects.all() if not office.is_reachable],
            Office,
        ),
        Problem(gettext("School holidays that are still to come"), _school_holidays(on), SchoolHoliday),
    ]
    return (problem for problem in found if problem.names)


def without_main_office() -> QuerySet[Space]:
    """Spaces whose people the portal sends nowhere."""
    return Space.objects.exclude(offices__is_main=True)


def _school_holidays(on: date) -> list[str]:
    """Hours that hold in term or in the holidays only are wrong from the day on which no holidays are known."""
    depends = OpeningRule.objects.exclude(when=When.ALWAYS).exists()
    if not depends or SchoolHoliday.objects.filter(last_day__gte=on).exists():
        return []
    return [gettext("there are none, and opening hours depend on them")]


def _names(rows: QuerySet[Space]) -> list[str]:
    return [str(row) for row in rows]
