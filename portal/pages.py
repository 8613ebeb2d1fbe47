"""The base of every page, and the few blocks of which a text is made."""

from typing import Any, ClassVar, NamedTuple, cast

from django import forms
from django.core.validators import FileExtensionValidator
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.api import APIField
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.models import Page
from wagtail_headless_preview.models import HeadlessPreviewMixin
from wagtail_headless_preview.settings import headless_preview_settings
from wagtail_localize.fields import SynchronizedField

from portal.consents import (
    YES_OR_NO,
    ConsentBlock,
    PersonBlock,
    PictureBlock,
    may_be_shown,
    missing,
    shown,
)
from portal.languages import BY_CODE, DEFAULT_CODE, SERVED
from portal.translation import translation_state
from portal.tree import tree
from portal.writing_panel import WritingPanel

#: What a text may hold. No first-order heading (the title is one), no pictures (they have a block), nothing from
#: elsewhere.
PROSE = ["h2", "h3", "bold", "link", "ol", "ul"]


#: Who may change every space keeps the whole portal.
KEEPS_ALL = "spaces.change_space"

#: How a preview in another front-end is called.
FRONT_END = "front-end"


class NoteBlock(blocks.StructBlock):
    """Something to notice, set apart from the text around it."""

    heading = blocks.CharBlock(
        label=_("heading"), max_length=100, help_text=_("Example: What you should bring along")
    )
    text = blocks.RichTextBlock(
        label=_("text"),
        features=["bold", "link", "ul"],
        help_text=_(
            "Two or three sentences to notice. Example: Please call first, the house is being rebuilt."
        ),
    )

    class Meta:
        icon = "info-circle"
        label = _("note")


class SensitiveBlock(blocks.StructBlock):
    """A passage that may not be wrong in any language: as long as only a machine has translated it, the original
    stands beside the translation.
    """

    heading = blocks.CharBlock(
        label=_("heading"), max_length=100, required=False, help_text=_("Example: Your residence permit")
    )
    text = blocks.RichTextBlock(
        label=_("text"),
        features=["bold", "link", "ol", "ul"],
        help_text=_(
            "Short sentences about violence, residence, rights or cost. Example: Advice costs nothing."
        ),
    )

    class Meta:
        icon = "warning"
        label = _("sensitive passage")
        help_text = _(
            "For violence, residence, confidentiality, rights and cost. A translation that nobody has checked is shown "
            "together with the German text."
        )


class FileBlock(DocumentChooserBlock):
    """One of the portal's own files, of certain kinds: of a video, what every browser plays."""

    def __init__(self, *, kinds: tuple[str, ...], **options: Any) -> None:
        """`kinds`: the endings that the file's name may have, in small letters and without the dot."""
        super().__init__(**options)
        self.kinds = kinds

    def clean(self, value: Any) -> Any:
        document = super().clean(value)
        if document:
            FileExtensionValidator(self.kinds)(document.file)
        return document


class VideoValue(blocks.StructValue):
    @property
    def may_be_shown(self) -> bool:
        return may_be_shown(self["shows_people"] != "no", self["consent"])


