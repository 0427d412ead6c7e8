"""Typed text that could not be taken, as the form it was typed into shows it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def what_was_typed(posted: QueryDict, *, side: str | None) -> list[tuple[str, str]]:
    """Label and value of each visible field that was filled in.

    The posted names do not say which form it was: it is the form of that side whose fields are most like them. Fields
    that no form shows are left out, and so are chosen rows, whose ids mean nothing to a person.
    """
    names = {name: name.rpartition("-")[2] for name in posted}  # without the prefix of a form beside another
    likest_first = sorted(
        fields_of_forms(side), key=lambda fields: likeness(set(fields), set(names.values())), reverse=True
    )
    typed = []
    for name, values in posted.lists():
        field = next((fields[names[name]] for fields in likest_first if names[name] in fields), None)
        words = in_words(field, [value for value in values if value]) if field else ""
        if field and words:
            typed.append((capfirst(str(field.label or names[name])), words))
    return typed


def forms_of(side: str | None) -> list[type[forms.BaseForm]]:
    """The form classes of the pages that act for a firm or for a company (settings.PLACES), by introspection."""
    apps = {app for app, its_side in settings.PLACES.items() if its_side == side}
    found = subclasses(forms.BaseForm)
    return [
        form for form in found if form.__module__.split(".")[0] in apps and "admin" not in form.__module__.split(".")
    ]


def subclasses(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for child in form.__subclasses__():
        yield child
        yield from subclasses(child)


def fields_of_forms(side: str | None) -> list[dict[str, forms.Field]]:
    found: list[Any] = forms_of(side)
    return [form.base_fields for form in found]


def likeness(shown: set[str], posted: set[str]) -> float:
    """How much of the two sets is in both, from 0 to 1; 0 of two empty ones."""
    return len(shown & posted) / (len(shown | posted) or 1)


def in_words(field: forms.Field, values: list[str]) -> str:
    """The values as the field shows them; empty for a hidden field and for chosen rows."""
    if field.widget.is_hidden or isinstance(field, forms.ModelChoiceField):
        return ""
    if isinstance(field, forms.BooleanField):
        return _("ja") if values else ""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        words = {str(value): str(label) for value, label in choices}
        return ", ".join(words[value] for value in values if value in words)
    if isinstance(field, forms.DateField):
        return ", ".join(day_in_words(field, value) for value in values)
    return ", ".join(values)


def day_in_words(field: forms.DateField, value: str) -> str:
    try:
        day = field.to_python(value)
    except ValidationError:
        day = None
    return date_format(day) if day else value
