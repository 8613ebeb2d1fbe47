"""Wagtail's words that its German catalogue lacks, or that name Wagtail to editors who need not know it.

Named here, they stand in the portal's own catalogue, which is asked first.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Actions (footer)"),
    _("Go to Wagtail admin"),
    _("View Wagtail quick actions"),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    _("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    _(
        "%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s in "
        "'<span class=\"w-title-ellipsis\">%(title)s</span>'."
    ),
)
