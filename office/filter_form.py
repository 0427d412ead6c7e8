"""What the filters of the firm's lists have in common."""

from collections.abc import Callable
from typing import Any


class FilterMixin:
    """A form of search and filters, by GET. Values that make no sense are left out without a complaint."""

    says_optional = False
    cleaned_data: dict[str, Any]
    is_valid: Callable[[], bool]

    @property
    def answers(self) -> dict[str, str]:
        """The values that make sense, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
