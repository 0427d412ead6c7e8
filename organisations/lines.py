"""What is typed on one line stays one."""

import re
from typing import Any

from django import forms

# Marks that turn the writing's direction: with them a name could read as another one, or turn what stands after it.
DIRECTION_MARKS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_line(text: str) -> str:
    """Without marks of direction; line breaks, which no browser sends, and runs of space become one space."""
    return " ".join(DIRECTION_MARKS.sub("", text).split())


class LineField(forms.CharField):
    """One line of text. A name goes into mails as it is: a line of its own there would look like one of ours."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_line(text) if text else text
