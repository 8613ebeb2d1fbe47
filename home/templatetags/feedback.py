"""What stands at the foot of every page, and in front of those that are better not seen by somebody else."""

from django import template
from django.conf import settings
from django.template import Context
from django.urls import ResolverMatch

from home.vocabulary import PROBLEMS, Opinion
from portal.pages import PortalPage

register = template.Library()


@register.simple_tag(takes_context=True)
def feedback_path(context: Context) -> str:
    """The path of the page that is shown, to say something of it; empty where there is no page to speak of: a missing
    one, a preview, and the feedback itself.
    """
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        return ""
    if isinstance(context.get("page"), PortalPage):
        return str(request.path)
    match: ResolverMatch | None = getattr(request, "resolver_match", None)
    if match is None or not match.url_name or match.kwargs or match.args:
        return ""
    return "" if match.url_name.startswith(("feedback", "barrier")) else str(request.path)


@register.simple_tag
def problems() -> list[Opinion]:
    """What can be wrong with a page."""
    return PROBLEMS


@register.simple_tag
def leave_url() -> str:
    """Where "Leave quickly" leads."""
    return str(settings.LEAVE_URL)
