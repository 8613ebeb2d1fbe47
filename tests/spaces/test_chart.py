"""Bar charts in SVG: what is drawn, and what a reader without eyes is told."""

import re
from xml.etree import ElementTree

import pytest

from spaces.chart import Bar, bars


def drawn(
    *rows: Bar, title: str = "Cases", description: str = "2017: 5", name: str = "cases"
) -> ElementTree.Element:
    markup = bars(rows, title=title, description=description, name=name)
    return ElementTree.fromstring(markup)  # noqa: S314


def rects(chart: ElementTree.Element) -> list[tuple[str | None, str | None, str | None]]:
    return [(rect.get("x"), rect.get("width"), rect.get("fill-opacity")) for rect in chart.iter("rect")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], []),
        ([Bar("2017", "8", 8, 8)], [("0%", "100%", None)]),
        ([Bar("2017", "8", 8, 8), Bar("2018", "2", 2, 2)], [("0%", "100%", None), ("0%", "25%", None)]),
        # A span: what is sure, and faintly what may be.
        ([Bar("2017", "1 to 4", 1, 4)], [("0%", "25%", None), ("25%", "75%", "0.4")]),
        ([Bar("2017", "up to 4", 0, 4)], [("0%", "100%", "0.4")]),
        ([Bar("2017", "fewer than 5")], []),
        ([Bar("2017", "0", 0, 0)], []),
        ([Bar("2017", "-3", -3, -3), Bar("2018", "3", 3, 3)], [("0%", "100%", None)]),
    ],
)
def test_bars_are_as_long_as_their_numbers(
    rows: list[Bar], expected: list[tuple[str | None, str | None, str | None]]
) -> None:
    assert rects(drawn(*rows)) == expected


def test_every_row_says_its_number_in_words() -> None:
    chart = drawn(Bar("2017", "8", 8, 8), Bar("2018", "fewer than 5"))
    assert [text.text for text in chart.iter("text")] == ["2017: 8", "2018: fewer than 5"]
    assert chart.get("height") == "5.8em"


def test_a_screen_reader_is_told_what_is_drawn() -> None:
    chart = drawn(Bar("2017", "8", 8, 8), title="Cases", description="2017: 8", name="cases-years")
    assert chart.get("role") == "img"
    named = {element.get("id"): element.text for element in chart if element.get("id")}
    assert [named[name] for name in (chart.get("aria-labelledby") or "").split()] == ["Cases", "2017: 8"]


def test_names_are_text_and_no_markup() -> None:
    chart = drawn(Bar("<b>&", '"1"', 1, 1), title="<script>", description="&amp;")
    assert [text.text for text in chart.iter("text")] == ['<b>&: "1"']
    assert [child.text for child in chart][:2] == ["<script>", "&amp;"]


def test_nothing_in_it_is_a_style_or_a_script() -> None:
    markup = bars([Bar("2017", "1 to 4", 1, 4)], title="t", description="d", name="n")
    assert not re.search(r"<style|<script|\bstyle=|\bon\w+=|href", markup)
