"""What a reader may keep on a telephone, to read without a connection: one small document, when asked and not before.

The document holds the front door, the offices with their hours, the texts that help, and a table of places and
postcodes for which the lookup has an answer. The table is the lookup's own: a telephone compares, and decides nothing.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from home.models import HomePage, TextPage
from portal.languages import DEFAULT_CODE, SERVED_CODES
from portal.pages import PortalPage
from portal.translation import TranslationState, translation_state
from portal.tree import tree
from search.address import fold
from search.answers import office_of, option_json
from search.lookup import Index, catchment_rows, index
from search.routing import CatchmentRow, Choice, Elsewhere, Found, Outcome
from spaces import open_now
from spaces.models import Office, SpacePage
from spaces.models.pages.base import pages_below

#: What the document needs besides itself.
FILES = ("portal.css", "offline.js", "icon.svg")

#: A document is made anew after this time at the latest, so that a day's age is counted from about when it was saved.
_MADE_ANEW = timedelta(hours=1)


class Size(NamedTuple):
    """In bytes, of the document and its files: on the way, and on the telephone."""

    loaded: int
    stored: int


class Saved(NamedTuple):
    """A page whose words are in the document, with their state, its path, where a telephone shows it, and the offices
    of a space, the main one first.
    """

    page: Any
    translation: TranslationState
    address: str
    offices: Sequence[Office] = ()


# The table ------------------------------------------------------------------------------------------------------------


def writings(latest: Index) -> Iterator[str]:
    """What somebody may type who knows a place or a postcode: names, postcodes, and the one before the other."""
    gazetteer = latest.router.gazetteer
    for municipality in gazetteer.municipalities.values():
        yield from filter(None, (municipality.name, municipality.association))
    for place in gazetteer.places:
        yield from (place.name, *place.also, *place.postcodes)
        yield from (f"{postcode} {place.name}" for postcode in place.postcodes)


def outcomes(latest: Index, on: date) -> dict[str, Outcome]:
    """The lookup's answer by folded writing, where it is exact and the folding takes away nothing that it depends on.
    A school, a resembling name and what is not known have none.
    """
    of_key: dict[str, set[str]] = defaultdict(set)
    for text in writings(latest):
        of_key[fold(text)].add(text)
    # "Konau" is ours, and "Könau" is somebody else's: on a telephone they would be one.
    for outside in latest.router.gazetteer.outside:
        for text in (outside.name, *outside.also):
            if (key := fold(text)) in of_key:
                of_key[key].add(text)
    found: dict[str, Outcome] = {}
    for key, texts in of_key.items():
        answers = [latest.find(text, on) for text in sorted(texts)]
        kinds = {_deciding(answer) for answer in answers}
        if len(kinds) == 1 and None not in kinds:
            found[key] = answers[0]
    return found


def _deciding(outcome: Outcome) -> tuple[Any, ...] | None:
    """What a telephone would say; None where it would not say it."""
    if isinstance(outcome, Found):
        return ("found", outcome.answer) if outcome.exact and outcome.level != "school" else None
    if isinstance(outcome, Elsewhere):
        return ("elsewhere", outcome.authority)
    if isinstance(outcome, Choice):
        return ("choice", outcome.options) if outcome.question == "place" else None
    return None


def table(latest: Index, on: date, spaces: Iterable[str]) -> dict[str, Any]:
    """The answers by folded writing, for a telephone: `found` and `elsewhere` have the writings by where they lead, an
    id in the document; `choice` has by writing what to choose from, pairs of a label and an id (empty: not ours).

    Answers that lead to a space that is not among these, which the document does not show, are left out.
    """
    shown = set(spaces)
    found: dict[str, list[str]] = defaultdict(list)
    elsewhere: dict[str, list[str]] = defaultdict(list)
    choice: dict[str, list[list[str]]] = {}
    for key, outcome in outcomes(latest, on).items():
        if isinstance(outcome, Found):
            if outcome.answer.space in shown:
                office = office_of(outcome, latest)
                found[office_id(office) if office else outcome.answer.space].append(key)
        elif isinstance(outcome, Elsewhere):
            elsewhere[authority_id(outcome.authority)].append(key)
        elif isinstance(outcome, Choice) and {o.space for o in outcome.options if o.space} <= shown:
            options = [option_json(option, latest)["label"] for option in outcome.options]
            choice[key] = [
                [label, option.space] for label, option in zip(options, outcome.options, strict=True)
            ]
    return {"found": found, "elsewhere": elsewhere, "choice": choice}


def next_change(rows: Iterable[CatchmentRow], on: date) -> date | None:
    """The first day after this one on which other decisions hold than on this one; None: none is known."""
    days = [row.valid_from for row in rows]
    days += [row.valid_until + timedelta(days=1) for row in rows if row.valid_until]
    return min((day for day in days if day > on), default=None)


def office_id(office: Office) -> str:
    return f"office-{office.uuid}"


def authority_id(key: str) -> str:
    return f"authority-{key}" if key else ""


# The document ---------------------------------------------------------------------------------------------------------


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """The document in the reader's language. Raises Http404 where there is no front door that everybody may see."""
    known, language = tree(request), get_language() or DEFAULT_CODE
    front = known.home(language)
    home = HomePage.objects.select_related("locale").filter(pk=front.pk).first() if front else None
    if home is None or front is None or front.is_private:
        raise Http404
    made_at = timezone.now()
    today = timezone.localdate(made_at)
    # The tags that speak of hours speak of the same moment.
    request.made_at = made_at  # type: ignore[attr-defined]
    newest = getattr(request, "facts_version", None)
    latest, facts = index(newest), open_now.facts(newest)
    texts = [text for text in _saved(request, home, TextPage) if not text.page.is_placeholder]
    spaces = [
        space._replace(offices=facts.offices.get(space.page.space_id, ()))
        for space in _saved(request, home, SpacePage)
    ]
    spaces.sort(key=lambda space: str(space.page.space.name))
    decided = table(latest, today, (space.page.space.key for space in spaces))
    change = next_change(catchment_rows(), today)
    context = {
        "home": home,
        "home_translation": translation_state(home, language),
        "home_address": front.url(language),
        "spaces": spaces,
        "spaces_address": _above(request, spaces),
        "texts": texts,
        "authorities": [
            authority
            for key, authority in latest.authorities.items()
            if authority_id(key) in decided["elsewhere"]
        ],
        "county": facts.county,
        "made_at": made_at,
        "made": int(made_at.timestamp() * 1000),
        "table": decided,
        "table_ends": int(_midnight(change).timestamp() * 1000) if change else "",
        "files": " ".join(static(name) for name in FILES),
    }
    response = render(request, "offline/document.html", context)
    # The page cache asks for it.
    response.expires_at = made_at + _MADE_ANEW  # type: ignore[attr-defined]
    return response


