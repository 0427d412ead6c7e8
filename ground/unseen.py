"""Characters that nobody sees: which they are, and text without them."""

import re
import unicodedata
from collections.abc import Iterator

# Drawn as nothing, though letters, marks or symbols by their category: fillers of scripts, and the empty braille cell.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
JOINERS = "\u200c\u200d"
# They tell how the sign before them is drawn.
VARIATION = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
FLAG = re.compile("(\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f)")  # Scotland's, spelt with letters nobody sees
VIRAMA = 9  # the class of the mark that takes the vowel off a letter of an Indic script
MOST_MARKS = 4  # on one letter: a Hebrew one may need them; with dozens a name draws a line through the rows above


def without_the_unseen(text: str) -> str:
    """The text without unseen characters, but for those that decide how a letter or an emoji beside them is drawn.

    Marks of direction, which make a name read as another one, go, and so do more marks than a letter carries.
    """
    if text.isascii():
        return text
    parts = FLAG.split(text)
    return "".join(part if FLAG.fullmatch(part) else "".join(seen(part)) for part in parts)


def without_all_unseen(text: str) -> str:
    """The text without any unseen character, also those that would change how others are drawn."""
    if text.isascii():
        return text
    return "".join(character for character in text if not is_unseen(character))


def is_unseen(character: str) -> bool:
    """Whether the character is not drawn itself."""
    return unicodedata.category(character) == "Cf" or character in BLANK or bool(VARIATION.match(character))


def seen(text: str) -> Iterator[str]:
    """Yield the characters that are drawn, or decide how their neighbours are; of one letter's marks the first
    MOST_MARKS.
    """
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
    """Whether a joiner between the two belongs there: between letters of one word, or between parts of an emoji."""
    if is_of_a_word(before):
        return is_of_a_word(after) or unicodedata.combining(before) == VIRAMA or is_of_an_emoji(after)
    return is_of_an_emoji(before) and is_of_an_emoji(after)


def is_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"


def is_of_an_emoji(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sm", "Sk")


def has_variations(character: str) -> bool:
    """Whether the character can be drawn in several ways. Letters of scripts with capitals cannot, nor can a space."""
    return unicodedata.category(character) not in ("Ll", "Lu", "Lt", "Zs")
