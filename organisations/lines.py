"""What is typed on one line stays one."""

from typing import Any

from django import forms


class LineField(forms.CharField):
    """Line breaks, which no browser sends of such a field, and runs of space become one space.

    A name goes into mails as it is: a line of its own there would look like one of ours.
    """

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return " ".join(text.split()) if text else text
