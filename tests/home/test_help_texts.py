"""Every field that an editor fills in says what belongs there, and where something is typed, with an example."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django import forms
from django.contrib.auth.models import Group, User
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, InlinePanel, Panel
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea
from wagtail.blocks import BaseStreamBlock, BaseStructBlock, FieldBlock
from wagtail.models import get_page_models
from wagtail.snippets.models import get_snippet_models

from home import roles
from home.announcing import AnnouncingForm
from home.mails import DailyMailForm
from portal.pages import BodyBlock, PortalPage
from search.workbench import AddressForm
from spaces.confirming import ConfirmingForm
from spaces.models import Timetable
from spaces.timetable_views import ClosingForm

pytestmark = pytest.mark.django_db

#: What is typed, and neither chosen nor ticked.
TYPED = (
    forms.CharField,
    forms.IntegerField,
    forms.DecimalField,
    forms.DateField,
    forms.DateTimeField,
    forms.TimeField,
)

#: Wagtail's own panel for publishing later, which has its words from Wagtail.
WAGTAILS = {"go_live_at", "expire_at"}


class Field(NamedTuple):
    """A field of a form, by the name under which a failure tells of it."""

    name: str
    help_text: str
    is_typed: bool


def field_of(name: str, field: forms.Field, help_text: str = "") -> Field:
    is_typed = isinstance(field, TYPED) or isinstance(field.widget, DraftailRichTextArea)
    return Field(
        name, help_text or str(field.help_text), is_typed and not isinstance(field.widget, forms.Select)
    )


def fields_of_panel(panel: Panel, form: Any, name: str) -> Iterator[Field]:
    """The fields that a panel shows for this form, and those of its rows."""
    if isinstance(panel, InlinePanel):
        rows = form.formsets[panel.relation_name].empty_form
        yield from fields_of_panel(panel.child_edit_handler, rows, f"{name}.{panel.relation_name}")
    elif isinstance(panel, FieldPanel):
        shown = form.fields.get(panel.field_name)
        if shown and not panel.read_only and panel.field_name not in WAGTAILS:
            yield field_of(f"{name}.{panel.field_name}", shown, str(panel.help_text or ""))
    for child in getattr(panel, "children", ()):
        yield from fields_of_panel(child, form, name)


def fields_of_blocks(block: Any, name: str) -> Iterator[Field]:
    if isinstance(block, FieldBlock):
        yield field_of(name, block.field)
    elif isinstance(block, (BaseStreamBlock, BaseStructBlock)):
        for key, child in block.child_blocks.items():
            yield from fields_of_blocks(child, f"{name}.{key}")


def fields_of_form(form: forms.BaseForm) -> Iterator[Field]:
    for key, field in form.fields.items():
        if not isinstance(field.widget, forms.HiddenInput):
            yield field_of(f"{type(form).__name__}.{key}", field)


def every_field(user: User) -> Iterator[Field]:
    """What this person meets: facts that may be written, pages, the blocks of their text, and forms of our own."""
    for model in get_snippet_models():
        viewset = model.snippet_viewset
        if viewset.permission_policy.user_has_any_permission(user, ["add", "change"]):
            handler = viewset.get_edit_handler()
            form = handler.get_form_class()(instance=model(), for_user=user)
            yield from fields_of_panel(handler, form, model.__name__)
    for model in get_page_models():
        if issubclass(model, PortalPage):
            handler = model.get_edit_handler()
            form = handler.get_form_class()(instance=model(), for_user=user)
            yield from fields_of_panel(handler, form, model.__name__)
    yield from fields_of_blocks(BodyBlock(), "text")
    yield from fields_of_form(AnnouncingForm(user=user))
    yield from fields_of_form(ClosingForm(also=Timetable.objects.all()))
    for form_class in (AddressForm, ConfirmingForm, DailyMailForm):
        yield from fields_of_form(form_class())


def somebody_of(group: str) -> User:
    roles.set_up()
    user = User.objects.create_user("somebody")
    user.groups.set(Group.objects.filter(name=group))
    return user


def test_every_field_has_a_help_text_and_what_is_typed_an_example() -> None:
    # Who keeps the technics meets every field that anybody meets.
    with override("en"):
        found = list(every_field(somebody_of(roles.ADMINISTRATORS)))
    assert len(found) > 200
    assert [field.name for field in found if not field.help_text] == []
    typed = [field for field in found if field.is_typed]
    assert [field.name for field in typed if "xample" not in field.help_text] == []
