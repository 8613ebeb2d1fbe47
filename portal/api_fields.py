"""How the words of a page are told to programs, below `/api/v2/`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.html import escape
from rest_framework.fields import Field
from wagtail.blocks import StructValue
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText
from wagtail.rich_text.rewriters import LinkRewriter

from portal.consents import FOR_EDITORS, shown
from portal.languages import DEFAULT_CODE
from portal.translation import TranslationState
from portal.tree import Tree

#: The parts of blocks that are plain texts to be translated.
PLAIN_TEXTS = ("heading", "description", "caption", "role", "words")


class Words(NamedTuple):
    """What has to be known to tell the words of one page: the pages that anybody may read, the reader's language, in
    which links lead on, the state of the translation, and of a page with passages that nobody has checked, the blocks
    of the original by their id.
    """

    known: Tree
    reader: str
    state: TranslationState
    original: Mapping[str, Any]

    def url(self, key: int) -> str | None:
        """The path of a page for this reader; None where there is none that anybody may read."""
        node = self.known.nodes.get(key)
        return self.known.shown(node, self.reader).url(self.reader) if node else None

    def rich_text(self, source: str) -> str:
        """Rich text, as the database has it, as HTML: links to pages are paths, or lead nowhere where there is no page;
        what is not translated is marked as German.
        """

        def link(attributes: dict[str, str]) -> str:
            number = attributes.get("id", "")
            url = self.url(int(number)) if number.isdecimal() else None
            return f'<a href="{escape(url)}">' if url else "<a>"

        return self.state.marked(LinkRewriter({"page": link})(source))

    def value(self, value: Any) -> Any:
        """The value of a block. A text of :class:`portal.pages.BodyBlock` is made of rich and plain texts and of files,
        which are told by their address; a picture has a size too.
        """
        if isinstance(value, RichText):
            return self.rich_text(value.source)
        if isinstance(value, StructValue):
            return {name: self.value(part) for name, part in value.items() if name not in FOR_EDITORS}
        if isinstance(value, AbstractImage):
            light = value.light
            return {"url": light.url, "width": light.width, "height": light.height}
        return value.file.url if isinstance(value, AbstractDocument) else value

    def untranslated(self, page: Any) -> list[str]:
        """The plain texts of a page that are still German. In rich texts it is marked."""
        places = {name: getattr(page, name, "") for name in ("title", "lead")}
        for block in shown(getattr(page, "body", ())):
            if isinstance(block.value, StructValue):
                for name in PLAIN_TEXTS:
                    places[f"body.{block.id}.{name}"] = block.value.get(name, "")
        return [
            place
            for place, text in places.items()
            if text and self.state.language_of(text) != self.state.language
        ]


class BodyField(Field):
    """The text of a page: a list of blocks, each with `type`, `id` and `value`. Rich text is HTML.

    A sensitive passage has `original` too: its German text, where nobody has checked the translation; else null. It has
    to be shown beside the translation. What somebody has not agreed to, or no longer agrees to, is left out.
    """

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, page: Any) -> list[dict[str, Any]]:
        words: Words = self.context["words"][page.pk]
        german = words._replace(state=words.state._replace(language=DEFAULT_CODE, untranslated=frozenset()))
        told = []
        for block in shown(page.body):
            one = {"type": block.block_type, "id": block.id, "value": words.value(block.value)}
            if block.block_type == "sensitive":
                original = (
                    words.original.get(block.id) if f"body.{block.id}" in words.state.unchecked else None
                )
                one["original"] = german.value(original) if original is not None else None
            told.append(one)
        return told
