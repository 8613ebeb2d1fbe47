"""The picture that stands beside a shared link: the district with one space, and its name. No other words, so that it
serves every language; whose outlines these are has to be said wherever they are shown.
"""

import unicodedata
from functools import lru_cache
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal import mark
from spaces.map import Map

#: What the networks ask for, in pixels.
WIDTH, HEIGHT = 1200, 630

#: Raised whenever the drawing changes, so that kept pictures are asked for anew.
_DRAWING = 2
#: Everything is drawn so many times larger, so that its edges are smooth.
_FINER = 2
_MARGIN = 56 * _FINER
_HEAD = 200 * _FINER
_MARK = 128 * _FINER
_LETTERS = 92 * _FINER
_SMALL_LETTERS = 18 * _FINER

_TEXT = "#131525"
_MUTED = "#51577a"
_FIELD = "#ffde9f"

_SPELLED = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "–": "-",
    }
)


def version(drawing: Map | None, key: str, name: str) -> str:
    """What the picture is made of, as eight letters; others whenever it would look different."""
    return sha256(repr((_DRAWING, drawing, key, name)).encode()).hexdigest()[:8]


@lru_cache(maxsize=32)
def picture(drawing: Map | None, key: str, name: str) -> bytes:
    """A PNG of 1200 by 630 pixels with this name and, where there is a map, the area with this key picked out. Takes
    some tenths of a second, so a process keeps it.
    """
    name = spelled(name)
    image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), mark.GROUND)
    on = ImageDraw.Draw(image)
    mark.draw(on, _MARGIN, (_HEAD - _MARK) / 2, _MARK)
    left = _MARGIN + _MARK + 20 * _FINER
    font, room = _font(_LETTERS), image.width - _MARGIN - left
    if (length := on.textlength(name, font=font)) > room:
        font = _font(int(_LETTERS * room / length))
    on.text((left, _HEAD / 2 + 8 * _FINER), name, font=font, fill=_TEXT, anchor="lm")
    if drawing:
        _draw_map(on, drawing, key)
        credit = f"{drawing.credit} (bearbeitet / changed), {drawing.licence}"
        place = (_MARGIN, image.height - _MARGIN / 2)
        on.text(place, spelled(credit), font=_font(_SMALL_LETTERS), fill=_MUTED, anchor="ls")
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    file = BytesIO()
    small.quantize(64, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def spelled(text: str) -> str:
    """A text in the letters that there are: those that come with Pillow have no umlauts and no accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_SPELLED))
    return "".join(sign for sign in plain if sign.isascii() or sign == "©")


def _draw_map(on: ImageDraw.ImageDraw, drawing: Map, key: str) -> None:
    """Draw the areas into the lower right, as large as there is room for."""
    right, bottom = WIDTH * _FINER - _MARGIN, HEIGHT * _FINER - _MARGIN
    scale = min((right - _MARGIN) / drawing.width, (bottom - _HEAD) / drawing.height)
    left, top = right - drawing.width * scale, bottom - drawing.height * scale
    # The one that matters last, so that its border is whole.
    for area in sorted(drawing.areas, key=lambda area: area.key == key):
        for ring in area.rings:
            corners = [(left + x * scale, top + y * scale) for x, y in ring]
            on.polygon(corners, fill=mark.BLUE if area.key == key else _FIELD)
            on.line([*corners, *corners[:2]], fill=mark.GROUND, width=4 * _FINER, joint="curve")


def _font(size: int) -> ImageFont.FreeTypeFont:
    """The letters that come with Pillow: nothing to install, and the same on every machine."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, so it has no letters of this size.")
    return font
