"""A field for several codes of a fixed vocabulary, kept as text, so that both databases can search it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class CodesField(models.CharField):
    """Codes in the order of their vocabulary: `["ar", "de"]` in Python, `|ar|de|` in the database.

    Rows that have a code are found with `field__contains="|ar|"`.
    """

    def __init__(self, *args: Any, vocabulary: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: Any) -> list[str]:
        return codes_of(value)

    def to_python(self, value: Any) -> list[str]:
        return codes_of(value)

    def get_prep_value(self, value: Any) -> str:
        if isinstance(value, str) and not value.startswith("|"):
            return value
        codes = codes_of(value)
        if self.vocabulary:
            codes = [code for code in self.vocabulary.values if code in codes]
        return f"|{'|'.join(codes)}|" if codes else ""

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        known = set(self.vocabulary.values) if self.vocabulary else set()
        unknown = [code for code in codes_of(value) if self.vocabulary and code not in known]
        if unknown:
            raise ValidationError(
                _("“%(code)s” is not one of the words to choose from."), params={"code": unknown[0]}
            )

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.get_prep_value(value))

    def formfield(self, **kwargs: Any) -> forms.Field:
        choices: Sequence[Any] = self.vocabulary.choices if self.vocabulary else []
        return forms.MultipleChoiceField(
            choices=choices,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )


def codes_of(value: Any) -> list[str]:
    """A list of codes from what a database, a form or a program gives."""
    if not value:
        return []
    if isinstance(value, str):
        return [code for code in value.split("|") if code]
    return [str(code) for code in value]
