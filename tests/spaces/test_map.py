"""The map of the district: its outlines made simple, and the picture of links that is made of them."""

import json
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from home.models import HomePage
from spaces import outlines
from spaces.changes import version
from spaces.map import Area, district
from spaces.models import SpacePage
from tests import factories

LUENEBURG = portal_settings.PORTAL_DATA

#: Two neighbours whose common border winds, and an island in the first.
WINDING = [(10.0, float(y)) if y % 2 else (10.4, float(y)) for y in range(11)]
WEST = [(0.0, 0.0), *WINDING, (0.0, 10.0)]
EAST = [(20.0, 0.0), *WINDING, (20.0, 10.0)]
HOLE = [(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)]
AREAS = {"west": [WEST, HOLE], "east": [EAST], "island": [HOLE[::-1]]}


def edges(rings: Sequence[outlines.Ring]) -> set[frozenset[outlines.Point]]:
    return {frozenset(edge) for ring in rings for edge in zip(ring, ring[1:] + ring[:1], strict=True)}


# Outlines


def test_a_border_is_the_same_on_both_sides_with_fewer_corners() -> None:
    simple = outlines.simplified(AREAS, tolerance=0.5, smallest=0)
    assert edges(simple["west"]) & edges(simple["east"]) == {frozenset({WINDING[0], WINDING[-1]})}
    assert set(simple["west"][1]) == set(simple["island"][0]) == set(HOLE)


def test_no_corner_goes_that_lies_further_off_than_tolerated() -> None:
    simple = outlines.simplified(AREAS, tolerance=0.1, smallest=0)
    assert set(simple["east"][0]) == set(EAST)


def test_small_parts_go_but_no_area_goes_altogether() -> None:
    simple = outlines.simplified(AREAS, tolerance=0, smallest=5)
    assert [len(rings) for rings in simple.values()] == [1, 1, 1]
    assert outlines.surface(simple["west"][0]) > 90


@pytest.mark.parametrize("turn", range(len(EAST)))
def test_it_does_not_matter_where_a_ring_begins_or_which_way_it_runs(turn: int) -> None:
    turned = [*EAST[turn:], *EAST[:turn], EAST[turn]]
    for east in (turned, turned[::-1]):
        simple = outlines.simplified({**AREAS, "east": [east]}, tolerance=0.5, smallest=0)
        assert edges(simple["east"]) == edges(outlines.simplified(AREAS, 0.5, 0)["east"])


def test_a_drawing_has_the_north_above_and_true_proportions() -> None:
    square = [(10.0, 53.0), (10.1, 53.0), (10.1, 53.06), (10.0, 53.06)]
    drawn, height = outlines.projected({"a": [square]}, width=100)
    assert drawn["a"][0][0] == pytest.approx((0, height))
    assert drawn["a"][0][2] == pytest.approx((100, 0))
    # A degree of longitude is three fifths as long here as one of latitude.
    assert height == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    ("rings", "left", "right"),
    [([((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))], 4, 6),
     # A lying L: the name goes into its long arm, not into its middle.
     ([((0.0, 0.0), (4.0, 0.0), (4.0, 16.0), (30.0, 16.0), (30.0, 20.0), (0.0, 20.0))], 6, 26),
     # A hole in the middle is no place for it.
     ([((0.0, 0.0), (20.0, 0.0), (20.0, 10.0), (0.0, 10.0)),
       ((1.0, 1.0), (11.0, 1.0), (11.0, 9.0), (1.0, 9.0))], 11, 20)],
)  # fmt: skip
def test_a_name_stands_where_there_is_room(rings: list[outlines.Ring], left: float, right: float) -> None:
    place = outlines.label_place(rings)
    assert left <= place[0] <= right
    assert sum(outlines.contains(ring, place) for ring in rings) == 1


# The file


def geojson(areas: dict[str, Any]) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"area": name},
            "geometry": {"type": "Polygon", "coordinates": [[*rings[0], rings[0][0]]]},
        }
        for name, rings in areas.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def draw(text: str, folder: Path, *more: str) -> Path:
    source = folder / "areas.geojson"
    source.write_text(text, encoding="utf-8")
    credit = ["--credit", "© Somebody 2020", "--licence", "by-0", "--licence-url", "https://by.example.org/"]
    call_command("draw_map", str(source), *credit, "--data", str(folder), *more, stdout=StringIO())
    return folder / "map.json"


