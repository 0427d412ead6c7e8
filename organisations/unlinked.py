"""What people have written, in a mail of ours: no program makes a link of it."""

import re

from organisations.lines import clean_lines

# A dot before a letter makes a host to a mail program, and so do the dots of other scripts that browsers read as one.
DOT = re.compile(r"(?<=\S)[.\u3002\uff0e\uff61](?=[^\W\d_])")
SCHEME = re.compile(r"(?<=\w):(?=//)")


def without_links(text: str) -> str:
    """The text with a space in each address of a page or a mailbox, so that it can be read and not be pressed."""
    return SCHEME.sub(": ", DOT.sub(". ", clean_lines(text)))
