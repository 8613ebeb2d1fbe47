from django.urls import path

from spaces.views import (
    ContactView,
    EventCalendarView,
    EventsCalendarView,
    FiguresTableView,
    HoursCalendarView,
    PosterView,
)

urlpatterns = [
    path("events.ics", EventsCalendarView.as_view(), name="events-calendar"),
    path("events/<slug:key>.ics", EventCalendarView.as_view(), name="event-calendar"),
    path("figures.csv", FiguresTableView.as_view(), name="figures-table"),
    path("poster/<slug:key>/", PosterView.as_view(), name="poster"),
    path("spaces/<slug:key>.vcf", ContactView.as_view(), name="contact"),
    path("spaces/<slug:key>/hours.ics", HoursCalendarView.as_view(), name="hours-calendar"),
]
