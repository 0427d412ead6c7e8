"""What somebody typed into a form that could not be taken, to be shown again as the form shows it."""

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
    """Label and value of each visible field with something in it, under the label of the form that it is from.

    Which form that was nobody says here: it is the one of the side whose fields are most like what was posted. What no
    form shows is left out, and so are chosen rows: their ids mean nothing to a person.
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
    """The forms of the pages that act for a firm or for a company (settings.PLACES), found by themselves."""
    apps = {app for app, its_side in settings.PLACES.items() if its_side == side}
    found = subclasses(forms.BaseForm)
    return [form for form in found if form.__module__.split(".")[0] in apps and not form.__module__.endswith(".admin")]


def subclasses(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for child in form.__subclasses__():
        yield child
        yield from subclasses(child)


def fields_of_forms(side: str | None) -> list[dict[str, forms.Field]]:
    found: list[Any] = forms_of(side)
    return [form.base_fields for form in found]


def likeness(shown: set[str], posted: set[str]) -> float:
    """How much of a form and of what was posted is in both."""
    return len(shown & posted) / len(shown | posted)


def in_words(field: forms.Field, values: list[str]) -> str:
    """The values as the form reads; nothing for what it does not show."""
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
