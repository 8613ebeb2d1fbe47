"""How a page is found and served, in every language."""

from django.contrib.contenttypes.models import ContentType
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.url_routing import RouteResult

from home.resolve import moved
from portal.languages import DEFAULT_CODE, SERVED_CODES
from portal.pages import PortalPage
from portal.tree import tree


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """The page at a path below the reader's language, served by Wagtail as ever.

    Where it is not translated, the original is served with the reader's labels around it. A path of another language
    leads on to the page's own, and so does one that a page had before it was renamed or moved.
    """
    language = get_language() or DEFAULT_CODE
    known = tree(request)
    node = known.find(language, path)
    query = request.META.get("QUERY_STRING", "")
    if node is None:
        # Perhaps it was there once. Where somebody's private page went is told to nobody.
        to = moved(request, language, path)
        if to is None:
            raise Http404
        leads_on = HttpResponsePermanentRedirect if to.is_permanent else HttpResponseRedirect
        return leads_on(to.url(language) + (f"?{query}" if query and to.node else ""))
    node = known.shown(node, language)
    if node.path != path:
        return HttpResponsePermanentRedirect(node.url(language) + (f"?{query}" if query else ""))
    model = ContentType.objects.get_for_id(node.content_type).model_class()
    if model is None or not issubclass(model, PortalPage):
        raise Http404
    page = model.objects.select_related("locale", *model.about).filter(pk=node.pk).first()
    if page is None or (node.is_private and not page.get_view_restrictions()):
        raise Http404
    # Wagtail would walk down the tree, a query a step, and never look into another language's.
    request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
    response: HttpResponseBase = wagtail_views.serve(request, path)
    return response


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """What there is in which language, for search engines: every page in the languages into which it is translated,
    each with its address in all of them.
    """
    known = tree(request)
    pages = []
    for node in known.nodes.values():
        if node.is_private:
            continue
        alternates = [
            (code, request.build_absolute_uri(known.shown(node, code).url(code))) for code in SERVED_CODES
        ]
        address = request.build_absolute_uri(node.url(node.language))
        pages.append({"address": address, "published_at": node.published_at, "alternates": alternates})
    return render(request, "sitemap.xml", {"pages": pages}, content_type="application/xml")
