"""The map of the portal. Here and in ``portal.api`` alone the frame imports the apps."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from home import discovery, offline, sign_in
from home.views import serve, sitemap

handler404 = "portal.replies.not_found"
handler500 = "portal.failure.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    # Before Wagtail's, whose places they take.
    path("admin/", include(sign_in.urlpatterns)),
    path("admin/", include(wagtailadmin_urls)),
    path("api/", include("portal.api")),
    path("documents/", include(wagtaildocs_urls)),
    path("sitemap.xml", sitemap),
    path("robots.txt", discovery.robots),
    path("llms.txt", discovery.llms),
    path("sw.js", offline.worker, name="service-worker"),
    path("og.png", discovery.share_picture, name="picture"),
    path("og/<slug:key>.png", discovery.share_picture, name="picture-of-space"),
]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

# Every language has its prefix, German too. The pages take whatever the lines above them leave; the last line is
# Wagtail's, for what it needs beside them.
urlpatterns += i18n_patterns(
    # Wagtail's own form asks for no second factor.
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("manifest.webmanifest", discovery.manifest, name="manifest"),
    path("", include("search.urls")),
    path("", include("spaces.urls")),
    path("", include("home.urls")),
    re_path(serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
)
