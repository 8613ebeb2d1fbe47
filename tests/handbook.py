"""`make handbook`: the pictures in the editors' handbook, of the admin with the starter content. Needs Chromium.

Everything happens at one moment of a made-up today, so that the same admin gives the same pictures on every day.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

#: Most editors sit at a desk; what is done in a hurry is shown on a telephone.
WINDOW: dict[str, Any] = {"viewport": {"width": 1000, "height": 900}}
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
TELEPHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "device_scale_factor": 1.5}

#: A picture is small enough for a slow line.
LARGEST = 120_000

#: What lies over a form, and would stand in the picture's way.
HIDDEN = ".messages, [data-minimap-container], .w-minimap { display: none !important }"

#: Read by Python whenever it starts, as in all processes that are started below: a Tuesday morning in Berlin.
CLOCK = """
from datetime import UTC, datetime
from django.utils import timezone
timezone.now = lambda: datetime(2027, 3, 2, 9, 30, tzinfo=UTC)
"""

#: Somebody of each role, and something to do for them. Prints their sessions.
PREPARE = """
import django
django.setup()
from datetime import timedelta
from importlib import import_module
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.utils import timezone
from home import roles
from home.models import BrokenLink, Feedback
from spaces.models import Space, SpacePage

def session_of(name, *groups):
    user = User.objects.create_user(name, f"{name}@example.org", "beispiel", first_name="Kim", last_name="Beispiel")
    user.groups.set(Group.objects.filter(name__in=groups))
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print("session", name, session.session_key)
    return user

space, other = Space.objects.get(key="adendorf"), Space.objects.get(key="bardowick")
session_of("team", roles.team_name(space))
session_of("county", roles.COUNTY)
session_of("translator", roles.translators_name("ar"))
TOTP.activate(session_of("sign-in", roles.team_name(space)), "JBSWY3DPEHPK3PXP")
now = timezone.now()
german = SpacePage.objects.filter(locale__language_code="de")
page, waiting = german.get(space=space), german.get(space=other)
print("page", page.pk)
writer = session_of("other", roles.team_name(other))
waiting.lead = "Wir helfen Familien in Bardowick. Kommen Sie einfach vorbei."
waiting.save_revision(user=writer)
waiting.get_workflow().start(waiting, writer)
Feedback.objects.create(opinion="hours", path="sozialraeume/adendorf/", language="de", text="Am Montag war zu.")
BrokenLink.objects.create(
    url="https://www.example.org/weg", page=page, problem="gone", first_seen=now - timedelta(days=2), last_checked=now
)
"""


class Picture(NamedTuple):
    """A picture: its file's name, who looks, in what, at which part, and what is done before."""

    name: str
    who: str
    look: dict[str, Any]
    path: str
    part: str = "main"
    do: Callable[[Page], object] = lambda page: None
    #: Not more than so many pixels of the part, from its top.
    height: int = 700


def follow(selector: str) -> Callable[[Page], object]:
    """Goes where a link leads."""

    def do(page: Page) -> None:
        page.goto(page.url.split("/admin/")[0] + str(page.locator(selector).first.get_attribute("href")))

    return do


def one_after_another(*steps: Callable[[Page], object]) -> Callable[[Page], object]:
    def do(page: Page) -> None:
        for step in steps:
            step(page)

    return do


def sign_in(page: Page) -> None:
    page.locator("[name=login]").fill("sign-in")
    page.locator("[name=password]").fill("beispiel")
    page.locator("[name=password]").press("Enter")
    page.locator("[name=code]").wait_for()


def try_address(page: Page) -> None:
    page.locator("[name=address]").fill("Hauptstr. 4, Neetze")
    page.locator(".workbench form[method=post] button[type=submit]").first.click()
    page.locator(".workbench-answer").wait_for()


def look_at_board(page: Page) -> None:
    page.locator("#language").select_option("ar")
    page.locator(".board-filter button").click()


def open_actions(page: Page) -> None:
    page.locator("footer [data-w-dropdown-target=toggle]").click()
    page.locator("footer [name=action-submit]").wait_for()


