"""How others find the portal: pictures for shared links, the manifest of an app, and what is told to machines."""

import json

from babel.core import get_global
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal import languages, mark
from portal.tree import tree
from spaces.map import district
from spaces.models import Space, SpacePage
from spaces.pictures import picture, version

#: The icons that `manage.py draw_icons` writes, in pixels.
_ICONS = (192, 512)

_YEAR = 365 * 24 * 60 * 60


@require_safe
def share_picture(request: HttpRequest, key: str = "") -> HttpResponse:
    """The picture of a space, or without a key that of the portal, as PNG. The address that `picture_path` names may
    be kept for a year, since its query changes with the picture; any other for an hour.
    """
    name = settings.WAGTAIL_SITE_NAME
    if key:
        space = Space.objects.filter(key=key).first()
        if space is None:
            raise Http404
        name = space.name
    drawing = district(settings.PORTAL_DATA)
    response = HttpResponse(picture(drawing, key, name), content_type="image/png")
    is_current = request.GET.get("v") == version(drawing, key, name)
    response["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if is_current else "public, max-age=3600"
    )
    return response


def picture_path(space: Space | None = None) -> str:
    """Where the picture of a space is, or that of the portal: a path with its version."""
    key, name = (space.key, space.name) if space else ("", settings.WAGTAIL_SITE_NAME)
    path = reverse("picture-of-space", args=[key]) if key else reverse("picture")
    return f"{path}?v={version(district(settings.PORTAL_DATA), key, name)}"


def territory_code(code: str) -> str:
    """A language with a country, as Open Graph wants it: `de_DE`. The country is where most of its speakers live."""
    name = languages.BY_CODE[code].cldr
    language, _sep, country = name.partition("_")
    likely = get_global("likely_subtags").get(language, "")
    return f"{language}_{country or likely.rpartition('_')[2]}".rstrip("_")


@require_safe
@cache_control(public=True, max_age=24 * 60 * 60)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to put the portal on a home screen, in the reader's language."""
    language = get_language() or languages.DEFAULT_CODE
    home = f"/{language}/"
    name = _("Social space portal")
    document = {
        "id": home,
        "name": name,
        "short_name": _("Family advice"),
        "description": _("Find the advice office for families that is there for your address."),
        "lang": language,
        "dir": languages.direction(language),
        "start_url": home,
        # All languages: whoever changes theirs stays in the app.
        "scope": "/",
        "display": "standalone",
        "theme_color": mark.BLUE,
        "background_color": mark.GROUND,
        "icons": [
            {
                "src": static(f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size in _ICONS
            for purpose in ("any", "maskable")
        ],
    }
    text = json.dumps(document, ensure_ascii=False)
    return HttpResponse(text, content_type="application/manifest+json")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: everything but the editors' desk."""
    return _text(request, "robots.txt", sitemap=request.build_absolute_uri("/sitemap.xml"))


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """What the portal is and where its facts are, for programs that answer people's questions; in English."""
    known = tree(request)
    originals = (
        SpacePage.objects.filter(locale__language_code=languages.DEFAULT_CODE)
        .select_related("space")
        .order_by("space__name")
    )
    spaces = []
    for page in originals:
        node = known.nodes.get(page.pk)
        if node and not node.is_private:
            url = known.shown(node, "en").url("en")
            spaces.append({"name": page.space.name, "url": request.build_absolute_uri(url)})
    return _text(
        request,
        "llms.txt",
        name=settings.WAGTAIL_SITE_NAME,
        spaces=spaces,
        languages=languages.SERVED,
        home=request.build_absolute_uri("/en/"),
        find=request.build_absolute_uri("/en/find/"),
        lookup=request.build_absolute_uri(reverse("api-lookup")),
        sitemap=request.build_absolute_uri("/sitemap.xml"),
    )


def _text(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    response = render(request, template, context, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
