"""Facts with rows: what is edited on the same form, saved in the same transaction, and checked together."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from modelcluster.models import get_all_child_relations


class Complaint(NamedTuple):
    """What is wrong with a row. `field` is NON_FIELD_ERRORS where it is no single field."""

    row: models.Model
    field: str
    message: Any


class WithRows(models.Model):
    """A fact whose rows are checked before it is saved, whoever writes it: a form, an import, a command."""

    class Meta:
        abstract = True

    def full_clean(
        self,
        exclude: Iterable[str] | None = None,
        validate_unique: bool = True,
        validate_constraints: bool = True,
    ) -> None:
        super().full_clean(exclude, validate_unique, validate_constraints)
        # A form leaves fields out, and still holds the rows as they were: it checks them itself, at their fields.
        if exclude is None:
            complaints = [*self.complaints_of_each(), *self.complaints_of_all()]
            if complaints:
                raise ValidationError([_as_text(complaint) for complaint in complaints])

    def complaints_of_each(self) -> Iterator[Complaint]:
        """What is wrong with single rows."""
        for relation in get_all_child_relations(type(self)):
            for row in getattr(self, relation.get_accessor_name()).all():
                try:
                    check_row(row)
                except ValidationError as error:
                    for field, messages in error.message_dict.items():
                        yield from (Complaint(row, field, message) for message in messages)

    def complaints_of_all(self) -> Iterator[Complaint]:
        """What is wrong with rows that are right each for itself."""
        return iter(())


def check_row(row: models.Model) -> None:
    """Raises ValidationError with what is wrong with a row by itself."""
    parent = [field.name for field in row._meta.concrete_fields if field.is_relation]
    errors: dict[str, Any] = {}
    try:
        row.clean_fields(exclude=[*parent, "uuid"])
    except ValidationError as error:
        error.update_error_dict(errors)
    try:
        row.clean()
    except ValidationError as error:
        for field, found in error.update_error_dict({}).items():
            errors.setdefault(field, found)
    if errors:
        raise ValidationError(errors)


def _as_text(complaint: Complaint) -> str:
    kind = capfirst(str(complaint.row._meta.verbose_name))
    if complaint.field == NON_FIELD_ERRORS:
        return f"{kind} “{complaint.row}”: {complaint.message}"
    label = complaint.row._meta.get_field(complaint.field).verbose_name  # type: ignore[union-attr]
    return f"{kind} “{complaint.row}”, {label}: {complaint.message}"