PICTURES = [
    Picture("anmelden", "", TELEPHONE, "login/", "body", height=620),
    Picture("zweiter-faktor", "", TELEPHONE, "login/", "body", sign_in, height=620),
    Picture("schreibtisch", "team", WINDOW, "", ".desk-page", height=760),
    Picture(
        "telefonnummer",
        "team",
        WINDOW,
        "",
        ".w-panel:has([name=telephone])",
        follow("a[href*='/office/edit/']"),
    ),
    Picture("schliessen", "team", TELEPHONE, "", "main", follow("a[href*='/hours/close/']"), height=640),
    Picture("woche", "team", WIDE, "", ".week-form", follow(".desk-offices a[href*='/timetable/edit/']")),
    Picture(
        "bestaetigen", "team", TELEPHONE, "", "main", follow(".desk-offices a[href*='/confirm/']"), height=760
    ),
    Picture("termin", "team", WINDOW, "", "main", follow("a[href$='/desk/announce/']"), height=900),
    Picture("seite", "team", WINDOW, "pages/{page}/edit/", "[role=tabpanel]", height=760),
    Picture("einreichen", "team", WINDOW, "pages/{page}/edit/", "[data-tippy-root]", open_actions),
    Picture("freigabe", "county", WINDOW, "", "[aria-labelledby=desk-approvals]"),
    Picture("rueckmeldungen", "county", WINDOW, "", "[aria-labelledby=desk-readers]"),
    Picture("tote-links", "county", WINDOW, "", "[aria-labelledby=desk-links]"),
    Picture("uebersicht", "translator", WINDOW, "translations/board/", "main", look_at_board, height=760),
    Picture("adresse", "county", WINDOW, "responsibility/", "[aria-labelledby=try]", try_address, height=760),
]


def take(page: Page, picture: Picture, folder: Path) -> None:
    """Writes one picture, with few enough colours to be small."""
    from PIL import Image

    picture.do(page)
    page.wait_for_load_state("networkidle")
    page.add_style_tag(content=HIDDEN)
    if picture.do is not open_actions:
        page.add_style_tag(content="footer.footer { display: none !important }")
    part = page.locator(picture.part).first
    part.scroll_into_view_if_needed()
    file = folder / f"{picture.name}.png"
    part.screenshot(path=file, animations="disabled")
    scale = picture.look.get("device_scale_factor", 1)
    with Image.open(file) as image:
        whole = image.convert("RGB")
        cut = whole.crop((0, 0, whole.width, min(whole.height, int(picture.height * scale))))
        cut.quantize(64).save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file.name}: {size:,} bytes{' TOO LARGE' if size > LARGEST else ''}")


@contextmanager
def clock_of_its_own(folder: Path) -> Iterator[None]:
    """All processes that begin meanwhile think that it is the same moment."""
    (folder / "sitecustomize.py").write_text(CLOCK)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def main() -> int:
    """The command line: names of pictures, or all of them. Writes to docs/handbuch/bilder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from tests.conftest import BROWSER_FLAGS, CHROMIUM
    from tests.installation import ROOT, database_in, environment, served

    if not CHROMIUM:
        print("Pictures need a browser: apt-get install chromium")
        return 1
    wanted = [picture for picture in PICTURES if picture.name in sys.argv[1:] or not sys.argv[1:]]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with clock_of_its_own(folder):
            database = database_in(folder, ("ar",))
            done = subprocess.run(
                [sys.executable, "-c", PREPARE],
                cwd=ROOT,
                env=environment(database),
                capture_output=True,
                text=True,
            )
            if done.returncode:
                print(done.stderr)
                return 1
            printed = [line.split() for line in done.stdout.splitlines()]
            sessions = {words[1]: words[2] for words in printed if words[0] == "session"}
            (page_id,) = (words[1] for words in printed if words[0] == "page")
            with served(database, folder, for_editors=True) as server, sync_playwright() as playwright:
                # Days and times as the page's language writes them, not as the browser's.
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM,
                    args=[*BROWSER_FLAGS, "--enable-blink-features=LangAttributeAwareFormControlUI"],
                )
                for picture in wanted:
                    context = browser.new_context(
                        locale="de-DE", timezone_id="Europe/Berlin", bypass_csp=True, **picture.look
                    )
                    if picture.who:
                        cookie: Any = {"name": "sessionid", "value": sessions[picture.who], "url": server.url}
                        context.add_cookies([cookie])
                    page = context.new_page()
                    page.goto(f"{server.url}/admin/{picture.path.format(page=page_id)}")
                    take(page, picture, ROOT / "docs" / "handbuch" / "bilder")
                    context.close()
                browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
