from django.urls import path

from spaces.views import EventCalendarView, EventsCalendarView, FiguresTableView

urlpatterns = [
    path("events.ics", EventsCalendarView.as_view(), name="events-calendar"),
    path("events/<slug:key>.ics", EventCalendarView.as_view(), name="event-calendar"),
    path("figures.csv", FiguresTableView.as_view(), name="figures-table"),
]
