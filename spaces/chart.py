"""Figures as a picture: a bar chart in SVG, drawn on the server. Pure: no framework, no clock, no database.

Bars are as wide as a share of the picture and as high as the reader's own letters, so the picture fits a telephone,
grows with enlarged text and needs no style of its own; its colours are classes of the stylesheet. It is written
from left to right in every language, as axes of numbers are.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

#: Heights in em, the height of the reader's letters.
_ROW = 2.9
_BASELINE = 1.1
_BAR_TOP = 1.5
_BAR = 0.9


class Bar(NamedTuple):
    """One row: its name, its number in words, and how long the bar is.

    `low` to `high` is the part of the bar that may be or may not be, where only a span is known; equal where the
    number is one. None: no bar, since the number is not shown.
    """

    label: str
    text: str
    low: float | None = None
    high: float | None = None


def bars(rows: Sequence[Bar], *, title: str, description: str, name: str) -> str:
    """The markup of a chart. `name` is unlike that of any other chart on the page: letters, digits and hyphens.

    The longest bar fills the picture, and all begin at nought, so lengths can be compared. A negative number has
    no bar.
    """
    longest = max((row.high for row in rows if row.high is not None), default=0)
    parts = [
        f'<svg class="chart" role="img" aria-labelledby="{escape(name)}-title {escape(name)}-desc"'
        f' width="100%" height="{_em(_ROW * len(rows))}" direction="ltr" focusable="false">',
        f'<title id="{escape(name)}-title">{escape(title)}</title>',
        f'<desc id="{escape(name)}-desc">{escape(description)}</desc>',
    ]
    for number, row in enumerate(rows):
        top = number * _ROW
        parts.append(
            f'<text x="0" y="{_em(top + _BASELINE)}" fill="currentColor">{escape(row.label)}: {escape(row.text)}</text>'
        )
        if row.low is None or row.high is None:
            continue
        start, end = _share(row.low, longest), _share(row.high, longest)
        if start > 0:
            parts.append(_rect(top, 0, start, 1))
        if end > start:
            parts.append(_rect(top, start, end - start, 0.4))
    parts.append("</svg>")
    return "".join(parts)


def _rect(top: float, start: float, width: float, opacity: float) -> str:
    faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<rect class="mark-house" x="{_percent(start)}" y="{_em(top + _BAR_TOP)}" width="{_percent(width)}"'
        f' height="{_em(_BAR)}"{faint}/>'
    )


def _share(value: float, longest: float) -> float:
    return max(0.0, value) / longest * 100 if longest > 0 else 0.0


def _em(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".") + "em"


def _percent(share: float) -> str:
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
