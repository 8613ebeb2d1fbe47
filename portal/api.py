"""The map of the public interface for programs, under ``/api/``."""

from django.urls import URLPattern, URLResolver, include, path

from home.api import DocumentationView, SchemaView
from home.pages_api import router

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocumentationView.as_view(), name="api-docs"),
    path("hsds/", include("search.hsds_urls")),
    path("v1/", include("home.api")),
    path("v1/", include("search.api")),
    path("v1/", include("spaces.api")),
    path("v2/", router.urls),
]
