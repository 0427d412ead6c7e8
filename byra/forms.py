"""How every form of the site is drawn: one field template, the design system's classes on the widgets."""

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Widget
from django.forms.renderers import TemplatesSetting


class DressedField(BoundField):
    """A field that knows its shape, so that the template only has to lay it out."""

    @property
    def shape(self) -> str:
        """Return "choices" (a group of buttons), "group" (several inputs), "checkbox" (one tick) or "input"."""
        widget = self.field.widget
        if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
            return "choices"
        if isinstance(widget, CheckboxInput):
            return "checkbox"
        return "group" if widget.use_fieldset else "input"

    @property
    def says_optional(self) -> bool:
        """An optional field says so, unless its form sets `says_optional = False` (searches and filters)."""
        if self.field.required or self.shape == "checkbox":
            return False
        return getattr(self.form, "says_optional", True)

    @property
    def id_to_focus(self) -> str:
        """The id that a line of the error summary leads to: of a group, its first input."""
        if self.shape == "choices":
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden:
            attrs["class"] = f"ds-input {widget.attrs.get('class', '')}".strip()
        if type(self.form).__module__.startswith("allauth."):
            attrs["placeholder"] = False  # allauth repeats the label there; False leaves the attribute out
        return attrs


class FormRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = DressedField
