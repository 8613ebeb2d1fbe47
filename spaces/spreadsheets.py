"""Facts as spreadsheets: a sheet for each kind of fact, and one for each kind of row that belongs to a fact.

A sheet's columns are named like the fields, in every language, so that what was exported in German can be imported
in English. A row is named by its uuid, or by its key where it has one; a row with neither is new. Columns that are
missing stay as they are, and so do rows: an import never deletes.
"""

import csv
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cached_property
from io import BytesIO, StringIO
from typing import Any, cast
from uuid import UUID

import tablib
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import Widget
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from openpyxl import load_workbook

from spaces.changes import record
from spaces.codes import CodesField, codes_of
from spaces.models.fact import Fact, Recorded
from spaces.models.rows import WithRows, check_row
from spaces.vocabulary import Weekday

#: In bytes. The largest sheet of the ten spaces has some 30 KB.
LARGEST_FILE = 1_000_000
LARGEST_WORKBOOK = 20_000_000
MOST_ROWS = 3_000

EXTENSIONS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

#: What a spreadsheet program would take for a formula when it opens a CSV file.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: Fields that no sheet shows: the portal's own, and files.
_HIDDEN = ("id", "latest_revision", "agreement")


class UnreadableTable(ValueError):
    """The file as a whole cannot be used; the message, in the editor's language, says why."""


@dataclass(frozen=True)
class Table:
    """The cells of a file as text: the heading, and each row with the number that a spreadsheet gives it."""

    heading: list[str]
    rows: list[list[str]]
    numbers: list[int]


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Outcome:
    """What a row does. `kind`: "new", "update", "skip" (it changes nothing) or "invalid"."""

    number: int
    kind: str
    name: str
    differences: list[Difference] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    #: The row as it would be; None where it is wrong.
    row: Recorded | None = None


@dataclass(frozen=True)
class Report:
    outcomes: list[Outcome]

    @property
    def wrong(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind == "invalid"]

    @property
    def changing(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.kind in ("new", "update")]

    @property
    def unchanged(self) -> int:
        return sum(outcome.kind == "skip" for outcome in self.outcomes)


# Sheets and files -------------------------------------------------------------------------------------------


def sheets_of(model: type[Fact]) -> list[type[Recorded]]:
    """The sheets of a kind of fact: its own, and those of the rows that are saved with it."""
    return [model, *(relation.related_model for relation in get_all_child_relations(model))]


def parental_key(model: type[Recorded]) -> ParentalKey:
    """The field by which the rows of a fact know it."""
    return next(field for field in model._meta.concrete_fields if isinstance(field, ParentalKey))


def export(model: type[Recorded], extension: str, of: "models.QuerySet[Any] | None" = None) -> bytes:
    """The rows of a sheet as a file: all of them, or those that belong to the facts `of`. `extension` is one of
    EXTENSIONS.
    """
    resource = FactResource.of(model)
    rows = resource.get_queryset()
    if of is not None:
        rows = rows.filter(**{"pk__in" if of.model is model else f"{parental_key(model).name}__in": of})
    exported = resource.export(rows)
    # In a workbook every cell is a text, and only this would turn one into a formula.
    risky = _FORMULA if extension == "csv" else "="
    lines = [[f"'{cell}" if cell.startswith(risky) else cell for cell in row] for row in exported]
    if extension == "xlsx":
        title = str(model._meta.verbose_name_plural)
        return cast(bytes, tablib.Dataset(*lines, headers=exported.headers, title=title).export("xlsx"))
    file = StringIO(newline="")
    csv.writer(file).writerows([exported.headers, *lines])
    # With a byte-order mark, or Excel takes it for the Windows alphabet.
    return file.getvalue().encode("utf-8-sig")


