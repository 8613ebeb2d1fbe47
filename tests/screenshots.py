"""`make screenshots`: the pictures in the README, of the portal with its starter content. Needs Chromium."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

#: Telephones show so many of their own dots for each that a page counts; big windows are shown smaller anyway.
TELEPHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "device_scale_factor": 1.5}
WINDOW: dict[str, Any] = {"viewport": {"width": 1280, "height": 1120}}


class Picture(NamedTuple):
    """A picture: its file's name, where it begins, what is typed there, and in what it is looked at."""

    name: str
    path: str
    typed: str
    look: dict[str, Any]


PICTURES = [
    Picture("home-de", "/de/", "", TELEPHONE),
    Picture("question-de", "/de/find/", "Hauptstr. 4, Neetze", TELEPHONE),
    Picture("space-ar", "/ar/sozialraeume/gellersen/", "", TELEPHONE),
    Picture("space-dark", "/de/sozialraeume/gellersen/", "", {**TELEPHONE, "color_scheme": "dark"}),
    Picture("home-wide", "/de/", "", WINDOW),
]


def take(page: Page, picture: Picture, address: str, folder: Path) -> None:
    """Writes one picture, of what a reader sees without scrolling, with few enough colours to be small."""
    from PIL import Image

    page.goto(address + picture.path)
    if picture.typed:
        page.get_by_role("textbox").fill(picture.typed)
        page.get_by_role("search").get_by_role("button").click()
        page.locator("#result").wait_for()
        # The answer has the focus, so the window begins there.
        page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    file = folder / f"{picture.name}.png"
    page.screenshot(path=file)
    with Image.open(file) as image:
        image.convert("RGB").quantize(128).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size:,} bytes")


def main() -> int:
    """The command line. Writes to docs/images."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from tests.conftest import BROWSER_FLAGS, CHROMIUM
    from tests.installation import ROOT, database_in, served

    if not CHROMIUM:
        print("Pictures need a browser: apt-get install chromium")
        return 1
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with served(database_in(folder, ("ar",)), folder) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_FLAGS)
            for picture in PICTURES:
                language = picture.path.split("/")[1]
                context = browser.new_context(locale=language, **picture.look)
                take(context.new_page(), picture, server.url, ROOT / "docs" / "images")
                context.close()
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
