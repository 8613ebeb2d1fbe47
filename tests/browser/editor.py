"""Those who run the portal, at the desk; their actions are counted."""

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

#: Whoever works here, each by the group that makes them so. The team keeps Bardowick, the translator writes English.
ROLES = {
    "administrator": "Administration",
    "county": "Landkreis",
    "team": "Redaktion Bardowick",
    "translator": "Übersetzung Englisch",
}

# Whoever tests what an editor does is signed in already: signing in has tests of its own.
SIGN_IN = """
import django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
people, sessions = {}, {}
for role, group in ROLES.items():
    person = people[role] = User.objects.create_user(role, f"{role}@example.org", PASSWORD)
    person.groups.add(Group.objects.get(name=group))
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    sessions[role] = session.session_key
"""

#: Who signs in by name needs it; the name is the role's.
PASSWORD = "ein-langes-Passwort-7"


BOARD = "/admin/translations/board/"


class Office(NamedTuple):
    """A server on which one person of each role is signed in: their sessions, by the role."""

    server: Server
    sessions: dict[str, str]


@contextmanager
def desk(database: Path, folder: Path, prepare: str = "") -> Iterator[Office]:
    """The portal with the admin, and a session for each role; `prepare` is Python that runs before, and finds everybody
    in `people`, by the role.
    """
    own = Path(shutil.copyfile(database, folder / "prepared.sqlite3"))
    known = f"ROLES, PASSWORD = {ROLES!r}, {PASSWORD!r}"
    script = f"{known}\n{SIGN_IN}\n{prepare}\nprint('sessions', *sessions.values())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(own), capture_output=True, text=True
    )
    found = re.search(r"^sessions (.+)$", done.stdout, re.M)
    if not found:
        raise RuntimeError(done.stderr)
    with served(own, folder, for_editors=True) as server:
        yield Office(server, dict(zip(ROLES, found[1].split(), strict=True)))


class Editor:
    """Does things on a page. An action is a click, a field that is filled in, or a key that sends a form."""

    def __init__(self, page: Page, office: Office, role: str = "administrator") -> None:
        self.page = page
        self.role = role
        self.actions = 0
        session = {"name": "sessionid", "value": office.sessions[role], "url": office.server.url}
        page.context.add_cookies([session])  # type: ignore[list-item]
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
