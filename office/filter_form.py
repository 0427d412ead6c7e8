"""What the filters of the firm's lists have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms


class FilterMixin:
    """A form of search and filters, by GET. Values that make no sense are left out without a complaint."""

    says_optional = False
    cleaned_data: dict[str, Any]
    data: Mapping[str, Any]
    fields: dict[str, forms.Field]
    is_valid: Callable[[], bool]

    @property
    def answers(self) -> dict[str, str]:
        """The values that make sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def lost(self) -> list[str]:
        """What the fields are called whose values make no sense, such as those of a service that is gone."""
        answers = self.answers
        return [str(field.label) for name, field in self.fields.items() if self.data.get(name) and name not in answers]
