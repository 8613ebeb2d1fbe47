"""The district as a drawing: the outlines of its areas, read from `map.json` in the district's folder.

The file is written by `manage.py draw_map`. A district without one has no map.
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from spaces.outlines import Point, Ring


class Area(NamedTuple):
    """One area of the drawing. `key` is that of its space; an area that is no space has a key of its own. `place` is
    where its name stands.
    """

    key: str
    name: str
    rings: tuple[Ring, ...]
    place: Point

    @property
    def path(self) -> str:
        """The outline as the `d` of an SVG path, in whole units."""
        return "".join(_path(ring) for ring in self.rings)


class Map(NamedTuple):
    """A drawing of so many units, its areas by name, and who must be named beside it. `bounds`: the longitude and
    latitude of its west, south, east and north edge; None in a file that was drawn before they were kept.
    """

    width: int
    height: int
    areas: tuple[Area, ...]
    credit: str
    licence: str
    licence_url: str
    bounds: tuple[float, float, float, float] | None = None


@cache
def district(folder: Path) -> Map | None:
    """The map in a district's folder; None where it has none. Read once by each process. Raises ValueError or KeyError
    where the file is not what `draw_map` writes.
    """
    file = folder / "map.json"
    if not file.is_file():
        return None
    drawn = json.loads(file.read_text(encoding="utf-8"))
    areas = tuple(
        Area(
            key,
            area["name"],
            tuple(tuple((x, y) for x, y in ring) for ring in area["rings"]),
            (area["place"][0], area["place"][1]),
        )
        for key, area in drawn["areas"].items()
    )
    west, south, east, north = drawn.get("bounds") or (0, 0, 0, 0)
    return Map(
        drawn["width"],
        drawn["height"],
        areas,
        drawn["credit"],
        drawn["licence"],
        drawn["licence_url"],
        (west, south, east, north) if "bounds" in drawn else None,
    )


def _path(ring: Ring) -> str:
    """Each corner from the one before it, without a blank where a minus sign parts the numbers: half as long."""
    x, y = (round(value) for value in ring[0])
    path = f"M{x} {y}l"
    for point in ring[1:]:
        for value in (round(point[0]) - x, round(point[1]) - y):
            path += f"{'' if value < 0 or path[-1] == 'l' else ' '}{value}"
        x, y = round(point[0]), round(point[1])
    return path + "z"
