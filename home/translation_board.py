"""The translation board: every page in every language on one table, and what translators do from there."""

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from home import po
from portal import translation
from portal.languages import BY_CODE, DEFAULT_CODE, SERVED, Language
from portal.translation import OLDER, Translations, plain
from spaces.changes import announce

#: The languages into which pages are translated.
TARGETS: tuple[Language, ...] = tuple(language for language in SERVED if language.code != DEFAULT_CODE)


class State(NamedTuple):
    """How a cell says it: a word, a sign beside it, and what it means."""

    code: str
    word: Any
    sign: str
    meaning: Any


#: The gravest first, as in TranslationState.codes; `draft` is made but was never published.
STATES: dict[str, State] = {
    state.code: state
    for state in (
        State(
            "missing",
            pgettext_lazy("state of a translation", "missing"),
            "–",
            gettext_lazy("There is no translation. Readers see the German page."),
        ),
        State(
            "draft",
            pgettext_lazy("state of a translation", "draft"),
            "…",
            gettext_lazy("The translation is not published yet. Readers see the German page."),
        ),
        State(
            "older",
            pgettext_lazy("state of a translation", "older"),
            "↻",
            gettext_lazy("The German page was changed since. Readers are told so."),
        ),
        State(
            "partial",
            pgettext_lazy("state of a translation", "in part"),
            "◐",
            gettext_lazy("Some sentences are still German. They are marked for readers."),
        ),
        State(
            "machine",
            pgettext_lazy("state of a translation", "machine"),
            "⚙",
            gettext_lazy("A machine translated it, and nobody has checked it. Readers are told so."),
        ),
        State(
            "current",
            pgettext_lazy("state of a translation", "current"),
            "✓",
            gettext_lazy("Translated, and up to date."),
        ),
    )
}


class Cell(NamedTuple):
    """A page in one language. `page`: the translation, None where there is none. `codes`: its states (STATES), the
    gravest first. `may`: what this editor may do with it, of `create`, `edit`, `publish`.
    """

    original: Page
    language: Language
    page: Page | None
    codes: tuple[str, ...]
    may: frozenset[str]
    is_ready: bool

    @property
    def state(self) -> State:
        return STATES[self.codes[0]]

    @property
    def meaning(self) -> str:
        return " ".join(str(STATES[code].meaning) for code in self.codes)

    @property
    def url(self) -> str:
        """Where the translation is edited."""
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk]) if self.page else ""

    @property
    def changes_url(self) -> str:
        """Where it is seen what has changed in German since; empty where nothing has."""
        has_changes = self.page and "older" in self.codes
        return reverse("translation_changes", args=[self.page.pk]) if has_changes and self.page else ""

    @property
    def can_be_checked(self) -> bool:
        return "publish" in self.may and not {"machine", "older"}.isdisjoint(self.codes)


class Row(NamedTuple):
    """An original with its cells, one for each language in the order of TARGETS. `level`: 0 for the front door."""

    page: Page
    level: int
    cells: tuple[Cell, ...]


class Column(NamedTuple):
    """A language on top of the table: of how many pages the translation is current."""

    language: Language
    current: int
    total: int


def board(user: Any) -> list[Row]:
    """Every page that readers see, in the order of the tree, in every language. Some twenty queries, however many pages
    there are.
    """
    locales = {locale.pk: locale for locale in Locale.objects.all()}
    originals = list(po.originals())
    translated = list(
        Page.objects.filter(translation_key__in=[page.translation_key for page in originals], alias_of=None)
        .exclude(locale__language_code=DEFAULT_CODE)
        .specific()
    )
    for page in (*originals, *translated):
        # Read once, and not for each page.
        page.locale = locales[page.locale_id]
    of_key = {(page.translation_key, page.locale.language_code): page for page in translated}
    known = Translations(translated)
    may_submit = user.has_perm("wagtail_localize.submit_translation")
    may = page_permission_policy.user_has_permission_for_instance
    root = Page.get_first_root_node()
    above: dict[str, Page] = {page.path: page for page in originals}
    top = min((page.depth for page in originals), default=0)

    def cell(original: Page, language: Language) -> Cell:
        page = of_key.get((original.translation_key, language.code))
        if page is None:
            parent = original
            while parent and (parent.translation_key, language.code) not in of_key:
                parent = above.get(parent.path[: -Page.steplen])
            place = of_key[parent.translation_key, language.code] if parent else root
            can = may_submit and (may(user, "change", place) or may(user, "add", place))
            return Cell(original, language, None, ("missing",), frozenset({"create"} if can else ()), False)
        codes = known.state(page).codes if page.live else ("draft",)
        can_do = {"edit": may(user, "change", page), "publish": may(user, "publish", page)}
        allowed = frozenset(name for name, holds in can_do.items() if holds)
        return Cell(original, language, page, codes, allowed, known.is_ready(page))

    return [
        Row(original, original.depth - top, tuple(cell(original, language) for language in TARGETS))
        for original in originals
    ]


