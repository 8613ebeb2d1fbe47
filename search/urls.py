from django.urls import path

from search.views import ComplicatedView, FindView, NoneOfTheseView

urlpatterns = [
    path("find/", FindView.as_view(), name="find"),
    path("find/complicated/", ComplicatedView.as_view(), name="complicated"),
    path("find/none/", NoneOfTheseView.as_view(), name="none-of-these"),
]
