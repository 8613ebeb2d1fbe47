"""The mark of the portal, a house with a heart, as corners on a square of 32 units; for pictures that are no SVG.

The same shapes stand in `templates/components/mark.html` and `portal/static/icon.svg`.
"""

from PIL import ImageDraw

#: The square on which it is drawn.
SIZE = 32

BLUE = "#2044aa"
WARM = "#ffde9f"
GROUND = "#fff3dc"

_HOUSE = ((3.0, 15.0), (16.0, 4.0), (29.0, 15.0), (29.0, 28.0), (3.0, 28.0))

#: Bézier curves, each from the end of the one before it.
_HEART_FROM = (16.0, 25.5)
_HEART = (
    ((11.0, 22.0), (8.5, 19.5), (8.5, 16.7)),
    ((8.5, 13.0), (14.0, 12.0), (16.0, 15.7)),
    ((18.0, 12.0), (23.5, 13.0), (23.5, 16.7)),
    ((23.5, 19.5), (21.0, 22.0), (16.0, 25.5)),
)
_STEPS = 24


def draw(on: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    """Draw it into a square of this many pixels whose upper left corner is given."""
    scale = size / SIZE
    for corners, colour in ((_HOUSE, BLUE), (_heart(), WARM)):
        on.polygon([(x + a * scale, y + b * scale) for a, b in corners], fill=colour)


def _heart() -> tuple[tuple[float, float], ...]:
    corners = [_HEART_FROM]
    for first, second, end in _HEART:
        start = corners[-1]
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            points = (start, first, second, end)
            corners.append(
                (
                    sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
                    sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
                )
            )
    return tuple(corners)