NEIGHBOURS = {
    "Bad Östheim": [[(10.0, 53.0), (10.2, 53.0), (10.2, 53.2), (10.0, 53.2)]],
    "The City": [[(10.2, 53.0), (10.4, 53.0), (10.4, 53.2), (10.2, 53.2)]],
}


def test_a_map_is_drawn_from_outlines_and_the_same_again(tmp_path: Path) -> None:
    file = draw(geojson(NEIGHBOURS), tmp_path, "--label", "The City=City")
    first = file.read_text(encoding="utf-8")
    assert (
        draw(geojson(NEIGHBOURS), tmp_path, "--label", "The City=City").read_text(encoding="utf-8") == first
    )
    drawn = district(tmp_path)
    assert drawn
    assert (drawn.width, drawn.height) == (400, 333)
    assert drawn.bounds == (10.0, 53.0, 10.4, 53.2)
    assert (drawn.credit, drawn.licence, drawn.licence_url) == (
        "© Somebody 2020",
        "by-0",
        "https://by.example.org/",
    )
    assert [(area.key, area.name, area.path) for area in drawn.areas] == [
        ("bad-ostheim", "Bad Östheim", "M200 333l0-333-200 0 0 333z"),
        ("the-city", "City", "M200 333l200 0 0-333-200 0z"),
    ]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"features": []}', geojson(NEIGHBOURS).replace("Polygon", "Point"),
     geojson(NEIGHBOURS).replace('"area"', '"name"')],
)  # fmt: skip
def test_what_is_no_outline_is_refused_and_nothing_is_written(text: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        draw(text, tmp_path)
    assert not (tmp_path / "map.json").exists()


def test_a_map_that_does_not_say_where_it_lies_is_a_map_still(tmp_path: Path) -> None:
    file = draw(geojson(NEIGHBOURS), tmp_path)
    drawn = json.loads(file.read_text(encoding="utf-8"))
    del drawn["bounds"]
    file.write_text(json.dumps(drawn), encoding="utf-8")
    district.cache_clear()
    found = district(tmp_path)
    assert found
    assert found.bounds is None
    assert len(found.areas) == 2


def test_a_district_without_outlines_has_no_map(tmp_path: Path) -> None:
    assert district(tmp_path) is None


def test_the_map_of_lueneburg_is_whole_and_small() -> None:
    drawn = district(LUENEBURG)
    assert drawn
    spaces = (LUENEBURG / "starter" / "spaces.csv").read_text(encoding="utf-8")
    keys = {line.split(",")[0] for line in spaces.splitlines()[1:]}
    # The city is drawn, and is no space.
    assert {area.key for area in drawn.areas} == {*keys, "hansestadt-luneburg"}
    assert len(keys) == 10
    assert len("".join(area.path for area in drawn.areas)) < 2000
    assert "BKG" in drawn.credit
    for area in drawn.areas:
        assert sum(outlines.contains(ring, area.place) for ring in area.rings) == 1, area.key
    # Neighbours share whole borders: an edge that two have is one line, and most edges are such.
    every = [edge for area in drawn.areas for edge in edges(area.rings)]
    assert len(every) - len(set(every)) > 80


def test_a_path_leads_back_to_every_corner() -> None:
    ring = ((5.0, 6.0), (2.0, 6.0), (2.0, 1.0), (7.0, 3.0))
    path = Area("a", "A", (ring,), (0, 0)).path
    start, _, steps = path.removeprefix("M").removesuffix("z").partition("l")
    x, y = (float(value) for value in start.split())
    corners = [(x, y)]
    numbers = [float(value) for value in re.findall(r"-?\d+", steps)]
    for across, down in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + across, y + down
        corners.append((x, y))
    assert tuple(corners) == ring


# What readers see


@pytest.fixture
def home(db: None) -> HomePage:
    return factories.make_home_page()


@pytest.fixture
def bardowick(home: HomePage) -> SpacePage:
    index = factories.make_space_index_page(home)
    return factories.make_space_page(index, factories.make_space(key="bardowick", name="Bardowick & Co"))


SHOW = Template(
    '{% load district_map %}{% district_map found as map %}{% if map %}{% include "components/map.html" %}{% endif %}'
)


def shown(language: str = "de", **context: Any) -> BeautifulSoup:
    request = RequestFactory().get(f"/{language}/")
    request.facts_version = version()  # type: ignore[attr-defined]
    with translation.override(language):
        markup = SHOW.render(Context({"request": request, **context}))
    return BeautifulSoup(markup, "html.parser")


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_a_space_is_a_link_with_its_name_in_the_readers_language(bardowick: SpacePage, language: str) -> None:
    page = shown(language)
    assert [(link["href"], link.get_text()) for link in page.select("svg a")] == [
        (f"/{language}/spaces/bardowick/", "Bardowick & Co")
    ]
    assert page.svg
    # The names on it are German whoever reads.
    assert page.svg["lang"] == "de"
    with translation.override(language):
        assert page.figure
        assert page.figure["aria-label"] == translation.gettext("Map of the areas")


def test_what_has_no_page_is_drawn_and_named_without_a_link(bardowick: SpacePage) -> None:
    page = shown()
    assert len(page.select("svg > g > path")) == 11
    names = [name.get_text() for name in page.select("svg > text")]
    assert len(names) == 10
    assert "Lüneburg" in names


def test_a_link_reaches_the_outline_that_was_drawn_before_all_names(bardowick: SpacePage) -> None:
    page = shown()
    (link,) = page.select("svg a")
    assert link.use
    outline = page.find(id=str(link.use["href"]).removeprefix("#"))
    plan = district(LUENEBURG)
    assert plan
    assert outline
    assert outline["d"] == next(area.path for area in plan.areas if area.key == "bardowick")
    assert page.select("svg > g:first-child")


def test_a_found_space_is_marked_and_no_other(bardowick: SpacePage) -> None:
    assert not shown().select("[aria-current]")
    assert not shown(found=factories.make_space(key="bleckede")).select("[aria-current]")
    (marked,) = shown(found=bardowick.space).select("[aria-current]")
    assert (marked.name, marked["aria-current"]) == ("a", "location")
    assert len(shown(found=bardowick.space).select(".is-found")) == 1


def test_whose_outlines_these_are_stands_beside_them(bardowick: SpacePage) -> None:
    page = shown("en")
    assert page.figcaption
    assert "© GeoBasis-DE / BKG 2017" in page.figcaption.get_text()
    assert "changed" in page.figcaption.get_text()
    assert [link["href"] for link in page.figcaption.find_all("a")] == ["https://www.govdata.de/dl-de/by-2-0"]


def test_a_space_that_was_withdrawn_is_no_link_any_more(bardowick: SpacePage) -> None:
    other = factories.make_space_page(bardowick.get_parent().specific, factories.make_space(key="bleckede"))
    assert len(shown().select("svg a")) == 2
    other.unpublish()
    assert len(shown().select("svg a")) == 1


def test_another_district_shows_no_map(bardowick: SpacePage, settings: Settings, tmp_path: Path) -> None:
    settings.PORTAL_DATA = tmp_path
    assert not shown().find()


def test_a_portal_without_spaces_shows_no_map(home: HomePage) -> None:
    assert not shown().find()


def test_a_kept_map_costs_no_query(
    bardowick: SpacePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/de/")
    request.facts_version = version()  # type: ignore[attr-defined]
    context = {"request": request}
    SHOW.render(Context(context))
    with django_assert_num_queries(0):
        SHOW.render(Context(context))


def test_the_whole_map_is_small(home: HomePage) -> None:
    index = factories.make_space_index_page(home, slug="sozialraeume")
    plan = district(LUENEBURG)
    assert plan
    for area in plan.areas:
        if area.key != "hansestadt-luneburg":
            factories.make_space_page(index, factories.make_space(key=area.key, name=area.name))
    page = shown("de-simple")
    assert len(page.select("svg a")) == 10
    assert len(str(page.svg).encode()) <= 4096


def test_the_list_stands_before_the_map_and_alone_where_there_is_none(
    bardowick: SpacePage, settings: Settings, tmp_path: Path
) -> None:
    def areas() -> list[str]:
        request = RequestFactory().get("/de/")
        request.facts_version = version()  # type: ignore[attr-defined]
        markup = render_to_string("components/areas.html", {"spaces": [bardowick]}, request)
        return [str(part.name) for part in BeautifulSoup(markup, "html.parser").select("ul.spaces, svg")]

    assert areas() == ["ul", "svg"]
    settings.PORTAL_DATA = tmp_path
    assert areas() == ["ul"]
