from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search.catchment_check import check
from search.lookup import catchment_rows, gazetteer
from search.routing import Answer, CatchmentRow

_SHOWN = 8


class Command(BaseCommand):
    help = "Report gaps and overlaps of the catchments, and addresses that change hands on a future date."

    def handle(self, *args: Any, **options: Any) -> None:
        report = check(gazetteer(), catchment_rows(), timezone.localdate())
        for gap in report.gaps:
            self.stdout.write(f"Gap from {gap.since}: nobody answers for {_some(gap.places)}.")
        for one, other in report.overlaps:
            self.stdout.write(f"Overlap: {_row(one)} and {_row(other)} decide about the same territory.")
        for row in report.unknown_streets:
            self.stdout.write(
                f"Unknown street: {_row(row)} names a street that the complete street list does not have."
            )
        for move in report.moves:
            self.stdout.write(
                f"On {move.on}: {_count(move.places, 'place')} and {_count(move.all_streets, 'street')} move from "
                f"{_answer(move.before)} to {_answer(move.after)}: {_some(move.territory)}."
            )
        if not report.is_clean:
            faults = len(report.gaps) + len(report.overlaps) + len(report.unknown_streets)
            raise CommandError(f"{faults} faults in the catchments.")
        self.stdout.write("No gaps and no overlaps.")


def _count(names: tuple[str, ...], what: str) -> str:
    return f"{len(names)} {what}" if len(names) == 1 else f"{len(names)} {what}s"


def _some(names: tuple[str, ...]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _row(row: CatchmentRow) -> str:
    territory = " · ".join(part for part in (row.ags, row.place, row.street + row.numbers.label()) if part)
    until = f" until {row.valid_until}" if row.valid_until else ""
    return f"“{territory} → {row.space}, from {row.valid_from}{until}”"


def _answer(answer: Answer) -> str:
    if answer.space:
        return f"{answer.space} (office {answer.office})" if answer.office else answer.space
    return answer.authority or "nobody"
