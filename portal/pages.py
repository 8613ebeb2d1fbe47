"""The base of every page, and the few blocks of which a text is made."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

#: What a text may hold. No first-order heading (the title is one), no pictures, nothing from elsewhere.
PROSE = ["h2", "h3", "bold", "link", "ol", "ul"]


class NoteBlock(blocks.StructBlock):
    """Something to notice, set apart from the text around it."""

    heading = blocks.CharBlock(label=_("heading"), max_length=100)
    text = blocks.RichTextBlock(label=_("text"), features=["bold", "link", "ul"])

    class Meta:
        icon = "info-circle"
        label = _("note")


class BodyBlock(blocks.StreamBlock):
    """The text of a page."""

    text = blocks.RichTextBlock(label=_("text"), icon="pilcrow", features=PROSE)
    note = NoteBlock()


class PortalPage(Page):
    """A page of the portal: words in one language, which point at facts and never repeat them."""

    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("For search engines"),
        ),
        FieldPanel("show_in_menus"),
    ]

    class Meta:
        abstract = True
