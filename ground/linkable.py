"""Text that a mail program would make a link of though nobody wrote one: how it is found, and broken."""

import re
from html import unescape

from django.utils.html import escape
from fido2.rpid import suffixes

from ground.mail_addresses import NoAddress, address_form

DOT = "[.\uff0e\u3002\uff61\u2024\ufe52]"  # browsers read them all as the dot of a domain
COLON = "[:\uff1a\ufe55\ua789\u2236]"
SLASH = r"[/\\\uff0f\u2044\u2215\u29f8\uff3c\ufe68]"
LAST_LABEL = r"(?:xn--[a-z0-9-]+|[^\W\d_]{2,})"
HOST = rf"[^\W_](?:[\w-]|{DOT}(?=[^\W_]))*{DOT}{LAST_LABEL}"
BY_NUMBER = rf"\b\d{{1,3}}(?:{DOT}\d{{1,3}}){{3}}"
SCHEME = re.compile(
    rf"{COLON}{SLASH}{{2}}|{SLASH}{{2}}(?={HOST})|\bwww{DOT}(?=[^\W_])"
    rf"|\b(?:h[tx]{{2}}ps?|ftp|mailto|javascript){COLON}(?=\S)",
    re.IGNORECASE,
)
WITH_A_PATH = re.compile(rf"(?:{HOST}|{BY_NUMBER}|\blocalhost)(?:{COLON}\d|{SLASH}|[?#]\S)", re.IGNORECASE)
NAME = re.compile(rf"(?!\d)(?:[\w-]+{DOT})*[^\W\d_][\w-]*")
# What a domain can end in: of the public ones the list that the passkeys go by, and those of a house's own network.
TOP_LEVEL = {name.removeprefix("*.") for name in suffixes if "." not in name.removeprefix("*.")} | {
    "example", "internal", "invalid", "lan", "local", "localhost", "onion", "test",
}  # fmt: skip
MAILBOX = re.compile(rf"\S@{HOST}")
ODD_DOT = re.compile("[^\\W_][\uff0e\u3002\uff61\u2024\ufe52][^\\W\\d_]")  # nobody writes a name with these
BREAKS = re.compile(
    rf"(?<=[\w\]-]{DOT})(?=[^\W\d_]{{2}})|(?<=\w{COLON})(?={SLASH}{{2}})|(?<=\bwww{DOT})(?=\w)"
    rf"|(?<=\d{DOT})(?=\d{{1,3}}(?:{DOT}\d{{1,3}}){{2}}(?!\d))|(?<=\blocalhost:)(?=\d)",
    re.IGNORECASE,
)
AROUND = "()<>[]{},;:!?\"'«»“”‘’…"  # what may stand round an address in a sentence
OWN_PATH = re.compile(r"(?:[/?#][\w/~:.?=&%#+!*-]*)?")
TAG = re.compile(r"(<style\b.*?</style>|<[^>]*>)", re.DOTALL | re.IGNORECASE)


def looks_like_a_link(name: str) -> bool:
    """Whether the text holds the address of a page or a mailbox, or something made to be read as one.

    A bare `firma.no` does not count, since companies are called so; nor do two names with a slash (`is_two_names`).
    """
    if SCHEME.search(name) or MAILBOX.search(name) or ODD_DOT.search(name):
        return True
    return any(WITH_A_PATH.search(word) and not is_two_names(word) for word in name.split())


def is_two_names(word: str) -> bool:
    """Whether the text is one name, a slash and one name: «Br.Olsen/Hansen», «Node.js/React», not «Evil.Shop/Login».

    Both begin with a capital, and what stands after the last dot of either is no top-level domain, so no mail program
    makes a link of it.
    """
    names = word.strip(AROUND).split("/")
    return len(names) == 2 and all(NAME.fullmatch(name) and name[0].isupper() and not is_host(name) for name in names)


def is_host(name: str) -> bool:
    _first, *more = re.split(DOT, name.lower())
    return bool(more) and (more[-1] in TOP_LEVEL or more[-1].startswith("xn--"))


def break_links(text: str, *, own: str) -> str:
    """The text with a space in everything that a mail program would make a link of.

    Addresses that begin with `own` (our own pages) and addresses of mailboxes stay whole.
    """
    return re.sub(r"\S+", lambda word: word[0] if is_whole(word[0], own) else BREAKS.sub(" ", word[0]), text)


def break_links_in_html(html: str, *, own: str) -> str:
    """The HTML with its readable text treated like `break_links`; tags and style stay as they are."""
    parts = TAG.split(html)
    parts[::2] = [escape(broken) if (broken := break_links(text, own=own)) != text else part
                  for part, text in ((part, unescape(part)) for part in parts[::2])]  # fmt: skip
    return "".join(parts)


def is_whole(word: str, own: str) -> bool:
    """Whether the word is one of our own addresses or a mailbox's, and nothing besides."""
    bare = word.lstrip(AROUND).rstrip(AROUND + ".")
    if bare.startswith(own):
        return bool(OWN_PATH.fullmatch(bare.removeprefix(own)))
    try:
        return not re.search(r"[/?#\\:]", bare) and bool(address_form(bare))
    except NoAddress:
        return False