class VideoBlock(blocks.StructBlock):
    """A video from the portal's own server. It stands at the top of its page, whatever else is there: who needs sign
    language does not look for it below a text.
    """

    # As in the other blocks, so that the search finds it.
    heading = blocks.CharBlock(
        label=_("heading"), max_length=100, help_text=_("For example: This page in sign language")
    )
    video = FileBlock(
        kinds=("mp4", "webm"),
        label=_("video"),
        help_text=_("An MP4 or WebM file, wide rather than high (16:9), of 20 MB at most."),
    )
    length = blocks.RegexBlock(
        r"^[0-9]{1,2}:[0-5][0-9]$",
        label=_("length"),
        error_messages={"invalid": _("Minutes and seconds, for example 2:30")},
        help_text=_("Minutes and seconds, for example 2:30"),
    )
    captions = FileBlock(
        kinds=("vtt",),
        label=_("captions"),
        required=False,
        help_text=_(
            "A WebVTT file, in the language of the page. A video in which somebody speaks needs one."
        ),
    )
    shows_people = blocks.ChoiceBlock(choices=YES_OR_NO, label=_("Can people be seen or heard?"))
    consent = ConsentBlock(of="video", label=_("consent"), required=False)

    class Meta:
        icon = "media"
        label = _("video")
        value_class = VideoValue
        help_text = _(
            "For sign language above all. The video stands at the top of the page, and nothing of it is loaded before "
            "somebody plays it. In another language another video can be chosen."
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["shows_people"] == "yes" and not cleaned["consent"]:
            raise blocks.StructBlockValidationError({"consent": missing()})
        return cleaned

    def get_api_representation(self, value: Any, context: Any = None) -> dict[str, Any]:
        """Heading and length as they stand there, the files as addresses; null where there is none."""
        return {
            "heading": value["heading"],
            "length": value["length"],
            "video": value["video"].file.url if value["video"] else None,
            "captions": value["captions"].file.url if value["captions"] else None,
        }


class BodyBlock(blocks.StreamBlock):
    """The text of a page."""

    text = blocks.RichTextBlock(
        label=_("text"),
        icon="pilcrow",
        features=PROSE,
        help_text=_(
            "Short sentences, with headings between them. Example: You can come without an appointment."
        ),
    )
    note = NoteBlock()
    sensitive = SensitiveBlock()
    video = VideoBlock()
    picture = PictureBlock()
    person = PersonBlock()


class Step(NamedTuple):
    """A page on the way to another one: its title, where it is, and in which language the title is."""

    title: str
    url: str
    language: str


class PortalPageForm(WagtailAdminPageForm):
    """Asks whether an edit changes what is said, or only how it is spelled."""

    is_minor_edit = forms.BooleanField(
        label=_("Only spelling was corrected"),
        required=False,
        help_text=_("Nothing that is said has changed: the translations stay as current as they are."),
    )


class PortalPage(HeadlessPreviewMixin, Page):
    """A page of the portal: words in one language, which point at facts and never repeat them."""

    #: The fields that point at facts; they are read together with the page.
    about: ClassVar[tuple[str, ...]] = ()

    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_(
            "For pages that nobody should be seen reading: with “Leave quickly”, and never kept by anything."
        ),
    )

    base_form_class = PortalPageForm
    # One address in all languages.
    override_translatable_fields = [SynchronizedField("slug")]

    content_panels: ClassVar[list[Any]] = [
        TitleFieldPanel("title", help_text=_("What the page is called. Example: Who helps me?")),
        WritingPanel(heading=_("Easy to read?")),
    ]
    # A team writes words; how the whole portal hangs together is for those who keep all of it.
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug",
                    permission=KEEPS_ALL,
                    help_text=_("The end of the page’s address, in small letters. Example: who-helps-me"),
                ),
                FieldPanel(
                    "seo_title",
                    permission=KEEPS_ALL,
                    help_text=_(
                        "Where a search engine should show another title. Example: Help for families"
                    ),
                ),
                FieldPanel(
                    "search_description",
                    help_text=_(
                        "What search engines show below the title. Example: Advice for families, free of charge."
                    ),
                ),
            ],
            heading=_("For search engines"),
        ),
        FieldPanel(
            "show_in_menus",
            permission=KEEPS_ALL,
            help_text=_("The page stands in the menu of every page."),
        ),
        FieldPanel("is_sensitive"),
        FieldPanel("is_minor_edit"),
    ]

    #: What `/api/v2/pages/` tells of a page, besides what it tells of all.
    api_fields: ClassVar[list[APIField]] = [APIField("is_sensitive")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `translation`, the TranslationState that the reader is told, and `way`, the pages from the front door
        to this one (Step); of a page that nobody can reach yet, this one alone.
        """
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        reader = get_language() or DEFAULT_CODE
        known = tree(request)
        node = known.nodes.get(self.pk)
        above = known.way(node, reader)[:-1] if node else []
        context["translation"] = translation_state(self, reader)
        # Its own words from here: a preview shows what is not saved yet.
        context["way"] = [
            *(Step(page.title, page.url(reader), page.language) for page in above),
            Step(self.title, node.url(reader) if node else "", self.locale.language_code),
        ]
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().serve(request, *args, **kwargs)
        if self.is_sensitive:
            # Neither by us, nor by a proxy, nor by the browser for its Back button.
            response["Cache-Control"] = "no-store"
        return response

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """An original is looked at as the readers of each language see it while it is not translated; and in another
        front-end, where one is named (`HEADLESS_CLIENT_URL`).
        """
        modes: list[tuple[str, Any]] = [*super().preview_modes]
        if self.locale.language_code == DEFAULT_CODE:
            others = [(each.code, each.name) for each in SERVED if each.code != DEFAULT_CODE]
            modes = [("", BY_CODE[DEFAULT_CODE].name), *others]
        if headless_preview_settings.CLIENT_URLS:
            modes.append((FRONT_END, _("Other front-end")))
        return modes

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """A small telephone first: that is what most readers have."""
        phone = {
            "name": "phone",
            "icon": "mobile-alt",
            "device_width": 320,
            "label": _("Preview on a small telephone"),
        }
        return [phone, *super().preview_sizes]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        if mode_name == FRONT_END:
            # The mixin leads there with a token, by which the front-end asks for what is not saved yet.
            response: HttpResponseBase = super().serve_preview(request, mode_name)
            return response
        if mode_name not in BY_CODE:
            return cast(HttpResponseBase, Page.serve_preview(self, request, mode_name))
        with override(mode_name):
            request.LANGUAGE_CODE = mode_name
            shown = cast(HttpResponseBase, Page.serve_preview(self, request, mode_name))
            # While the language is set.
            return shown.render() if isinstance(shown, SimpleTemplateResponse) else shown

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """As Wagtail's, but an original has an address below each language, for those who read in it."""
        if request is not None and hasattr(request, "facts_version"):
            # Whoever has the newest tree has forgotten which front doors Wagtail knew of before.
            tree(request)
        parts = super().get_url_parts(request)
        reader = get_language() or DEFAULT_CODE
        if not parts or not parts[2] or self.locale.language_code != DEFAULT_CODE or reader not in BY_CODE:
            return parts
        return parts[0], parts[1], parts[2].replace(f"/{DEFAULT_CODE}/", f"/{reader}/", 1)

    @property
    def blocks(self) -> list[Any]:
        """The blocks of its text that may be shown today."""
        return shown(getattr(self, "body", ()))

    def original(self) -> "PortalPage":
        """The German page of which this one is a translation, and itself for an original. One query, and another."""
        if self.locale.language_code == DEFAULT_CODE:
            return self
        found = Page.objects.filter(
            translation_key=self.translation_key, locale__language_code=DEFAULT_CODE
        ).first()
        return found.specific if found else self
