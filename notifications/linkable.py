"""What a mail program would make a link of, though nobody wrote one: found in names, and broken in mails."""

import re
from html import unescape

from django.utils.html import escape

from notifications.addresses import NoAddress, address_form

DOT = "[.\uff0e\u3002\uff61\u2024\ufe52]"  # browsers read them all as the dot of a domain
HOST = rf"[^\W_](?:[\w-]|{DOT}(?=[^\W_]))*{DOT}[^\W\d_]{{2,}}"
SCHEME = re.compile(rf"://|:\\\\|\bwww{DOT}(?=[^\W_])", re.IGNORECASE)  # hxxp:// too
WITH_A_PATH = re.compile(rf"{HOST}(?::\d|[/\\]|[?#]\S)")
MAILBOX = re.compile(rf"\S@{HOST}")
ODD_DOT = re.compile("[^\\W_][\uff0e\u3002\uff61\u2024\ufe52][^\\W\\d_]")  # nobody writes a name with these
BREAKS = re.compile(rf"(?<=[\w\]-]{DOT})(?=[^\W\d_]{{2}})|(?<=\w:)(?=//|\\\\)|(?<=\bwww{DOT})(?=\w)", re.IGNORECASE)
AROUND = "()<>[]{},;:!?\"'«»“”‘’…"  # what may stand round an address in a sentence
OWN_PATH = re.compile(r"(?:[/?#][\w/~:.?=&%#+!*-]*)?")
TAG = re.compile(r"(<style\b.*?</style>|<[^>]*>)", re.DOTALL | re.IGNORECASE)


def looks_like_a_link(name: str) -> bool:
    """Whether the text holds an address of a page or a mailbox, or what is made to be read as one.

    A bare `firma.no` is none: companies are called so.
    """
    if SCHEME.search(name) or MAILBOX.search(name) or ODD_DOT.search(name):
        return True
    return any(not is_surname(re.split(r"[/\\?#:]", found[0])[0]) for found in WITH_A_PATH.finditer(name))


def is_surname(host: str) -> bool:
    """Whether what stands before the slash is a name without a space: «Br.Olsen/Hansen», not «evil.shop/login»."""
    last = re.split(DOT, host)[-1]
    return len(last) > 3 and last.istitle()


def break_links(text: str, *, own: str) -> str:
    """The text with a space in everything that a mail program would make a link, so that none will.

    `own` is the beginning of our own pages' addresses; these, and addresses of mailboxes, stay whole.
    """
    return re.sub(r"\S+", lambda word: word[0] if is_whole(word[0], own) else BREAKS.sub(" ", word[0]), text)


def break_links_in_html(html: str, *, own: str) -> str:
    """The same of what is read of a page of HTML: its tags and its style stay as they are."""
    parts = TAG.split(html)
    parts[::2] = [escape(broken) if (broken := break_links(text, own=own)) != text else part
                  for part, text in ((part, unescape(part)) for part in parts[::2])]  # fmt: skip
    return "".join(parts)


def is_whole(word: str, own: str) -> bool:
    """Whether it is an address of ours, or a mailbox's, with nothing else in it."""
    bare = word.lstrip(AROUND).rstrip(AROUND + ".")
    if bare.startswith(own):
        return bool(OWN_PATH.fullmatch(bare.removeprefix(own)))
    try:
        return not re.search(r"[/?#\\:]", bare) and bool(address_form(bare))
    except NoAddress:
        return False
