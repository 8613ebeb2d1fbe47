import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from spaces.outlines import Ring, label_place, projected, simplified

#: How wide the drawing is; a unit is about a point of a telephone's screen.
WIDTH = 400
#: How far an outline may lie beside the real one, and from which surface on a part of an area is drawn.
TOLERANCE = 2.0
SMALLEST = 12.0


class Command(BaseCommand):
    help = (
        "Draw the district's map from outlines in GeoJSON (longitude and latitude) into map.json in the district's "
        "folder. An area becomes a link where its key, made of its name, is the key of a space."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("geojson", type=Path, help="a FeatureCollection of Polygon and MultiPolygon")
        parser.add_argument("--credit", required=True, help="whose data these are, as it has to be shown")
        parser.add_argument("--licence", required=True, help="the short name of their licence")
        parser.add_argument("--licence-url", required=True, help="where the licence can be read")
        parser.add_argument(
            "--property", default="area", help="what holds an area's name (default: %(default)s)"
        )
        parser.add_argument(
            "--label",
            action="append",
            default=[],
            metavar="NAME=LABEL",
            help="what to write on the map instead of an area's name; may be given several times",
        )
        parser.add_argument(
            "--data",
            type=Path,
            default=settings.PORTAL_DATA,
            help="the district's folder (default: %(default)s)",
        )

    def handle(self, *args: Any, geojson: Path, data: Path, **options: Any) -> None:
        labels = dict(label.split("=", 1) for label in options["label"] if "=" in label)
        try:
            areas = _areas(json.loads(geojson.read_text(encoding="utf-8")), options["property"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"{geojson} cannot be read as outlines: {type(error).__name__}: {error}"
            ) from error
        if not areas:
            raise CommandError(f"There are no areas in {geojson}.")
        drawn, height = projected(areas, WIDTH)
        simple = simplified(drawn, TOLERANCE, SMALLEST)
        document = {
            "credit": options["credit"],
            "licence": options["licence"],
            "licence_url": options["licence_url"],
            "width": WIDTH,
            "height": round(height),
            # Where it lies, so that a place on earth can be found on it: a ten-thousandth of a degree is ten metres.
            "bounds": [round(value, 4) for value in _bounds(areas)],
            "areas": {
                slugify(name): {
                    "name": labels.get(name, name),
                    "place": [round(value) for value in label_place(simple[name])],
                    "rings": [_whole(ring) for ring in simple[name]],
                }
                for name in sorted(simple)
            },
        }
        target = data / "map.json"
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        # One area a line, so that a change shows which one it concerns.
        target.write_text(
            text.replace('"areas":{', '"areas":{\n').replace("]},", "]},\n") + "\n", encoding="utf-8"
        )
        corners = sum(len(ring) for rings in simple.values() for ring in rings)
        self.stdout.write(f"{len(simple)} areas with {corners} corners: {target}")


def _areas(collection: Any, name: str) -> dict[str, list[Ring]]:
    """The rings of each area. Raises KeyError, TypeError or ValueError where the file has another shape."""
    areas: dict[str, list[Ring]] = {}
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        elif geometry["type"] != "MultiPolygon":
            raise ValueError(f"an area may not be a {geometry['type']}")
        rings = [
            tuple((float(point[0]), float(point[1])) for point in ring)
            for polygon in polygons
            for ring in polygon
        ]
        areas.setdefault(str(feature["properties"][name]), []).extend(rings)
    return areas


def _bounds(areas: dict[str, list[Ring]]) -> tuple[float, float, float, float]:
    """The west, south, east and north edge."""
    xs, ys = zip(*(point for rings in areas.values() for ring in rings for point in ring), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _whole(ring: Ring) -> list[list[int]]:
    """Corners in whole units, without those that fall together."""
    corners: list[list[int]] = []
    for x, y in ring:
        if [round(x), round(y)] not in corners[-1:]:
            corners.append([round(x), round(y)])
    return corners
