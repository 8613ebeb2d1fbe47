"""In which language what stands on a page is written, and in which others there is."""

from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.rich_text import RichText

from portal.languages import BY_CODE, DEFAULT_CODE, SERVED, direction
from portal.pages import PortalPage
from portal.translation import TranslationState
from portal.tree import tree

register = template.Library()


class InLanguage(NamedTuple):
    """Where what the reader sees is to be had in one language. `is_translated`: its words are in it too."""

    code: str
    name: str
    direction: str
    url: str
    is_current: bool
    is_translated: bool


@register.simple_tag
def spoken(language: str) -> SafeString:
    """The attributes `lang` and `dir` of words in this language; nothing where it is the reader's own."""
    if language == get_language() or not language:
        return SafeString("")
    return format_html(' lang="{}" dir="{}"', language, direction(language))


@register.filter
def named(name: str) -> SafeString:
    """A proper name, which is German in every language: read out and laid out as such."""
    if not name:
        return SafeString("")
    if get_language() == DEFAULT_CODE:
        return format_html("<bdi>{}</bdi>", name)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', DEFAULT_CODE, direction(DEFAULT_CODE), name)


@register.simple_tag(takes_context=True)
def words(context: Context, text: str = "") -> SafeString:
    """The same for the words of the page that is shown, or for one text of it, which may not be translated yet."""
    state: TranslationState | None = context.get("translation")
    if state is None:
        page = context.get("page")
        return spoken(page.locale.language_code if isinstance(page, PortalPage) else "")
    return spoken(state.language_of(text) if text else state.language)


@register.simple_tag(takes_context=True)
def prose(context: Context, text: Any) -> SafeString:
    """A rich text, in which everything that is not translated yet is marked as German."""
    # RichText escapes and expands itself.
    html = str(text.__html__() if isinstance(text, RichText) else text)
    state: TranslationState | None = context.get("translation")
    return mark_safe(state.marked(html) if state else html)  # noqa: S308


@register.simple_tag(takes_context=True)
def german(context: Context, block: Any) -> Any:
    """The original of a sensitive passage, where its translation is a machine's and nobody has checked it; else None.
    Two queries for the first such passage of a page.
    """
    state: TranslationState | None = context.get("translation")
    page = context.get("page")
    if state is None or f"body.{block.id}" not in state.unchecked or not isinstance(page, PortalPage):
        return None
    key = "_passages_of_the_original"
    if key not in context.render_context:
        body = getattr(page.original(), "body", ())
        context.render_context[key] = {passage.id: passage.value for passage in body}
    return context.render_context[key].get(block.id)


@register.simple_tag(takes_context=True)
def in_languages(context: Context) -> list[InLanguage]:
    """What the reader sees, in each language that the portal serves."""
    request = context["request"]
    page = context.get("page")
    known = tree(request) if isinstance(page, PortalPage) else None
    node = known.nodes.get(page.pk) if known and page else None
    current = get_language()
    found = []
    for language in SERVED:
        if known and node:
            shown = known.shown(node, language.code)
            url, is_translated = shown.url(language.code), shown.language == language.code
        else:
            url, is_translated = _with_prefix(request.path, language.code), True
        found.append(
            InLanguage(
                language.code, language.name, language.direction, url, language.code == current, is_translated
            )
        )
    return found


@register.simple_tag(takes_context=True)
def absolute(context: Context, path: str) -> str:
    """A path of ours as a whole address."""
    return str(context["request"].build_absolute_uri(path))


def _with_prefix(path: str, code: str) -> str:
    """The same path below another language."""
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{code}/{rest}" if first in BY_CODE else f"/{code}/"
