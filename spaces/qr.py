"""An address as a QR code, drawn as one path of an SVG: nothing is loaded, and no inline style is needed."""

from typing import NamedTuple

import segno

#: The light margin around a code, in modules: what readers of codes ask for (ISO/IEC 18004).
QUIET = 4


class Drawing(NamedTuple):
    """A QR code in a square of `size` by `size` units. `path`: the data of an SVG path that is stroked with width 1."""

    size: int
    path: str


def drawing(text: str) -> Drawing:
    """The QR code of a text, which is an address. It still reads with a seventh of it worn off.

    Raises `segno.DataOverflowError` for more than 2331 bytes.
    """
    rows = segno.make_qr(text, error="m").matrix
    path: list[str] = []
    for line, row in enumerate(rows):
        column, at = 0, None
        for dark, length in _runs(row):
            if dark:
                # A stroke runs along the middle of its line. From the second one on it is told from where it is.
                step = f"M{QUIET + column} {QUIET + line}.5" if at is None else f"m{column - at} 0"
                path.append(f"{step}h{length}")
                at = column + length
            column += length
    return Drawing(len(rows) + 2 * QUIET, "".join(path))


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Modules of one kind in a row: dark (1) or light (0), and how many."""
    runs: list[tuple[int, int]] = []
    for module in row:
        if runs and runs[-1][0] == module:
            runs[-1] = (module, runs[-1][1] + 1)
        else:
            runs.append((module, 1))
    return runs