def _saved(request: HttpRequest, home: HomePage, model: type[PortalPage]) -> list[Saved]:
    """The pages of a kind that everybody may see, and that nobody minds being seen with."""
    known, language = tree(request), get_language() or DEFAULT_CODE
    # What is sensitive in one language is so in all of them.
    sensitive = set(model.objects.filter(is_sensitive=True).values_list("translation_key", flat=True))
    places = {node.pk: place for place, node in enumerate(known.nodes.values())}
    return [
        Saved(page, translation_state(page, language), node.url(language))
        for page in sorted(pages_below(home, model, request), key=lambda page: places[page.pk])
        if (node := known.nodes[page.pk]) and not node.is_private and page.translation_key not in sensitive
    ]


def _above(request: HttpRequest, pages: list[Saved]) -> str:
    """Where the list of these pages is; empty where there are none."""
    known, language = tree(request), get_language() or DEFAULT_CODE
    ways = [known.way(known.nodes[saved.page.pk], language) for saved in pages]
    return ways[0][-2].url(language) if ways and len(ways[0]) > 1 else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def size(request: HttpRequest) -> Size:
    """What the document and its files take in the reader's language."""
    texts = [document(request).content, *map(_file, FILES)]
    return Size(sum(len(gzip.compress(text)) for text in texts), sum(map(len, texts)))


def _file(name: str) -> bytes:
    path = finders.find(name)
    return Path(path).read_bytes() if isinstance(path, str) else b""


# The views ------------------------------------------------------------------------------------------------------------


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that explains what would be kept, and keeps it when asked to, or removes it."""
    takes = size(request)
    context = {"loaded": _kilobytes(takes.loaded), "stored": _kilobytes(takes.stored)}
    return render(request, "offline/offline.html", context)


def _kilobytes(size: int) -> int:
    return -(-size // 1000)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, which is registered only by whoever asks to keep the document."""
    # A new release, or a file of another name, makes another worker, which fetches the document anew.
    version = " ".join([settings.RELEASE, *map(static, FILES)])
    context = {"version": version, "languages": list(SERVED_CODES)}
    response = render(request, "offline/sw.js", context, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response
