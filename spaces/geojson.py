"""Spaces and offices for a map: GeoJSON (RFC 7946). Outlines are those of the district's drawing (`spaces.map`), so
they are as coarse as it is; offices have the positions that somebody entered.
"""

from math import cos, radians
from typing import Any

from spaces.map import Area, Map
from spaces.outlines import Point, Ring, contains, surface
from spaces.representation import Known, contact_json, position_json, space_json

GeoJson = dict[str, Any]

#: Five decimals are a metre.
_DECIMALS = 5


def spaces_collection(drawing: Map | None, k: Known) -> GeoJson:
    """The spaces with their outlines; `geometry` is null where there is none. `credit`: who has to be named."""
    areas = {area.key: area for area in drawing.areas} if drawing and drawing.bounds else {}
    features = []
    for space in k.register.spaces:
        area = areas.get(space.key)
        told = space_json(space, k)
        features.append(
            {
                "type": "Feature",
                "id": told["uuid"],
                "geometry": outline(area, drawing) if drawing and area else None,
                "properties": {name: told[name] for name in ("key", "name", "state")}
                | {"url": told["page"]["url"] if told["page"] else None},
            }
        )
    collection: GeoJson = {"type": "FeatureCollection", "features": features}
    if drawing and areas:
        collection |= {
            "credit": drawing.credit,
            "licence": drawing.licence,
            "licence_url": drawing.licence_url,
        }
    return collection


def offices_collection(k: Known) -> GeoJson:
    """The offices of which the position is known."""
    features = []
    for space in k.register.spaces:
        for office in k.facts.offices.get(space.pk, ()):
            position = position_json(office)
            if position is None:
                continue
            told = contact_json(office)
            features.append(
                {
                    "type": "Feature",
                    "id": told["uuid"],
                    "geometry": {
                        "type": "Point",
                        "coordinates": [position["longitude"], position["latitude"]],
                    },
                    "properties": {**told, "space": {"key": space.key, "name": space.name}},
                }
            )
    return {"type": "FeatureCollection", "features": features}


def outline(area: Area, drawing: Map) -> GeoJson:
    """The outline of an area as a MultiPolygon: outer rings against the clock, holes with it."""
    rings = sorted(area.rings, key=surface, reverse=True)
    polygons: list[list[Ring]] = []
    for place, ring in enumerate(rings):
        around = [other for other in rings[:place] if contains(other, ring[0])]
        if len(around) % 2:
            next(polygon for polygon in polygons if polygon[0] is around[-1]).append(ring)
        else:
            polygons.append([ring])
    return {
        "type": "MultiPolygon",
        "coordinates": [
            [_closed(ring, drawing, is_hole=place > 0) for place, ring in enumerate(polygon)]
            for polygon in polygons
        ],
    }


def _closed(ring: Ring, drawing: Map, *, is_hole: bool) -> list[list[float]]:
    corners = [_degrees(point, drawing) for point in ring]
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    is_against_the_clock = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) > 0
    if is_against_the_clock == is_hole:
        corners.reverse()
    return [[*corner] for corner in (*corners, corners[0])]


def _degrees(point: Point, drawing: Map) -> Point:
    """The other way round of `spaces.outlines.projected`: longitude and latitude of a point of the drawing."""
    if drawing.bounds is None:
        raise ValueError("The drawing does not say where it lies. The command draw_map writes that.")
    west, south, east, north = drawing.bounds
    across = cos(radians((south + north) / 2))
    scale = drawing.width / ((east - west) * across)
    return round(west + point[0] / (across * scale), _DECIMALS), round(north - point[1] / scale, _DECIMALS)
