from django.urls import path

from home import offline
from home.feedback import BarrierView, FeedbackTextView, FeedbackView, ThanksView

urlpatterns = [
    path("feedback/", FeedbackView.as_view(), name="feedback"),
    path("feedback/text/", FeedbackTextView.as_view(), name="feedback-text"),
    path("feedback/thanks/", ThanksView.as_view(), name="feedback-thanks"),
    path("feedback/barrier/", BarrierView.as_view(), name="barrier"),
    path("feedback/barrier/thanks/", ThanksView.as_view(is_barrier=True), name="barrier-thanks"),
    path("offline/", offline.offline, name="offline"),
    path("offline/document/", offline.document, name="offline-document"),
]
