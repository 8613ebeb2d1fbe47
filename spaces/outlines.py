"""Outlines of areas, made simple enough for a small drawing. Pure: no framework, no file, no clock.

Two neighbours share their border, and must still share it afterwards, or gaps and overlaps would show. So the borders
are taken apart where they meet, each piece is simplified once, and the rings are put together from the pieces again.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import cos, hypot, radians

Point = tuple[float, float]
#: The corners of a closed line, the first one not repeated.
Ring = tuple[Point, ...]

#: How much wider than high the free space around a label should be.
_LABEL_SHAPE = 4.0
#: In how many steps a label's place is looked for in each direction.
_STEPS = 60


def simplified(
    areas: Mapping[str, Iterable[Sequence[Point]]], tolerance: float, smallest: float
) -> dict[str, list[Ring]]:
    """The rings of each area with fewer corners, the largest first.

    No corner that goes lay further than `tolerance` from the new line. Rings with a surface below `smallest` go
    altogether; an area whose rings are all that small keeps its largest one. Both in the units of the points.
    """
    rings = {name: [_open(ring) for ring in each] for name, each in areas.items()}
    borders: dict[frozenset[Point], set[str]] = {}
    for name, each in rings.items():
        for ring in each:
            for edge in _edges(ring):
                borders.setdefault(edge, set()).add(name)
    meeting = _meeting_points(borders)
    found = {}
    for name, each in rings.items():
        each.sort(key=surface, reverse=True)
        kept = [ring for ring in each if surface(ring) >= smallest] or each[:1]
        found[name] = [_simplified_ring(ring, meeting, tolerance) for ring in kept]
    return found


def projected(
    areas: Mapping[str, Iterable[Sequence[Point]]], width: float
) -> tuple[dict[str, list[Ring]], float]:
    """Longitudes and latitudes as points of a drawing of this width, x to the east and y to the south, and the
    drawing's height. Distances are true in the middle, which suffices for a district.
    """
    points = [point for each in areas.values() for ring in each for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    across = cos(radians((south + north) / 2))
    scale = width / ((east - west) * across)
    drawn = {
        name: [tuple(((x - west) * across * scale, (north - y) * scale) for x, y in ring) for ring in each]
        for name, each in areas.items()
    }
    return drawn, (north - south) * scale


def label_place(rings: Sequence[Ring]) -> Point:
    """Where a name has most room: inside, and far from the outline, sideways above all. `rings` begins with the
    outer one.
    """
    # Pressed together sideways, what is a wide oval becomes a circle.
    pressed = [tuple((x / _LABEL_SHAPE, y) for x, y in ring) for ring in rings]
    xs, ys = [x for x, _ in pressed[0]], [y for _, y in pressed[0]]
    places = [
        (
            min(xs) + (max(xs) - min(xs)) * column / _STEPS,
            min(ys) + (max(ys) - min(ys)) * row / _STEPS,
        )
        for column in range(1, _STEPS)
        for row in range(1, _STEPS)
    ]
    inside = [place for place in places if sum(contains(ring, place) for ring in pressed) % 2]
    x, y = max(inside or places, key=lambda place: min(_distance(place, ring) for ring in pressed))
    return x * _LABEL_SHAPE, y


def contains(ring: Ring, point: Point) -> bool:
    """Whether a point lies within a ring."""
    x, y = point
    return (
        sum(
            (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
            for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True)
        )
        % 2
        == 1
    )


def surface(ring: Ring) -> float:
    """The surface within a ring."""
    return (
        abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2
    )


def _open(ring: Sequence[Point]) -> Ring:
    corners = tuple((x, y) for x, y in ring)
    return corners[:-1] if corners[0] == corners[-1] else corners


def _edges(ring: Ring) -> Iterable[frozenset[Point]]:
    return (frozenset(edge) for edge in zip(ring, ring[1:] + ring[:1], strict=True))


def _meeting_points(borders: Mapping[frozenset[Point], set[str]]) -> set[Point]:
    """The points at which a border ends: where the areas on its two sides become others."""
    around: dict[Point, list[set[str]]] = {}
    for edge, names in borders.items():
        for point in edge:
            around.setdefault(point, []).append(names)
    return {point for point, sides in around.items() if len(sides) != 2 or sides[0] != sides[1]}


def _simplified_ring(ring: Ring, meeting: set[Point], tolerance: float) -> Ring:
    # A ring that touches nobody, or one neighbour all along, has no end; both sides must begin it alike.
    ends = {point for point in ring if point in meeting} or {min(ring)}
    if len(ends) == 1:
        ends.add(max(ring, key=lambda point: (_length(point, min(ends)), point)))
    first = next(place for place, point in enumerate(ring) if point in ends)
    turned = [*ring[first:], *ring[:first], ring[first]]
    corners: list[Point] = []
    piece = [turned[0]]
    for point in turned[1:]:
        piece.append(point)
        if point in ends:
            # The same piece from either side, since the way there and back may choose other corners.
            is_forward = piece[0] <= piece[-1]
            simple = _simplified_line(piece if is_forward else piece[::-1], tolerance)
            corners += (simple if is_forward else simple[::-1])[:-1]
            piece = [point]
    return tuple(corners)


def _simplified_line(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker: keep the corner that lies farthest off, and look at both halves, until all lie near."""
    if len(line) < 3:
        return list(line)
    distances = [_distance_to_edge(point, line[0], line[-1]) for point in line[1:-1]]
    farthest = max(range(len(distances)), key=distances.__getitem__)
    if distances[farthest] <= tolerance:
        return [line[0], line[-1]]
    middle = farthest + 1
    return _simplified_line(line[: middle + 1], tolerance)[:-1] + _simplified_line(line[middle:], tolerance)


def _distance(point: Point, ring: Ring) -> float:
    return min(_distance_to_edge(point, *edge) for edge in zip(ring, ring[1:] + ring[:1], strict=True))


def _distance_to_edge(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    along = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / along)) if along else 0.0
    return hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1))


def _length(point: Point, other: Point) -> float:
    return hypot(point[0] - other[0], point[1] - other[1])
