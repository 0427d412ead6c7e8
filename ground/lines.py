"""Typed text in the one form in which it is stored: NFC, without characters that nobody sees."""

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
    """The text as one line: line breaks and runs of space become one space. Empty when nothing of it can be seen.

    A letter with a mark is one character where there is one for it (NFC): å, however the machine spells it.
    """
    line = unicodedata.normalize("NFC", " ".join(without_the_unseen(text).split()))
    return line if any(unicodedata.category(character)[0] in "LNPS" for character in line) else ""


def clean_lines(text: str) -> str:
    """The text cleaned like `clean_line`, with its line breaks."""
    lines = "\n".join(without_the_unseen(line).rstrip() for line in text.splitlines()).strip()
    return unicodedata.normalize("NFC", lines)


def clean_name(text: str) -> str:
    """The text as one line for mails. Raises NotAllowed where a mail program would make a link of it."""
    line = clean_line(text)
    if looks_like_a_link(line):
        raise NotAllowed(str(LINK))
    return line


class AnyLineField(forms.CharField):
    """A field of one line that no mail shows: a search, the address of a page."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_line(text) if text else text


class LineField(AnyLineField):
    """A field of one line that mails show, such as a name: it refuses what a mail program would make a link of.

    What is too long is refused for that alone: looking for links takes the square of its length.
    """

    default_error_messages = {"link": LINK}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.max_length is not None and len(value) > self.max_length:
            return
        if looks_like_a_link(value):
            raise ValidationError(self.error_messages["link"], code="link")


class LinesField(forms.CharField):
    """A field of several lines."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return clean_lines(text) if text else text
