"""What people have written to one another, in a mail of ours: none of it can be clicked."""

from ground.lines import clean_lines
from ground.linkable import BREAKS


def without_links(text: str) -> str:
    """The text with a space in each address of a page or mailbox, our own too, so that it can be read and not be
    clicked.
    """
    return BREAKS.sub(" ", clean_lines(text))
