"""What is typed, in the one form in which text is kept: without what nobody sees or what draws over the lines above."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ground.linkable import looks_like_a_link
from ground.refusals import NotAllowed
from ground.unseen import without_the_unseen

LINK = _("Her kan det ikke stå en nettadresse eller e-postadresse.")


def clean_line(text: str) -> str:
    """One line of what is seen; line breaks and runs of space become one space. Empty when nothing is to be seen.

    A letter with a mark is one sign where there is one for it (NFC): å, however the machine spells it.
    """
    line = unicodedata.normalize("NFC", " ".join(without_the_unseen(text).split()))
    return line if any(unicodedata.category(character)[0] in "LNPS" for character in line) else ""


def clean_lines(text: str) -> str:
    """The same of what may have several lines, which stay as they are."""
    lines = "\n".join(without_the_unseen(line).rstrip() for line in text.splitlines()).strip()
    return unicodedata.normalize("NFC", lines)


def clean_name(text: str) -> str:
    """A line that goes into mails as it is. Raises NotAllowed for one that a mail program would make a link of."""
    line = clean_line(text)
    if looks_like_a_link(line):
        raise NotAllowed(str(LINK))
    return line


class AnyLineField(forms.CharField):
    """One line of text that stands in no mail: what is looked for, the address of a page."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_line(text) if text else text


class LineField(AnyLineField):
    """One line of text. A name goes into mails as it is: a line or a link of its own there would look like ours."""

    default_error_messages = {"link": LINK}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if looks_like_a_link(value):
            raise ValidationError(self.error_messages["link"], code="link")


class LinesField(forms.CharField):
    """Text of several lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_lines(text) if text else text