def read(data: bytes) -> Table:
    """The table in an XLSX or CSV file (UTF-8 or Windows-1252, parted by commas or semicolons).

    Raises UnreadableTable.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableTable(gettext("The file is too large."))
    lines = _lines_of_workbook(data) if data.startswith(b"PK") else _lines_of_csv(data)
    numbered = [(number, cells) for number, cells in enumerate(lines, 1) if any(cells)]
    if not numbered:
        raise UnreadableTable(gettext("The file is empty."))
    if len(numbered) > MOST_ROWS + 1:
        raise UnreadableTable(gettext("The file has more than %(count)d rows.") % {"count": MOST_ROWS})
    heading = [cell.lower() for cell in _trimmed(numbered[0][1])]
    table = Table(heading, [], [])
    for number, cells in numbered[1:]:
        if any(cells[len(heading) :]):
            raise UnreadableTable(
                gettext("Row %(number)d has more cells than the heading.") % {"number": number}
            )
        table.rows.append([*cells, *[""] * len(heading)][: len(heading)])
        table.numbers.append(number)
    return table


def _lines_of_csv(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableTable(gettext("This is neither a CSV nor an XLSX file."))
    header = text.split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        for cells in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            yield [_without_quote(cell.strip()) for cell in cells]
    except csv.Error:
        raise UnreadableTable(gettext("This is neither a CSV nor an XLSX file.")) from None


def _lines_of_workbook(data: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_WORKBOOK:
                raise UnreadableTable(gettext("The file is too large."))
        sheet = load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets[0]
        for cells in sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=100, values_only=True):
            yield [_without_quote(_text_of(cell)) for cell in cells]
    except UnreadableTable:
        raise
    except Exception as error:
        # openpyxl raises whatever the part of the file that it stumbles over makes it raise.
        raise UnreadableTable(gettext("This is neither a CSV nor an XLSX file.")) from error


def _text_of(cell: Any) -> str:
    """What a spreadsheet program made of a cell, as it would stand in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time(0) else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M:%S}" if cell.second else f"{cell:%H:%M}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _without_quote(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


# Importing --------------------------------------------------------------------------------------------------


def check(model: type[Recorded], table: Table, by: AbstractBaseUser | None = None) -> Report:
    """What an import of this table would change. Raises UnreadableTable; writes nothing."""
    return _run(model, table, by, dry_run=True)


def write(model: type[Recorded], table: Table, by: AbstractBaseUser | None = None) -> Report:
    """Import a table: all of it, or nothing if a row is wrong (then the report names it). Raises UnreadableTable."""
    return _run(model, table, by, dry_run=False)


def _run(model: type[Recorded], table: Table, by: AbstractBaseUser | None, *, dry_run: bool) -> Report:
    resource = FactResource.of(model, by)
    resource.check_heading(table.heading)
    result = resource.import_data(
        tablib.Dataset(*table.rows, headers=table.heading),
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=True,
    )
    for error in [*result.base_errors, *(error for row in result.rows for error in row.errors)]:
        # Not the sheet's fault but the program's. Nothing was written.
        raise error.error
    outcomes = [
        resource.outcome(number, row, cells)
        for number, row, cells in zip(table.numbers, result.rows, table.rows, strict=True)
    ]
    return Report(outcomes)


class FactResource(ModelResource):
    """How facts of one kind are read from and written to a sheet. Every write goes through the journal."""

    by: AbstractBaseUser | None = None

    @classmethod
    def of(cls, model: type[Recorded], by: AbstractBaseUser | None = None) -> "FactResource":
        """The resource of a kind of fact, or of the rows of one, for one import or export."""
        base = cls if issubclass(model, Fact) else RowResource
        columns: dict[str, Any] = {}
        for model_field in fields_of(model):
            name = model_field.name
            attribute = model_field.attname if model_field.is_relation else name
            columns[name] = Field(attribute=attribute, column_name=name, widget=Cell(model_field))
            if model_field.is_relation and _identity(_model_behind(model_field)) == "uuid":
                # A uuid tells a person nothing.
                widget = NameOf(columns[name].widget)
                columns[f"{name}_name"] = Field(
                    attribute=attribute, column_name=f"{name}_name", widget=widget, readonly=True
                )
        meta = {
            "model": model,
            "fields": tuple(columns),
            "import_id_fields": [],
            "skip_unchanged": True,
            "report_skipped": True,
            "skip_html_diff": True,
            "store_instance": True,
            # `record` cleans what it saves.
            "clean_model_instances": False,
        }
        metaclass: Any = type(base)
        made = metaclass(f"{model.__name__}Resource", (base,), {**columns, "Meta": type("Meta", (), meta)})
        resource: FactResource = made()
        resource.by = by
        return resource

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model: type[Recorded] = self._meta.model
        self.seen: set[Any] = set()

    def get_queryset(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def check_heading(self, heading: list[str]) -> None:
        """Raises UnreadableTable where the columns are not those of this sheet."""
        known = [column.column_name for column in self.fields.values()]
        if unknown := [name for name in heading if name not in known]:
            raise UnreadableTable(
                gettext("There is no column “%(name)s” in this sheet. Its columns are: %(known)s.")
                % {"name": unknown[0], "known": ", ".join(known)}
            )
        if twice := [name for name in heading if heading.count(name) > 1]:
            raise UnreadableTable(gettext("The column “%(name)s” is there twice.") % {"name": twice[0]})
        if not {"uuid", "key"} & set(heading):
            raise UnreadableTable(gettext("A column “uuid” or “key” is needed to know the rows by."))

    def _check_import_id_fields(self, headers: list[str]) -> None:
        return  # `check_heading` does

    def get_instance(self, instance_loader: Any, row: dict[str, str]) -> Recorded | None:
        uuid, key = row.get("uuid", ""), row.get("key", "")
        found: Recorded | None
        if uuid:
            try:
                found = self.get_queryset().filter(uuid=UUID(uuid)).first()
            except ValueError:
                found = None
            if found is None:
                raise ValidationError(
                    {"uuid": gettext("Nothing here has this uuid. Leave the cell empty for a new row.")}
                )
        else:
            found = self.get_queryset().filter(key=key).first() if key else None
        if found is not None:
            if found.pk in self.seen:
                raise ValidationError(gettext("“%(name)s” is there twice.") % {"name": found})
            self.seen.add(found.pk)
        return found

    def import_field(
        self, field: Field, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any
    ) -> None:
        if field.attribute == "uuid":
            return
        if instance._state.adding and not row.get(field.column_name):
            # An empty cell of a new row: what the field begins with.
            return
        super().import_field(field, instance, row, is_m2m, **kwargs)

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        try:
            record(instance, by=self.by)
        except PermissionDenied as error:
            raise ValidationError(str(error)) from None
        # So that a second row with the same new key is not taken for a change of the first.
        self.seen.add(instance.pk)

    def after_import(self, dataset: Any, result: Result, **kwargs: Any) -> None:
        return  # No row brings its own number along, so that no sequence has to be set right.

    def outcome(self, number: int, row: RowResult, cells: list[str]) -> Outcome:
        """What a row did, for the editor."""
        if row.validation_error is not None:
            name = next((cell for cell in cells if cell), "")
            return Outcome(number, "invalid", name, errors=self.said(row.validation_error))
        differences = []
        if row.import_type != RowResult.IMPORT_TYPE_SKIP:
            for column in self.get_import_fields():
                before = column.export(row.original) if row.original else ""
                after = column.export(row.instance)
                if before != after and not column.readonly and column.attribute != "uuid":
                    differences.append(Difference(self.label(column.column_name), before, after))
        return Outcome(number, str(row.import_type), str(row.instance), differences, row=row.instance)

    def said(self, error: ValidationError) -> list[str]:
        """The messages of an error, each with the name of its column."""
        if not hasattr(error, "error_dict"):
            return error.messages
        return [
            message if name == NON_FIELD_ERRORS else f"{self.label(name)}: {message}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]

    def label(self, column: str) -> str:
        name = column.removesuffix("_id") if column not in self.fields else column
        try:
            verbose = str(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            return column
        return f"{capfirst(verbose)} ({name})"


class RowResource(FactResource):
    """Rows of facts: what a sheet says is gathered for each fact, and each fact is saved once, with all of it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parental = parental_key(self.model)
        self.parents: dict[int, Fact] = {}
        self.places: dict[int, int] = {}
        self.moved_from: dict[int, int] = {}

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        self.moved_from[id(instance)] = getattr(instance, self.parental.attname)

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        parent_pk = getattr(instance, self.parental.attname)
        if parent_pk is None:
            raise ValidationError({self.parental.name: gettext("Say to which one this row belongs.")})
        if not is_create and self.moved_from[id(instance)] != parent_pk:
            raise ValidationError(
                {self.parental.name: gettext("A row stays where it is. Make a new one there.")}
            )
        check_row(instance)
        parent = self.parents.get(parent_pk)
        if parent is None:
            parent = self.parents[parent_pk] = self.parental.related_model._default_manager.get(pk=parent_pk)
        getattr(parent, self.parental.remote_field.get_accessor_name()).add(instance)

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        self.places[id(row_result.instance)] = kwargs["row_number"]

    def after_import(self, dataset: Any, result: Result, **kwargs: Any) -> None:
        if result.has_validation_errors() or result.has_errors():
            return
        for parent in self.parents.values():
            if isinstance(parent, WithRows):
                for complaint in parent.complaints_of_all():
                    # A row that the sheet does not name may be the one that is complained about.
                    place = self.places.get(id(complaint.row)) or self._place_of(parent)
                    self._refuse(
                        result, dataset, place, ValidationError({complaint.field: complaint.message})
                    )
        if not result.has_validation_errors():
            for parent in self.parents.values():
                try:
                    record(parent, by=self.by)
                except ValidationError as error:
                    self._refuse(result, dataset, self._place_of(parent), ValidationError(error.messages))
                except PermissionDenied as error:
                    self._refuse(result, dataset, self._place_of(parent), ValidationError(str(error)))

    def _place_of(self, parent: Fact) -> int:
        rows = getattr(parent, self.parental.remote_field.get_accessor_name()).all()
        return min(self.places[id(row)] for row in rows if id(row) in self.places)

    def _refuse(self, result: Result, dataset: Any, place: int, error: ValidationError) -> None:
        row = result.rows[place - 1]
        row.import_type, row.validation_error = RowResult.IMPORT_TYPE_INVALID, error
        result.append_invalid_row(place, dict(zip(dataset.headers, dataset[place - 1], strict=True)), error)


# Cells ------------------------------------------------------------------------------------------------------


def fields_of(model: type[Recorded]) -> list[models.Field[Any, Any]]:
    """The fields that a sheet shows: the uuid, then those of the model in their order, how sure it is at the end."""
    own = [field for field in model._meta.concrete_fields if field.name not in ("uuid", *_HIDDEN)]
    common = {field.name for field in Fact._meta.concrete_fields} if issubclass(model, Fact) else set()
    uuid = model._meta.get_field("uuid")
    return [
        cast("models.Field[Any, Any]", uuid),
        *(field for field in own if field.name not in common),
        *(field for field in own if field.name in common),
    ]


@dataclass(frozen=True)
class Column:
    """A column of a sheet, explained to the editor."""

    name: str
    label: str
    hint: str


def columns_of(model: type[Recorded]) -> list[Column]:
    """What the columns of a sheet are called and what may stand in them."""
    return [Column(field.name, capfirst(str(field.verbose_name)), _hint(field)) for field in fields_of(model)]


def _hint(field: models.Field[Any, Any]) -> str:
    if field.name == "uuid":
        return gettext("Names the row. Leave it as it is; empty for a new row.")
    if words := _words(field):
        return ", ".join(words)
    if isinstance(field, models.BooleanField):
        return "yes, no"
    if isinstance(field, models.DateTimeField):
        return "2026-01-31 18:30"
    if isinstance(field, models.DateField):
        return "2026-01-31"
    if isinstance(field, models.TimeField):
        return "09:00"
    if field.is_relation:
        return gettext("%(identity)s of: %(kind)s") % {
            "identity": _identity(_model_behind(field)),
            "kind": _model_behind(field)._meta.verbose_name,
        }
    return str(field.help_text)


class Cell(Widget):
    """A value of a field as the text of a cell, and back. ValueError, in the editor's language: it cannot be read."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        super().__init__()
        self.field = field

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        if isinstance(self.field, CodesField):
            return ", ".join(codes_of(value))
        if value is None or value == "":
            return ""
        if self.field.is_relation:
            return self.others.identities.get(value, "")
        for word, code in _words(self.field).items():
            if code == value:
                return word
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        if isinstance(value, time):
            return f"{value:%H:%M}"
        return value.isoformat() if isinstance(value, date) else str(value)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text, field = str(value or "").strip(), self.field
        if isinstance(field, CodesField):
            parts = text.replace(";", ",").replace("|", ",").split(",")
            codes = [self._code(part) for part in parts if part.strip()]
            return [code for code in _words(field).values() if code in codes]
        if not text:
            if isinstance(field, models.BooleanField):
                raise ValueError(gettext("“yes” or “no” is missing."))
            return None if field.null or not isinstance(field, models.CharField) else ""
        if field.is_relation:
            return self.others.find(text)
        if _words(field):
            return self._code(text)
        for kind, read in _READERS.items():
            if isinstance(field, kind):
                return read(text)
        return text

    def _code(self, text: str) -> Any:
        words = _words(self.field)
        text = text.strip().casefold()
        for word, code in words.items():
            if text in (word, str(_label(self.field, code)).casefold()):
                return code
        raise ValueError(
            gettext("“%(text)s” is none of: %(words)s.") % {"text": text, "words": ", ".join(words)}
        )

    @cached_property
    def others(self) -> "Others":
        return Others(_model_behind(self.field))


class NameOf(Widget):
    """What a person would call the fact that the cell beside it names."""

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self.cell = cell

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.cell.others.names.get(value, "")


class Others:
    """The facts that a column points at: by key (or official key, or uuid), or by name where only one has it."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        identity = _identity(model)
        near = [field.name for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        rows = list(
            model._default_manager.select_related(*(name for name in near if name != "latest_revision"))
        )
        self.identities = {row.pk: str(getattr(row, identity)) for row in rows}
        self.names = {row.pk: str(row) for row in rows}

    def find(self, text: str) -> Any:
        wanted = text.casefold()
        for texts in (self.identities, self.names):
            found = [pk for pk, written in texts.items() if written.casefold() == wanted]
            if len(found) == 1:
                return found[0]
        raise ValueError(
            gettext("There is no “%(text)s” among: %(kinds)s.")
            % {"text": text, "kinds": self.model._meta.verbose_name_plural}
        )


def _identity(model: type[models.Model]) -> str:
    return next(name for name in ("key", "ags", "uuid") if _has_field(model, name))


def _model_behind(field: models.Field[Any, Any]) -> type[models.Model]:
    return cast("type[models.Model]", field.related_model)


def _has_field(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _words(field: models.Field[Any, Any]) -> dict[str, Any]:
    """The words of a field's vocabulary as they stand in a cell, with their codes; empty where it has none."""
    if isinstance(field, CodesField) and field.vocabulary:
        return {str(code): code for code in field.vocabulary.values}
    if field.choices and isinstance(field, models.IntegerField):
        # Nobody but a program calls Monday 0.
        return {day.name.lower(): day.value for day in Weekday}
    return {str(code): code for code, _label in field.flatchoices if code != ""}


def _label(field: models.Field[Any, Any], code: Any) -> Any:
    vocabulary = field.vocabulary.choices if isinstance(field, CodesField) and field.vocabulary else None
    return dict(vocabulary or field.flatchoices).get(code, "")


def _date(text: str) -> date:
    return _moment(text, ("%Y-%m-%d", "%d.%m.%Y"), "2026-01-31").date()


def _datetime(text: str) -> datetime:
    moment = _moment(text, ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M"), "2026-01-31 18:30")
    return timezone.make_aware(moment)


def _time(text: str) -> time:
    return _moment(text, ("%H:%M", "%H:%M:%S", "%H.%M"), "09:00").time()


def _moment(text: str, patterns: tuple[str, ...], example: str) -> datetime:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 (the clock on the wall, made aware above)
        except ValueError:
            continue
    raise ValueError(
        gettext("“%(text)s” is not written like %(example)s.") % {"text": text, "example": example}
    )


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(gettext("“%(text)s” is not a whole number.") % {"text": text})
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError(gettext("“%(text)s” is not a number.") % {"text": text})
    return number


def _truth(text: str) -> bool:
    word = text.casefold()
    if word in ("yes", "true", "1", "x", gettext("yes").casefold()):
        return True
    if word in ("no", "false", "0", gettext("no").casefold()):
        return False
    raise ValueError(gettext("“%(text)s” is neither “yes” nor “no”.") % {"text": text})


#: How the text of a cell is read, by kind of field; the first that fits.
_READERS: dict[type[models.Field[Any, Any]], Callable[[str], Any]] = {
    models.BooleanField: _truth,
    models.DateTimeField: _datetime,
    models.DateField: _date,
    models.TimeField: _time,
    models.DecimalField: _decimal,
    models.IntegerField: _whole,
}
