"""The page that says that something is broken, when anything may be: made without database, template and context.

It stands in the reader's language, and where even that fails, in German and English.
"""

from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _

from portal import languages

_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>{title}</title>
    <meta name="description" content="{title}">
    <link rel="stylesheet" href="{stylesheet}">
  </head>
  <body>
    <main class="wrap stack page">
      {body}
    </main>
  </body>
</html>
"""

_BODY = """<h1>{title}</h1>
      <p>{apology}</p>
      <p><strong>{danger}</strong> {emergency}: <a class="telephone" href="tel:112">112</a> · {police}: \
<a class="telephone" href="tel:110">110</a></p>
      <p><a class="button" href="/{language}/">{home}</a></p>"""

#: Where no catalogue can be read: both as the catalogues have them.
_IN_GERMAN = {
    "title": "Gerade funktioniert etwas nicht",
    "apology": "Das liegt an uns, nicht an Ihnen. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
    "danger": "In Gefahr?",
    "emergency": "Notruf",
    "police": "Polizei",
    "home": "Sozialraumportal",
    "language": "de",
}
_IN_ENGLISH = {
    "title": "Something does not work right now",
    "apology": "That is our fault, not yours. Please try again in a few minutes.",
    "danger": "In danger?",
    "emergency": "Emergency call",
    "police": "Police",
    "home": "Social space portal",
    "language": "en",
}


def failed(request: HttpRequest) -> HttpResponse:
    """The answer 500, for `handler500`. Never raises."""
    try:
        page = in_language(language_of(request))
    except Exception:  # Whatever is broken, the reader gets a page; the failure itself is in the log already.
        page = last_resort()
    return HttpResponse(page, status=500, headers={"Cache-Control": "no-store"})


def language_of(request: HttpRequest) -> str:
    """The language that the path begins with, or else that of the browser, or else German."""
    first = request.path_info.lstrip("/").partition("/")[0]
    if first in languages.BY_CODE:
        return first
    wished = translation.get_language_from_request(request)
    return wished if wished in languages.BY_CODE else languages.DEFAULT_CODE


def in_language(code: str) -> str:
    """The page in one of our languages."""
    with translation.override(code):
        words = {
            "title": _("Something does not work right now"),
            "apology": _("That is our fault, not yours. Please try again in a few minutes."),
            "danger": _("In danger?"),
            "emergency": _("Emergency call"),
            "police": _("Police"),
            "home": _("Social space portal"),
            "language": code,
        }
    return _page(code, words["title"], _body(words))


def last_resort() -> str:
    """The page in German and English, out of nothing but this file."""
    bodies = _body(_IN_GERMAN) + f'\n      <div lang="en" dir="ltr">{_body(_IN_ENGLISH, "h2")}</div>'
    return _page("de", _IN_GERMAN["title"], bodies)


def _body(words: dict[str, str], heading: str = "h1") -> str:
    body = _BODY.format_map({name: escape(text) for name, text in words.items()})
    return body.replace("h1>", f"{heading}>")


def _page(code: str, title: str, body: str) -> str:
    return _PAGE.format(
        language=code,
        direction=languages.direction(code),
        title=escape(title),
        stylesheet=escape(_stylesheet()),
        body=body,
    )


def _stylesheet() -> str:
    try:
        return static("portal.css")
    except (
        Exception
    ):  # The list of the static files is missing; the file itself is there under its plain name, too.
        return f"{settings.STATIC_URL}portal.css"
