"""What a text may hold of people, and may show only with their recorded consent.

The consents themselves are records of the editors (`spaces.models.Consent`), which the blocks name without knowing
them.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

#: What is asked of whoever puts up a picture or a video, who has to answer.
YES_OR_NO = (("yes", gettext_lazy("Yes, people can be seen")), ("no", gettext_lazy("No, nobody can be seen")))

#: The parts of a block that are for editors alone: no reader, no program and no translator is told of them.
FOR_EDITORS = frozenset({"consent", "shows_people"})


def may_be_shown(shows_people: bool, consent: Any) -> bool:
    """Whether a picture, a video or somebody's words may be shown today. Whatever shows them asks here, so that a
    consent that has ended or was withdrawn ends at once, before anything is cleaned up.
    """
    if consent is not None:
        return bool(consent.holds())
    return not shows_people


def shown(body: Iterable[Any]) -> list[Any]:
    """The blocks of a text that may be shown today."""
    return [block for block in body if getattr(block.value, "may_be_shown", True)]


def missing() -> ValidationError:
    return ValidationError(
        _(
            "Choose the consent of the people concerned. Without a recorded consent nothing of them may be shown."
        )
    )


class ConsentBlock(SnippetChooserBlock):
    """The consent on which a block rests: one that still holds, and that is given for this."""

    def __init__(self, *, of: str, **options: Any) -> None:
        """`of`: what it has to be given for, of `spaces.models.consent.KINDS`."""
        super().__init__("spaces.Consent", **options)
        self.of = of

    def clean(self, value: Any) -> Any:
        consent = super().clean(value)
        if consent and (fault := consent.fault(self.of)):
            raise ValidationError(fault)
        return consent

    def get_translatable_segments(self, value: Any) -> list[Any]:
        """None: it is the same in every language, and no translator's business."""
        return []

    def deconstruct(self) -> Any:
        # As its own class writes it, and not as the one above does, which names the model.
        path, _args, options = super().deconstruct()
        return path, (), {**options, "of": self.of}


class NameBlock(blocks.CharBlock):
    """A person's name, which is the same in every language."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []


class PictureChooserBlock(ImageChooserBlock):
    """A picture that may be shown. A text reads all of its pictures, their consents and files in three queries."""

    def clean(self, value: Any) -> Any:
        picture = super().clean(value)
        if picture and (fault := picture.fault()):
            raise ValidationError(fault)
        return picture

    def bulk_to_python(self, values: Any) -> list[Any]:
        pictures = self.model_class.objects.for_pages().in_bulk(values)
        return [pictures.get(value) for value in values]


class PictureValue(blocks.StructValue):
    @property
    def may_be_shown(self) -> bool:
        picture = self["picture"]
        return picture is not None and picture.light is not None and picture.may_be_shown


class PictureBlock(blocks.StructBlock):
    """A picture between two passages of a text."""

    picture = PictureChooserBlock(label=gettext_lazy("picture"))
    description = blocks.CharBlock(
        label=gettext_lazy("alternative text"),
        max_length=255,
        required=False,
        help_text=gettext_lazy(
            "What is to be seen, for those who do not see it. Empty: the text that stands at the picture. "
            "Example: The yellow house with the advice office, with a ramp to the door"
        ),
    )
    caption = blocks.CharBlock(
        label=gettext_lazy("caption"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What stands below the picture. Example: The entrance is at the back"),
    )

    class Meta:
        icon = "image"
        label = gettext_lazy("picture")
        value_class = PictureValue
        help_text = gettext_lazy(
            "Where people can be seen in it, it is shown as long as their consent holds."
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        # Here, where translators find it.
        if cleaned["picture"] and not cleaned["description"]:
            cleaned["description"] = cleaned["picture"].description
        return cleaned


class PersonValue(blocks.StructValue):
    @property
    def may_be_shown(self) -> bool:
        return may_be_shown(True, self["consent"])


class PersonBlock(blocks.StructBlock):
    """What somebody says, with the name. Whoever is named in a page stands in such a block, so that the name goes from
    everywhere when the person wants it.
    """

    name = NameBlock(
        label=gettext_lazy("name"), max_length=100, help_text=gettext_lazy("Example: Erika Mustermann")
    )
    role = blocks.CharBlock(
        label=gettext_lazy("who this is"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Example: advises families"),
    )
    words = blocks.TextBlock(
        label=gettext_lazy("what the person says"),
        max_length=600,
        required=False,
        help_text=gettext_lazy("Example: You can come to us with a small question too."),
    )
    consent = ConsentBlock(of="name", label=gettext_lazy("consent"), required=False)

    class Meta:
        icon = "user"
        label = gettext_lazy("person")
        value_class = PersonValue
        help_text = gettext_lazy(
            "Names stand here and not in the text: so they can be taken away everywhere when somebody wants it."
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned["consent"]:
            raise blocks.StructBlockValidationError({"consent": missing()})
        return cleaned
