"""The map of the public interface for programs, under ``/api/v1/``."""

from django.urls import URLPattern, URLResolver, path

from search.api import LookupView

urlpatterns: list[URLPattern | URLResolver] = [
    path("lookup/", LookupView.as_view(), name="api-lookup"),
]
