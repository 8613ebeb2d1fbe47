"""Tables that people keep in files, and complaints about them that name the file, the line and the reason."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import CommandError
from django.db import models

Row = TypeVar("Row", bound=models.Model)

_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One line of a table: its cells by column, without blanks around them, and where it stands."""

    file: Path
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


class Complaints:
    """What is wrong with a set of files, gathered so that a person can mend it in one go."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, line: Line, reason: str) -> None:
        self._lines.append(f"{line.file}, line {line.number}: {reason}")

    def add_error(self, line: Line, error: ValidationError) -> None:
        """What a model's own checks found, with the fields' names."""
        for field, reasons in error.message_dict.items():
            where = "" if field == NON_FIELD_ERRORS else f"{field}: "
            self.add(line, where + " ".join(reasons))

    def raise_if_any(self) -> None:
        """Raises CommandError with the first twenty, and how many more there are."""
        if self._lines:
            more = len(self._lines) - _SHOWN
            shown = [*self._lines[:_SHOWN], *([f"… and {more} more"] if more > 0 else [])]
            raise CommandError("Nothing was written.\n" + "\n".join(shown))

    def check(self, line: Line, row: Row) -> Row | None:
        """The row, if its fields hold what they may; whether it is the only one of its kind is not asked."""
        try:
            row.clean_fields(exclude=[field.name for field in row._meta.concrete_fields if field.is_relation])
        except ValidationError as error:
            self.add_error(line, error)
            return None
        return row


def read(path: Path, columns: Iterable[str]) -> Iterator[Line]:
    """The lines of a CSV file (UTF-8, comma, a heading). Raises CommandError where it is no such table."""
    columns = set(columns)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="")
            if missing := columns - set(reader.fieldnames or ()):
                raise CommandError(f"{path}, line 1: the column {', '.join(sorted(missing))} is missing.")
            for cells in reader:
                if "" in cells or None in cells.values():
                    raise CommandError(
                        f"{path}, line {reader.line_num}: as many cells are needed as the heading has."
                    )
                yield Line(path, reader.line_num, {column: text.strip() for column, text in cells.items()})
    except FileNotFoundError:
        raise CommandError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path}: is not written in UTF-8.") from None
