from django.urls import path

from search import on_device
from search.views import ComplicatedView, FindView, NoneOfTheseView, SearchView

urlpatterns = [
    path("find/", FindView.as_view(), name="find"),
    path("find/complicated/", ComplicatedView.as_view(), name="complicated"),
    path("find/none/", NoneOfTheseView.as_view(), name="none-of-these"),
    path("find/names.json", on_device.names, name="names"),
    path("find/areas.json", on_device.areas, name="areas"),
    path("search/", SearchView.as_view(), name="search"),
]
