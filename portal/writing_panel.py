"""What the editor of a page is told about its German while writing: where a sentence is long, a link says nothing, a
promise is made that nobody can keep. It never stands in the way of saving or publishing.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import Panel
from wagtail.models import Page
from wagtail.rich_text import RichText

from portal.languages import DEFAULT_CODE
from portal.writing import Finding, Passage, Report, check

SIMPLE_CODE = "de-simple"

#: What to do about each kind of finding.
_ADVICE = {
    "heading skipped": _("This heading jumps over a level. Make it one level higher."),
    "heading empty": _("There is an empty heading. Write something into it, or take it away."),
    "link": _(
        "This link does not say where it leads. Name what stands there, for example “Times of the office”."
    ),
    "promise": _(
        "This promises what nobody can promise for sure. Better: “Ask first who will learn of this talk.”"
    ),
    "too long": _("This sentence is long. Make two of it."),
    "long word": _("This word is long. Write it with a hyphen, or say it with several short words."),
    "officialese": _("This is a word of offices. Better: “%(instead)s”"),
    "genitive": _("Here is a genitive. Better: “vom” or “von”."),
    "passive": _("Say who does it."),
    "number in letters": _("Write numbers in digits."),
    "conditional": _("Say what is, not what could be."),
    "abbreviation": _("Write the abbreviation out."),
    "long compound": _("This word is long. Write it with a hyphen, and explain it."),
}


class Told(NamedTuple):
    """A finding in words."""

    finding: Finding
    advice: str


def report_of(page: Any) -> Report | None:
    """What is found in a German page, or one in Leichte Sprache; None in every other language."""
    code = page.locale.language_code if page.locale_id else DEFAULT_CODE
    if code not in (DEFAULT_CODE, SIMPLE_CODE):
        return None
    return check(passages_of(page), simple=code == SIMPLE_CODE)


def passages_of(page: Any) -> Iterator[Passage]:
    """The words of a page, field by field."""
    yield Passage(gettext("title"), page.title)
    for name in ("lead", "body"):
        value = getattr(page, name, None)
        label = str(page._meta.get_field(name).verbose_name) if value else ""
        if isinstance(value, blocks.StreamValue):
            for block in value:
                yield from _of_block(str(block.block.label), block.value)
        elif value:
            yield Passage(label, str(value))


def _of_block(label: str, value: Any) -> Iterator[Passage]:
    if isinstance(value, RichText):
        yield Passage(label, value.source)
    elif isinstance(value, blocks.StructValue):
        if heading := value.get("heading"):
            yield Passage(label, f"<h2>{heading}</h2>")
        for part in value.values():
            if isinstance(part, RichText):
                yield Passage(label, part.source)


def _said(page: Any) -> dict[str, Any]:
    report = report_of(page)
    if report is None:
        return {}
    told = [
        Told(finding, str(_ADVICE[finding.kind]) % {"instead": finding.instead})
        for finding in report.findings
    ]
    return {"told": sorted(told, key=lambda each: not each.finding.is_hard), "ease": report.ease}


class WritingPanel(Panel):
    """The findings in the draft as it was saved last, in the form of the page. After each saving by itself they are
    asked for anew (`admin.js`).
    """

    def clean_name(self) -> str:
        return "writing"

    class BoundPanel(Panel.BoundPanel):
        template_name = "admin/writing_panel.html"

        def is_shown(self) -> bool:
            code = self.instance.locale.language_code if self.instance.locale_id else DEFAULT_CODE
            return bool(self.instance.pk) and code in (DEFAULT_CODE, SIMPLE_CODE)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            url = reverse("writing", args=[self.instance.pk])
            return {**super().get_context_data(parent_context), **_said(self.instance), "writing_url": url}


def writing(request: HttpRequest, page_id: int) -> HttpResponse:
    """The findings in the newest draft of a page: a part of the form, or a page of its own for who comes by a link."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    draft = page.get_latest_revision_as_object()
    context = {**_said(draft), "page": draft, "writing_url": request.path}
    is_part = request.headers.get("x-requested-with") == "XMLHttpRequest"
    return render(request, "admin/writing_panel.html" if is_part else "admin/writing.html", context)