def may_see(user: Any) -> bool:
    """Whoever may change a page somewhere."""
    return bool(page_permission_policy.user_has_permission(user, "change"))


def columns(rows: list[Row]) -> list[Column]:
    return [
        Column(language, sum(row.cells[number].codes == ("current",) for row in rows), total=len(rows))
        for number, language in enumerate(TARGETS)
    ]


def _for_translators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_see(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return allowed


@require_GET
@_for_translators
def translation_board(request: HttpRequest) -> HttpResponse:
    """The table; `language`, `state` and `title` narrow it. Languages in which somebody may do nothing are left out."""
    rows = board(request.user)
    offered = [
        column for number, column in enumerate(columns(rows)) if any(row.cells[number].may for row in rows)
    ]
    wanted, state = request.GET.get("language", ""), request.GET.get("state", "")
    title = request.GET.get("title", "").strip()
    shown = [column for column in offered if column.language.code == wanted] or offered
    codes = {column.language.code for column in shown}
    found = []
    for row in rows:
        cells = tuple(cell for cell in row.cells if cell.language.code in codes)
        if title.casefold() in row.page.title.casefold() and (
            state not in STATES or any(state in cell.codes for cell in cells)
        ):
            found.append(row._replace(cells=cells))
    one = shown[0] if len(shown) == 1 else None
    cells_of_one = [row.cells[0] for row in rows_of(rows, one.language)] if one else []
    context = {
        "rows": found,
        "columns": shown,
        "languages": [column.language for column in offered],
        "states": STATES.values(),
        "wanted": one.language.code if one else "",
        "state": state,
        "title": title,
        "one": one,
        "ready": sum(cell.is_ready and "publish" in cell.may for cell in cells_of_one),
        "can_check": any(cell.can_be_checked for row in found for cell in row.cells) if one else False,
    }
    return render(request, "admin/translation_board.html", context)


def rows_of(rows: list[Row], language: Language) -> list[Row]:
    """The same rows with this language alone."""
    number = TARGETS.index(language)
    return [row._replace(cells=(row.cells[number],)) for row in rows]


@require_POST
@_for_translators
@transaction.atomic
def create_translation(request: HttpRequest) -> HttpResponse:
    """Begin a translation: `cell` is `<id of the original>:<language>`. It is a draft and opens for editing. Pages
    above it that are missing become aliases, which readers do not see.
    """
    number, _colon, code = request.POST.get("cell", "").partition(":")
    cell = next(
        (
            cell
            for row in board(request.user)
            for cell in row.cells
            if str(row.page.pk) == number and cell.language.code == code
        ),
        None,
    )
    if cell is None:
        raise Http404
    if cell.page is None:
        if "create" not in cell.may:
            raise PermissionDenied
        locale, _created = Locale.objects.get_or_create(language_code=code)
        translate_object(cell.original.specific, [locale], user=request.user)
        made = Page.objects.get(translation_key=cell.original.translation_key, locale=locale)
        po.keep_as_draft(made, request.user)
        cell = cell._replace(page=made)
    return redirect(cell.url)


@require_POST
@_for_translators
def confirm_translations(request: HttpRequest) -> HttpResponse:
    """A person vouches for several translations at once, `page` by `page`: asks first, and writes down what comes back
    with `confirmed`.
    """
    ids = [number for number in request.POST.getlist("page") if number.isdecimal()]
    pages = list(Page.objects.filter(pk__in=ids).exclude(locale__language_code=DEFAULT_CODE).order_by("path"))
    language = pages[0].locale.language_code if pages else ""
    if not pages:
        messages.warning(request, _("Tick the pages first that you have read."))
        return redirect(_board_of(request.POST.get("language", "")))
    if not all(page.permissions_for_user(request.user).can_publish() for page in pages):
        raise PermissionDenied
    if "confirmed" not in request.POST:
        return render(request, "admin/translation_board_check.html", {"pages": pages, "language": language})
    for page in pages:
        translation.confirm(page, request.user)
        announce("page", page.translation_key)
    text = ngettext(
        "%(count)d translation counts as checked by you from now on.",
        "%(count)d translations count as checked by you from now on.",
        len(pages),
    )
    messages.success(request, text % {"count": len(pages)})
    return redirect(_board_of(language))


@require_POST
@_for_translators
def publish_translations(request: HttpRequest, language: str) -> HttpResponse:
    """Publish every translation of a language that is finished and not published: asks first."""
    target = _target(language)
    cells = [row.cells[0] for row in rows_of(board(request.user), target)]
    ready = [cell.page for cell in cells if cell.page and cell.is_ready and "publish" in cell.may]
    if "confirmed" not in request.POST:
        context = {"pages": ready, "target": target}
        return render(request, "admin/translation_board_publish.html", context)
    published, failed = 0, []
    for page in ready:
        try:
            publish(page, request.user)
            published += 1
        except ValidationError:
            failed.append(page.title)
    text = ngettext("%(count)d page was published.", "%(count)d pages were published.", published)
    messages.success(request, text % {"count": published})
    _say_what_failed(request, failed)
    return redirect(_board_of(language))


@transaction.atomic
def publish(page: Page, by: Any) -> None:
    """Put what a translator has written on the page, and publish it. ValidationError if a sentence does not fit."""
    prepared = Translation.objects.get(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    )
    prepared.save_target(user=by, publish=False)
    # Not by wagtail-localize, which waits for the end of the transaction.
    prepared.get_target_instance().get_latest_revision().publish(user=by)


# What has changed since -----------------------------------------------------------------------------------------------


class ChangedSentence(NamedTuple):
    """A German sentence that changed since it was translated, or that is new (`before` is empty): as it was and as it
    is, with what differs marked, and the translation (empty: none yet).
    """

    before: SafeString
    now: SafeString
    translated: str


def changed_sentences(page: Page) -> list[ChangedSentence]:
    """What has changed in the original since a translation was made, sentence by sentence. Two queries."""
    segments = translation.sentences_of(page)
    rows = StringTranslation.objects.filter(context__object_id=page.translation_key, locale=page.locale_id)
    there = {
        (each.context_id, each.translation_of_id): each
        for each in rows.order_by("pk").select_related("translation_of")
    }
    today = {(place, string) for place, string, _text in segments}
    changed = []
    for place, string, text in segments:
        now = there.get((place, string))
        if now is None:
            changed.append(ChangedSentence(SafeString(""), *compared("", plain(text))[1:], ""))
        elif now.tool_name == OLDER:
            # The sentence that these words were written for: one that went, and the last that was up to date.
            earlier = [
                each
                for key, each in there.items()
                if each.context_id == place and each.data == now.data and key not in today
            ]
            earlier.sort(key=lambda each: (each.tool_name != OLDER, each.pk))
            before = plain(earlier[-1].translation_of.data) if earlier else ""
            changed.append(ChangedSentence(*compared(before, plain(text)), plain(now.data)))
    return changed


def compared(before: str, now: str) -> tuple[SafeString, SafeString]:
    """Two sentences, with the words that went (`del`) and that came (`ins`)."""
    old, new = before.split(), now.split()
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return (
        _marked("del", ((kind != "equal", " ".join(old[i:i_end])) for kind, i, i_end, _j, _j_end in steps)),
        _marked("ins", ((kind != "equal", " ".join(new[j:j_end])) for kind, _i, _i_end, j, j_end in steps)),
    )


def _marked(tag: str, parts: Iterator[tuple[bool, str]]) -> SafeString:
    shown = [
        format_html("<{0}>{1}</{0}>", SafeString(tag), words) if differs else format_html("{}", words)
        for differs, words in parts
        if words
    ]
    return format_html_join(" ", "{}", ((part,) for part in shown))


@require_GET
def translation_changes(request: HttpRequest, page_id: int) -> HttpResponse:
    """What has changed in German since a page was translated, beside the translation."""
    page = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
    if page.locale.language_code == DEFAULT_CODE:
        raise Http404
    may = page.permissions_for_user(request.user)
    if not may.can_edit():
        raise PermissionDenied
    context = {
        "page": page,
        "language": BY_CODE[page.locale.language_code],
        "state": translation.translation_state(page.specific, page.locale.language_code),
        "changed": changed_sentences(page),
        "may_publish": may.can_publish(),
    }
    return render(request, "admin/translation_changes.html", context)


# A whole language as a file -------------------------------------------------------------------------------------------


@require_GET
@_for_translators
def export_po(request: HttpRequest, language: str) -> HttpResponse:
    """All sentences of a language as a PO file."""
    _target(language)
    return HttpResponse(
        str(po.export(language)),
        headers={
            "Content-Type": "text/x-gettext-translation; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{language}.po"',
            "Cache-Control": "no-store",
        },
    )


@_for_translators
def translation_file(request: HttpRequest, language: str) -> HttpResponse:
    """Take a language away as a file, and bring it back: first shows what the file would change (POST with `file`),
    then writes it (POST with `confirmed`, the file's text).
    """
    target = _target(language)
    context: dict[str, Any] = {"target": target, "may_import": False}
    locked, context["may_import"] = _locked(request.user, target)
    if request.method == "POST":
        if not context["may_import"]:
            raise PermissionDenied
        try:
            content = _content(request)
            report = po.check(po.read(content, language), language, locked)
        except po.UnreadableFile as error:
            messages.error(request, _("Nothing was saved. %(reason)s") % {"reason": error})
        else:
            is_machine = "is_machine" in request.POST
            if "confirmed" in request.POST:
                return _import(request, report, language, is_machine=is_machine)
            context |= {"report": report, "confirmed": content.decode("utf-8-sig"), "is_machine": is_machine}
    return render(request, "admin/translation_file.html", context)


def _content(request: HttpRequest) -> bytes:
    if "confirmed" in request.POST:
        return request.POST["confirmed"].encode()
    file = request.FILES.get("file")
    if file is None:
        raise po.UnreadableFile(_("Choose a file first."))
    if file.size is None or file.size > po.LARGEST_FILE:
        raise po.UnreadableFile(_("The file is too large."))
    content: bytes = file.read()
    return content


def _import(request: HttpRequest, report: po.Report, language: str, *, is_machine: bool) -> HttpResponse:
    count, failed = po.write(report.differences, language, request.user, is_machine=is_machine)
    text = ngettext(
        "%(count)d sentence was saved. It is not published yet.",
        "%(count)d sentences were saved. They are not published yet.",
        count,
    )
    messages.success(request, text % {"count": count})
    _say_what_failed(request, failed)
    return redirect(_board_of(language))


def _locked(user: Any, target: Language) -> tuple[set[UUID], bool]:
    """The keys of pages of which this editor may not change the translation into a language, or which are written by
    hand; and whether any is left.
    """
    synced = set(
        Translation.objects.filter(target_locale__language_code=target.code, enabled=True).values_list(
            "source__object_id", flat=True
        )
    )
    cells = [row.cells[0] for row in rows_of(board(user), target)]
    locked = {
        cell.original.translation_key
        for cell in cells
        if not ("edit" in cell.may and cell.original.translation_key in synced if cell.page else cell.may)
    }
    return locked, len(locked) < len(cells)


def _target(code: str) -> Language:
    language = BY_CODE.get(code)
    if language not in TARGETS:
        raise Http404
    return language


def _board_of(code: str) -> str:
    url = reverse("translation_board")
    return f"{url}?language={code}" if code in BY_CODE else url


def _say_what_failed(request: HttpRequest, titles: list[str]) -> None:
    if titles:
        text = _(
            "These pages could not be saved, since a sentence does not fit: %(titles)s. Look at them one by one."
        )
        messages.warning(request, text % {"titles": ", ".join(titles)})
