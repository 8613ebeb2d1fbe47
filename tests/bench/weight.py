"""`python -m tests.bench.weight`: what a visit costs a reader with an old telephone and little data left.

Measured in Chromium, against gunicorn with production's settings and compressed files, as the portal is delivered and
with its content in all languages. Bytes are those on the wire, headers and the icon of the browser's tab included.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.bench.speed import Limit

#: The pages that most visits begin with, below a language.
PAGES = {"home page": "", "space": "sozialraeume/gellersen/"}

#: Which languages are measured for speed: the original, one from right to left, one in a script of its own.
TIMED = ("de", "ar", "ti")

#: What was promised: bytes on the wire and requests of a visit, seconds until the largest part of a page stands
#: there.
FIRST_BYTES, AGAIN_BYTES, REQUESTS = 30_000, 8_000, 5
FIRST_SECONDS, AGAIN_SECONDS = 2.5, 1.0

#: What rounds to nothing: less than a letter's width.
MOVED = 0.005

#: An old telephone with a bad connection: so many times slower, bytes a second, milliseconds there and back.
SLOWER, THROUGHPUT, LATENCY = 4, 400_000 / 8, 400

PASSES = 3

#: What a visit without tests asks for a moment later: the icon, and what a telephone needs to put the portal on its
#: home screen.
ASKED_LATER = """() => Promise.all([...document.querySelectorAll("link[rel=icon], link[rel=manifest]")]
    .map(link => fetch(link.href).then(answer => answer.blob())))"""

#: In milliseconds, and as a share of the window that moved.
PAINTED = """() => new Promise(done => {
    let painted = 0, moved = 0;
    new PerformanceObserver(list => { for (const entry of list.getEntries()) painted = entry.startTime; })
        .observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver(list => { for (const entry of list.getEntries()) moved += entry.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done([painted, moved]), 500);
})"""

STORED = """async () => [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...await caches.keys(), ...(await indexedDB.databases()).map(database => database.name),
    ...(await navigator.serviceWorker.getRegistrations()).map(worker => worker.scope)].filter(Boolean)"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one look at a page cost. `painted`: seconds until its largest part stood there; `moved`: the share of the
    window that shifted afterwards (CLS); `hosts`: who was asked; `stored`: what the device keeps beside files.
    """

    bytes: int
    requests: int
    hosts: frozenset[str]
    stored: tuple[str, ...]
    painted: float
    moved: float


def visit(context: BrowserContext, url: str, *, slowly: bool = False) -> Visit:
    """Looks at a page; the second time in the same context, the browser has what it may keep. `slowly`: as on an old
    telephone. Raises AssertionError where the page is not answered with 200 or 304.
    """
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def kept(event: dict[str, Any]) -> None:
        asked.pop(event["requestId"], None)

    def asks(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    wire.on("Network.requestWillBeSent", asks)
    wire.on("Network.requestServedFromCache", kept)
    wire.on("Network.loadingFinished", ended)
    if slowly:
        wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        conditions = {"latency": LATENCY, "downloadThroughput": THROUGHPUT, "uploadThroughput": THROUGHPUT}
        wire.send("Network.emulateNetworkConditions", {"offline": False, **conditions})
    answer = page.goto(url)
    assert answer is not None
    assert answer.status in (200, 304), (url, answer.status)
    painted, moved = page.evaluate(PAINTED)
    page.evaluate(ASKED_LATER)
    stored = page.evaluate(STORED)
    stored += [cookie["name"] for cookie in context.cookies()]
    page.close()
    # What the browser had already cost nothing.
    loaded = {request: size for request, size in sizes.items() if size and request in asked}
    return Visit(
        round(sum(loaded.values())),
        len(loaded),
        frozenset(urlsplit(address).netloc for address in asked.values()),
        tuple(stored),
        painted / 1000,
        moved,
    )


@contextmanager
def reader(browser: Browser, code: str) -> Iterator[BrowserContext]:
    """Somebody who comes for the first time, with a telephone, through the web server in front."""
    from tests.installation import PROXIED

    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        locale="de-DE" if code == "de" else code,
        extra_http_headers=PROXIED,
    )
    try:
        yield context
    finally:
        context.close()


def first_and_again(browser: Browser, url: str, code: str) -> tuple[Visit, Visit]:
    """The first visit of a reader, and the same page once more."""
    with reader(browser, code) as context:
        return visit(context, url), visit(context, url)


def on_an_old_telephone(browser: Browser, url: str, code: str) -> tuple[Visit, Visit]:
    """The same with an old telephone, each the quickest of `PASSES`: what else this machine does is not the portal's.
    What moved in any of them counts.
    """
    visits: list[tuple[Visit, Visit]] = []
    for _ in range(PASSES):
        with reader(browser, code) as context:
            visits.append((visit(context, url, slowly=True), visit(context, url, slowly=True)))
    first, again = (
        replace(min(found, key=lambda each: each.painted), moved=max(each.moved for each in found))
        for found in zip(*visits, strict=True)
    )
    return first, again


def limits_of_weight(name: str, first: Visit, again: Visit) -> list[Limit]:
    """The promises about what two visits load."""
    return [
        Limit(f"{name}, first visit", first.bytes, FIRST_BYTES, "bytes"),
        Limit(f"{name}, requests", first.requests, REQUESTS, ""),
        Limit(f"{name}, again", again.bytes, AGAIN_BYTES, "bytes"),
        Limit(f"{name}, other hosts", len(first.hosts | again.hosts) - 1, 0, ""),
        Limit(f"{name}, kept on the device", len(first.stored) + len(again.stored), 0, ""),
    ]


def limits_of_speed(name: str, first: Visit, again: Visit) -> list[Limit]:
    """The promises about how soon a page stands there, and stays where it is."""
    return [
        Limit(f"{name}, first visit", first.painted, FIRST_SECONDS, "s"),
        Limit(f"{name}, again", again.painted, AGAIN_SECONDS, "s"),
        Limit(f"{name}, moved", max(first.moved, again.moved), MOVED, ""),
    ]


def measure(url: str, codes: tuple[str, ...]) -> list[Limit]:
    """Prints a table of all pages and languages; gives back every promise, kept or not."""
    from tests.conftest import BROWSER_FLAGS, CHROMIUM

    limits: list[Limit] = []
    print("page        language   first visit  requests     again     slow telephone: first, again, moved")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_FLAGS)
        for name, path in PAGES.items():
            for code in codes:
                address, title = f"{url}/{code}/{path}", f"{name}, {code}"
                first, again = first_and_again(browser, address, code)
                limits += limits_of_weight(title, first, again)
                line = f"{name:<11} {code:<9} {first.bytes:>7,} bytes {first.requests:>9} {again.bytes:>9,}"
                if code in TIMED:
                    first, again = on_an_old_telephone(browser, address, code)
                    limits += limits_of_speed(title, first, again)
                    moved = max(first.moved, again.moved)
                    line += f"     {first.painted:.2f} s, {again.painted:.2f} s, {moved:g}"
                print(line, flush=True)
        browser.close()
    return limits


def main() -> int:
    """The command line: 1 if a promise is not kept."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    from tests.conftest import CHROMIUM

    if not CHROMIUM:
        print("The weight of pages needs a browser: apt-get install chromium")
        return 0
    import django

    django.setup()
    from portal.languages import SERVED_CODES
    from tests.installation import database_in, served

    print("\nWhat a visit costs (gunicorn, production's settings, Chromium)")
    folder = Path(tempfile.mkdtemp())
    try:
        database = database_in(folder, tuple(code for code in SERVED_CODES if code != "de"))
        with served(database, folder, as_in_production=True) as server:
            limits = measure(server.url, SERVED_CODES)
    finally:
        shutil.rmtree(folder)
    missed = [limit for limit in limits if not limit.kept]
    print("\n".join(f"  {limit}" for limit in missed) or "Every promise was kept.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
