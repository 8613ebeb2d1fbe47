"""What of the figures may be shown, and in which words.

A count of one to four cases could point at a family and is shown as "fewer than 5". Beside the sum of all spaces it
could still be worked out, by taking the others from the sum. So where a sum is shown too, the smallest of the
others are kept back until what is kept back is at least two counts and together at least twice as many as is
small.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from portal.cldr import number
from spaces.chart import Bar, bars
from spaces.models.network import SMALLEST_SHOWN, Figure
from spaces.vocabulary import FigureKind, Precision

Hidden = Literal["", "small", "kept_back"]


class Shown(NamedTuple):
    """A figure as readers see it. Whatever shows figures takes the numbers from here, never from the fact."""

    fact: Figure
    hidden: Hidden

    @property
    def value(self) -> Decimal | None:
        return None if self.hidden else self.fact.value

    @property
    def value_to(self) -> Decimal | None:
        return None if self.hidden else self.fact.value_to

    @property
    def text(self) -> str:
        """The number in words."""
        if self.hidden == "small":
            return _("fewer than %(number)s") % {"number": SMALLEST_SHOWN}
        if self.hidden:
            return _("not shown")
        number = _number(self.fact.value)
        if self.fact.precision == Precision.RANGE and self.fact.value_to is not None:
            return _("%(low)s to %(high)s") % {"low": number, "high": _number(self.fact.value_to)}
        if self.fact.precision == Precision.ABOUT:
            return _("about %(number)s") % {"number": number}
        if self.fact.precision == Precision.UP_TO:
            return _("up to %(number)s") % {"number": number}
        return number

    @property
    def area(self) -> str:
        return self.fact.space.name if self.fact.space else _("all areas together")

    def bar(self, label: str) -> Bar:
        if self.hidden:
            return Bar(label, self.text)
        high = self.fact.value if self.fact.value_to is None else self.fact.value_to
        low = Decimal(0) if self.fact.precision == Precision.UP_TO else self.fact.value
        return Bar(label, self.text, float(low), float(high))


class Chart(NamedTuple):
    """A chart: what it shows, in words, and its markup."""

    title: str
    markup: str


class KindOfFigure(NamedTuple):
    """All figures of one kind: its charts, and the same numbers as rows, the newest year first."""

    kind: str
    name: str
    charts: list[Chart]
    rows: list[Shown]

    @property
    def has_hidden(self) -> bool:
        return any(row.hidden for row in self.rows)


def shown(figures: Iterable[Figure]) -> list[Shown]:
    """Each figure, in the order given, with whether its number may be seen."""
    figures = list(figures)
    hidden: dict[int, Hidden] = {figure.pk: "small" for figure in figures if _is_small(figure)}
    years: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.kind == FigureKind.CASES:
            years[figure.year].append(figure)
    for of_year in years.values():
        if any(figure.space_id is None for figure in of_year):
            hidden.update(_kept_back([figure for figure in of_year if figure.space_id is not None]))
    return [Shown(figure, hidden.get(figure.pk, "")) for figure in figures]


def by_kind(figures: Iterable[Figure]) -> list[KindOfFigure]:
    """The figures as a page shows them, kinds in the order of their vocabulary."""
    kinds: dict[str, list[Shown]] = defaultdict(list)
    for figure in shown(figures):
        kinds[figure.fact.kind].append(figure)
    return [
        KindOfFigure(
            kind.value, _capitalised(str(kind.label)), _charts(kind, kinds[kind.value]), kinds[kind.value]
        )
        for kind in FigureKind
        if kind.value in kinds
    ]


def _charts(kind: FigureKind, rows: Sequence[Shown]) -> list[Chart]:
    """One bar a year for all spaces together, and one a space in the newest year that has any."""
    name = _capitalised(str(kind.label))
    charts = []
    together = sorted((row for row in rows if not row.fact.space_id), key=lambda row: row.fact.year)
    if together:
        title = _("%(figure)s, year by year") % {"figure": name}
        drawn = [row.bar(str(row.fact.year)) for row in together]
        charts.append(_chart(title, drawn, f"{kind.value}-years"))
    of_spaces = [row for row in rows if row.fact.space_id]
    if of_spaces:
        newest = max(row.fact.year for row in of_spaces)
        title = _("%(figure)s in %(year)s, area by area") % {"figure": name, "year": newest}
        drawn = [row.bar(row.area) for row in of_spaces if row.fact.year == newest]
        charts.append(_chart(title, drawn, f"{kind.value}-areas"))
    return charts


def _chart(title: str, drawn: list[Bar], name: str) -> Chart:
    description = "; ".join(f"{bar.label}: {bar.text}" for bar in drawn)
    return Chart(title, bars(drawn, title=title, description=description, name=name))


def _is_small(figure: Figure) -> bool:
    if figure.is_too_small:
        return True
    is_cases = figure.kind == FigureKind.CASES
    return is_cases and figure.value_to is not None and figure.value_to < SMALLEST_SHOWN


def _kept_back(figures: list[Figure]) -> dict[int, Hidden]:
    small = [figure for figure in figures if _is_small(figure)]
    if not small:
        return {}
    kept_back: dict[int, Hidden] = {}
    count, together = len(small), sum(figure.value for figure in small)
    for figure in sorted(figures, key=lambda figure: figure.value):
        if count > 1 and together >= 2 * SMALLEST_SHOWN:
            break
        if figure.value >= SMALLEST_SHOWN:
            kept_back[figure.pk] = "kept_back"
            count, together = count + 1, together + figure.value
    return kept_back


def _number(value: Decimal) -> str:
    """As the reader's language writes it, without decimals that say nothing."""
    whole = value == value.to_integral_value()
    return number(value, 0 if whole else 2)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
