from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, no_translations
from django.utils import timezone

from home.models import BarrierReport, Feedback

#: As readers are told where they write.
DAYS = 90


class Command(BaseCommand):
    help = (
        f"Delete what readers wrote: the words of feedback after {DAYS} days (what was chosen stays, to be counted), "
        f"reports of barriers {DAYS} days after their answer. Meant for every night; may be run again at any time."
    )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        old = timezone.now() - timedelta(days=DAYS)
        texts = Feedback.objects.filter(created_at__lt=old).exclude(text="").update(text="")
        answered = BarrierReport.objects.filter(answered_on__lt=timezone.localdate() - timedelta(days=DAYS))
        reports, _by_model = answered.delete()
        self.stdout.write(f"Deleted: {texts} texts, {reports} reports of barriers.")
