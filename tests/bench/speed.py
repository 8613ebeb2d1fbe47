"""How fast the lookup is: in process, with a large index, and over HTTP; and what the index costs.

The lookup and the builder of its index are handed in as functions. Times are in microseconds unless a name
says otherwise. The garbage collector stays on: it is on in production too.
"""

from __future__ import annotations

import gc
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.bench.writings import ERRORS, mistyped

Lookup = Callable[[str], object]


# --- in process -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Latency:
    """Of `count` lookups, what half of them and 99 of 100 stay within, in microseconds.

    `p50` and `p99` are CPU time, which on a machine of one's own is the time that passes; `waited_p50` and
    `waited_p99` are the time that passed, with what other processes took.
    """

    count: int
    p50: float
    p99: float
    waited_p50: float
    waited_p99: float

    def __str__(self) -> str:
        waited = f"{self.waited_p50:,.0f} and {self.waited_p99:,.0f} µs waited"
        return f"p50 {self.p50:,.0f} µs, p99 {self.p99:,.0f} µs ({waited}; {self.count} lookups)"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1))]


PASSES = 5


def latency(lookup: Lookup, texts: Sequence[str], warm_up: int = 50) -> Latency:
    """Looks every text up once, in `PASSES` passes over different texts; the middle pass counts.

    No text comes twice, so nothing that is remembered about a text helps; and a machine that is busy for a
    moment spoils one pass, not the result. The texts of the warm-up are not measured. Raises ValueError
    where there are no texts.
    """
    shuffled = list(dict.fromkeys(texts))
    random.Random(1).shuffle(shuffled)
    warm_up = min(warm_up, len(shuffled) // 4)
    for text in shuffled[:warm_up]:
        lookup(text)
    measured = shuffled[warm_up:]
    if not measured:
        raise ValueError("no texts to measure")
    passes = PASSES if len(measured) >= PASSES * 100 else 1
    results = []
    for at in range(passes):
        used, waited = [], []
        for text in measured[at::passes]:
            start, start_used = time.perf_counter_ns(), time.thread_time_ns()
            lookup(text)
            used.append((time.thread_time_ns() - start_used) / 1000)
            waited.append((time.perf_counter_ns() - start) / 1000)
        results.append([percentile(times, share) for times in (used, waited) for share in (0.5, 0.99)])
    return Latency(len(measured), *(sorted(column)[passes // 2] for column in zip(*results, strict=True)))


@dataclass(frozen=True, slots=True)
class IndexCost:
    """What building an index takes: seconds, and MB (of 1,000,000 bytes) that stay and that were needed."""

    seconds: float
    kept_mb: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.kept_mb:.1f} MB kept ({self.peak_mb:.1f} MB while building)"


def index_cost(build: Callable[[], object], times: int = 3) -> IndexCost:
    """Builds the index `times` times for the time (the best counts), once more for the memory."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        built: object = build()
        seconds.append(time.perf_counter() - start)
        del built
    return IndexCost(min(seconds), *memory_of(build))


def memory_of(build: Callable[[], object]) -> tuple[float, float]:
    """What a built object keeps, and the most that was needed on the way, in MB of Python's own memory."""
    gc.collect()
    tracemalloc.start()
    try:
        built = build()
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
        del built
    finally:
        tracemalloc.stop()
    return kept / 1e6, peak / 1e6


# --- a large, made-up index -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MadeUpPlace:
    """A village of a made-up land. Each is its own municipality; `space` is the number of its space."""

    name: str
    postcode: str
    ags: str
    space: int


@dataclass(frozen=True, slots=True)
class MadeUpLand:
    """Places and streets that look German. A street is a pair of its name and the index of its place."""

    places: tuple[MadeUpPlace, ...]
    streets: tuple[tuple[str, int], ...]

    def addresses(self, count: int, error: bool = False) -> Iterator[tuple[str, MadeUpPlace]]:
        """Street and number of `count` seeded streets, with the place; `error`: the street is mistyped."""
        chance = random.Random(7)
        for _ in range(count):
            name, at = chance.choice(self.streets)
            if error:
                name = mistyped(name, chance.choice(ERRORS), chance)
            yield f"{name} {chance.randint(1, 80)}", self.places[at]

    def mistyped_places(self, count: int) -> Iterator[tuple[str, MadeUpPlace]]:
        """A mistyped place name and the place, `count` times."""
        chance = random.Random(8)
        for _ in range(count):
            place = chance.choice(self.places)
            yield mistyped(place.name, chance.choice(ERRORS), chance), place


def _words() -> dict[str, list[str]]:
    """The word lists of words.txt, by heading."""
    lists: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lists[line.strip("[]")] = words = []
        elif line and not line.startswith("#"):
            words.extend(line.split())
    return lists


_WORDS = _words()
_PLACE_MIDDLES = ("", "", "en", "er", "ing", "els", "ers", "um", "in", "ol")


def made_up_land(streets: int = 500_000, places: int = 5_000, spaces: int = 400) -> MadeUpLand:
    """A seeded land: most villages have the common names, towns have rare ones, as in Germany.

    A fifth of the places hold about two thirds of the streets. No place has a street twice. Place names are
    unique; postcodes are shared by about two places.
    """
    chance = random.Random(3355)
    names: dict[str, None] = {}
    while len(names) < places:
        stem = chance.choice(_WORDS["stems"])
        name = stem + chance.choice(_PLACE_MIDDLES) + chance.choice(_WORDS["place ends"])
        if chance.random() < 0.12:
            name = chance.choice(_WORDS["before places"]) + " " + name
        names[name] = None
    land = tuple(
        MadeUpPlace(name, f"{30000 + at // 2:05}", f"{3000000 + at:08}", at * spaces // places)
        for at, name in enumerate(names)
    )
    weights = [1 / (at + 20) ** 0.8 for at in range(places)]
    total = sum(weights)
    made: list[tuple[str, int]] = []
    for at, weight in enumerate(weights):
        wanted = max(3, round(streets * weight / total))
        here: dict[str, None] = {}
        for name in _WORDS["streets everywhere"]:
            if len(here) < wanted and chance.random() < 0.8:
                here[name] = None
        while len(here) < wanted:
            here[_street_name(chance, land)] = None
        made.extend((name, at) for name in here)
    while len(made) < streets:
        made.append((f"{_street_name(chance, land)} {len(made)}", chance.randrange(places)))
    chance.shuffle(made)
    return MadeUpLand(land, tuple(made[:streets]))


def _street_name(chance: random.Random, places: Sequence[MadeUpPlace]) -> str:
    stems, middles = _WORDS["stems"], _WORDS["middles"]
    kind = chance.random()
    if kind < 0.2:
        person = (chance.choice(_WORDS["first names"]), chance.choice(_WORDS["last names"]))
        return "-".join((*person, chance.choice(("Straße", "Weg", "Platz", "Ring"))))
    if kind < 0.4:
        return chance.choice(places).name.split()[-1] + chance.choice(
            ("er Straße", "er Weg", "er Landstraße")
        )
    if kind < 0.5:
        before = chance.choice(("Am", "Im", "An der", "Zum", "Auf dem", "Hinterm", "In den", "Alte", "Große"))
        return f"{before} {chance.choice(stems)}{chance.choice(middles)}"
    middle = chance.choice(("", "", *middles))
    return chance.choice(stems) + middle + chance.choice(_WORDS["street ends"])


# --- over HTTP --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServerCost:
    """What a lookup costs the server process, in milliseconds of CPU; `wall` is what the client waited."""

    count: int
    cpu_ms: float
    wall_ms: float
    statuses: Mapping[int, int]

    def __str__(self) -> str:
        statuses = ", ".join(f"{count} answered {status}" for status, count in sorted(self.statuses.items()))
        return f"{self.cpu_ms:.2f} ms of CPU, {self.wall_ms:.2f} ms waited ({statuses})"


def cpu_seconds(process: int) -> float:
    """User and system time of a process so far. Raises OSError without /proc or such a process."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(process: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == process:
                found.append(int(entry.name))
    return found


@contextmanager
def served(environment: Mapping[str, str], root: Path) -> Iterator[tuple[int, Callable[[], list[int]]]]:
    """The portal behind one worker process on a free port of this machine; yields the port and its processes.

    gunicorn where it is installed, Django's own server otherwise. Raises RuntimeError if it does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if find_spec("gunicorn"):
        command = ["-m", "gunicorn", "--workers", "1", "--bind", f"127.0.0.1:{port}", "portal.wsgi"]
    else:
        command = ["manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [sys.executable, *command],
        cwd=root,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            if server.poll() is not None:
                raise RuntimeError(f"the server ended at once, with status {server.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("the server did not answer within 30 seconds")
        yield port, lambda: [server.pid, *children(server.pid)]
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


# The rate limit counts clients: each of our clients stays below it.
LOOKUPS_A_CLIENT = 100


def server_cost(environment: Mapping[str, str], root: Path, texts: Iterable[str]) -> ServerCost:
    """Posts every text to the API, one after the other, and reads what the server's processes used meanwhile.

    Each hundred requests come from another loopback address (127.0.0.2 and up, as Linux has them).
    """
    bodies = [json.dumps({"address": text}).encode() for text in texts]
    statuses: dict[int, int] = {}
    with served(environment, root) as (port, processes):
        _post_all(port, bodies[:40], 250, {})
        used = sum(cpu_seconds(process) for process in processes())
        start = time.perf_counter()
        for at in range(0, len(bodies), LOOKUPS_A_CLIENT):
            _post_all(port, bodies[at : at + LOOKUPS_A_CLIENT], 2 + at // LOOKUPS_A_CLIENT, statuses)
        waited = time.perf_counter() - start
        used = sum(cpu_seconds(process) for process in processes()) - used
    count = max(1, len(bodies))
    return ServerCost(len(bodies), 1000 * used / count, 1000 * waited / count, statuses)


def _post_all(port: int, bodies: Sequence[bytes], client: int, statuses: dict[int, int]) -> None:
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=30, source_address=(f"127.0.{client // 250}.{client % 250 + 2}", 0)
    )
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    for body in bodies:
        connection.request("POST", "/api/v1/lookup/", body, headers)
        response = connection.getresponse()
        response.read()
        statuses[response.status] = statuses.get(response.status, 0) + 1
    connection.close()


# --- what was promised ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """A measured figure beside the one that was promised, in the same unit."""

    name: str
    measured: float
    promised: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return self.measured <= self.promised

    def __str__(self) -> str:
        verdict = "" if self.kept else "   MISSED"
        return f"{self.name}: {self.measured:,.4g} of at most {self.promised:,.4g} {self.unit}{verdict}"


def limits_of_latency(name: str, measured: Latency, p50: float | None, p99: float) -> list[Limit]:
    """The two promises about a latency; `p50` None: only the other one was made."""
    limits = [] if p50 is None else [Limit(f"{name}, p50", measured.p50, p50, "µs")]
    return [*limits, Limit(f"{name}, p99", measured.p99, p99, "µs")]


def limits_of_index(name: str, cost: IndexCost, seconds: float, megabytes: float) -> list[Limit]:
    """The promises about building an index and what it keeps."""
    return [
        Limit(f"{name}, built", cost.seconds, seconds, "s"),
        Limit(f"{name}, memory", cost.kept_mb, megabytes, "MB"),
    ]


def report(title: str, measured: Any, limits: Iterable[Limit]) -> list[Limit]:
    """Prints a figure with its promises and gives back the broken ones."""
    listed = list(limits)
    print(f"{title}: {measured}")
    for limit in listed:
        print(f"  {limit}")
    return [limit for limit in listed if not limit.kept]
