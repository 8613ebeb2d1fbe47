"""What a shared link shows of a page."""

from django import template
from django.template import Context
from django.utils.translation import get_language

from home.discovery import picture_path, territory_code
from portal.languages import DEFAULT_CODE
from spaces.models import Space

register = template.Library()


@register.simple_tag(takes_context=True)
def picture_url(context: Context, space: Space | None = None) -> str:
    """The whole address of the picture of a space, or of the portal."""
    return str(context["request"].build_absolute_uri(picture_path(space or None)))


@register.simple_tag
def open_graph_locale() -> str:
    """The reader's language as Open Graph writes it."""
    return territory_code(get_language() or DEFAULT_CODE)
