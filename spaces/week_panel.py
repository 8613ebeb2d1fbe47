"""The week as a table in the form of opening hours: a line a span, in its day, to be filled with the keyboard."""

from typing import Any

from django import forms
from wagtail.admin.panels import InlinePanel

from spaces.vocabulary import Weekday


class DayInput(forms.DateInput):
    """The browser's own field for a day, with its calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The browser's own field for a time."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class WeekPanel(InlinePanel):
    """The weekly rules of opening hours. Wagtail's panel, drawn as a table; it needs no script."""

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "admin/week_panel.html"
        telepath_adapter_name = "spaces.week_panel.WeekPanel"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            lines: dict[str, list[forms.ModelForm]] = {str(day.value): [] for day in Weekday}
            for form in self.formset.forms:
                form.fields["DELETE"].widget = forms.CheckboxInput()
                # What is no weekday stands with the first one, where its error can be seen.
                lines.get(str(form["weekday"].value()), lines["0"]).append(form)
            context["days"] = [(day.label, lines[str(day.value)]) for day in Weekday]
            # What the view has to say beside the fields: a preview, warnings, what was or can be copied.
            return {**context, **getattr(self.form, "beside", {})}
