"""An editor at the desk, whose actions are counted."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from tests.installation import ROOT, Server, environment, served

# Whoever tests what an editor does is signed in already: signing in has tests of its own.
SIGN_IN = """
import django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
editor = User.objects.create_superuser("desk", "desk@example.org")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(editor.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = editor.get_session_auth_hash()
session.save()
"""


class Office(NamedTuple):
    """A server on which somebody is signed in."""

    server: Server
    session: str


@contextmanager
def desk(database: Path, folder: Path, prepare: str = "") -> Iterator[Office]:
    """The portal with the admin, and a session of an editor; `prepare` is Python that runs before, after `editor` was
    made.
    """
    own = Path(shutil.copyfile(database, folder / "prepared.sqlite3"))
    script = f"{SIGN_IN}\n{prepare}\nprint('session', session.session_key)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(own), capture_output=True, text=True
    )
    found = re.search(r"^session (\w+)$", done.stdout, re.M)
    if not found:
        raise RuntimeError(done.stderr)
    with served(own, folder, for_editors=True) as server:
        yield Office(server, found[1])


class Editor:
    """Does things on a page. An action is a click, a field that is filled in, or a key that sends a form."""

    def __init__(self, page: Page, office: Office) -> None:
        self.page = page
        self.actions = 0
        page.context.add_cookies([{"name": "sessionid", "value": office.session, "url": office.server.url}])
        self.url = office.server.url
        page.goto(f"{self.url}/admin/")

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def click(self, selector: str) -> None:
        self.actions += 1
        self.find(selector).click()

    def fill(self, selector: str, text: str) -> None:
        self.actions += 1
        self.find(selector).fill(text)

    def choose(self, selector: str, value: str) -> None:
        self.actions += 1
        self.find(selector).select_option(value)
