"""What people have written to one another, in a mail of ours: nothing in it can be pressed, our own pages neither."""

from ground.lines import clean_lines
from ground.linkable import BREAKS


def without_links(text: str) -> str:
    """The text with a space in each address of a page or a mailbox, so that it can be read and not be pressed."""
    return BREAKS.sub(" ", clean_lines(text))
