from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from PIL import Image, ImageDraw

from portal import mark

#: What a browser wants for a home screen and for the picture while it starts, in pixels.
SIZES = (192, 512)
#: Systems cut icons to circles and drops; what must be seen lies within this share of the middle.
SAFE = 0.7
#: Drawn so many times larger, so that the edges are smooth.
_FINER = 4


def icon(size: int) -> Image.Image:
    """The mark on its ground, on a square of so many pixels that may be cut round."""
    large = size * _FINER
    image = Image.new("RGB", (large, large), mark.GROUND)
    mark.draw(ImageDraw.Draw(image), large * (1 - SAFE) / 2, large * (1 - SAFE) / 2, large * SAFE)
    return image.resize((size, size), Image.Resampling.LANCZOS).quantize(64)


class Command(BaseCommand):
    help = "Draw the icons for home screens from the portal's mark into the static files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            default=Path(settings.BASE_DIR) / "portal" / "static",
            help="the folder (default: %(default)s)",
        )

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        for size in SIZES:
            file = to / f"icon-{size}.png"
            icon(size).save(file, optimize=True)
            self.stdout.write(f"{file}: {file.stat().st_size} bytes")
