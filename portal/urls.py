"""The map of the portal. Here and in ``portal.api`` alone the frame imports the apps."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(wagtailadmin_urls)),
    path("api/v1/", include("portal.api")),
    path("documents/", include(wagtaildocs_urls)),
]

if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)

# Every language has its prefix, German too. Wagtail takes whatever the lines above it leave.
urlpatterns += i18n_patterns(
    path("", include("search.urls")),
    path("", include("spaces.urls")),
    path("", include(wagtail_urls)),
)
