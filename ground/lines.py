"""What is typed, in the one form in which text is kept: without what nobody sees or what draws over the lines above."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ground.linkable import looks_like_a_link
from ground.refusals import NotAllowed

# Drawn as nothing, though letters, marks or symbols by their category: fillers of scripts, and the empty braille cell.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
JOINERS = "\u200c\u200d"
VARIATION = re.compile(
    "[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)  # tells how what stands before is drawn
FLAG = re.compile("(\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f)")  # Scotland's, spelt with letters nobody sees
VIRAMA = 9  # the class of the mark that takes the vowel off a letter of an Indic script
MOST_MARKS = 4  # on one letter: a Hebrew one may need them; with dozens a name draws a line through the rows above
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


def without_the_unseen(text: str) -> str:
    """Without marks of direction, which make a name read as another one, and all else that only a computer sees."""
    if text.isascii():
        return text
    parts = FLAG.split(text)
    return "".join(part if FLAG.fullmatch(part) else "".join(seen(part)) for part in parts)


def seen(text: str) -> Iterator[str]:
    """The characters that are drawn, or that decide how their neighbours are; no more marks than a letter carries."""
    before, marks = " ", 0
    for character, after in zip(text, text[1:] + " ", strict=True):
        category = unicodedata.category(character)
        if character in BLANK:
            continue
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MOST_MARKS or (VARIATION.match(character) and not has_variations(before)):
                continue
        elif category == "Cf":
            if character not in JOINERS or not joins(before, after):
                continue
        elif category != "Mc":
            marks = 0
        before = character
        yield character


def joins(before: str, after: str) -> bool:
    """Whether a joiner between these is writing: between letters of one word, or between the parts of an emoji."""
    if is_of_a_word(before):
        return is_of_a_word(after) or unicodedata.combining(before) == VIRAMA or is_of_an_emoji(after)
    return is_of_an_emoji(before) and is_of_an_emoji(after)


def is_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def is_of_an_emoji(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sm", "Sk")


def has_variations(character: str) -> bool:
    """Letters of scripts with capitals have none, nor has a space."""
    return unicodedata.category(character) not in ("Ll", "Lu", "Lt", "Zs")
