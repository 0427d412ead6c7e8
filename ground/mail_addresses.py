"""The one form in which an e-mail address is stored, compared and mailed to."""

import re
import unicodedata

import idna
from django.db.models import Q

from ground.unseen import without_all_unseen

LONGEST = 254  # characters of an address; RFC 5321, 4.5.3.1.3
LONGEST_NAME = 64  # characters of what stands before @; RFC 5321, 4.5.3.1.1
LONGEST_TYPED = 4 * LONGEST  # more is not even read: what nobody sees may stand in it, but not without end
ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
NAME = re.compile(rf"{ATOM}(?:\.{ATOM})*")  # what stands before @; RFC 5321, 4.1.2, without quotes
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"(?:{LABEL}\.)+(?=[a-z]){LABEL}(?<=..)")
STORED = r"^[!-@\[-~]*$"  # of the form, as much as a database can say: ASCII without space and without capitals


class NoAddress(ValueError):
    """Raised for text that no mail of ours can go to.

    `part` says what is wrong: the "shape", the "name" before @, its "length", or the "domain".
    """

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def address_form(text: str) -> str:
    """The form of a typed address: without unseen characters and space round it, in small letters, the domain as
    A-labels.

    Two spellings of one mailbox give the same form, and a form gives itself. Raises NoAddress for text that no mail can
    go to, and for a domain that would be shown otherwise than it was typed, since its reader would take it for another
    one.
    """
    typed = without_all_unseen(text[: LONGEST_TYPED + 1]).strip()
    name, at, domain = typed.rpartition("@")
    if not (at and name and domain) or len(text) > LONGEST_TYPED:
        raise NoAddress("shape")
    name = name.lower() if name.isascii() else name
    if not NAME.fullmatch(name):
        raise NoAddress("name" if not name.isascii() else "shape")
    if len(name) > LONGEST_NAME:
        raise NoAddress("length")
    form = f"{name}@{domain_form(domain)}"
    if len(form) > LONGEST:
        raise NoAddress("shape")
    return form


def domain_form(domain: str) -> str:
    """The domain as A-labels (UTS 46, IDNA 2008). Raises NoAddress."""
    typed = unicodedata.normalize("NFC", domain).lower()
    try:
        form = idna.encode(typed, uts46=True, std3_rules=True).decode()
        shown = idna.decode(form)
    except UnicodeError as error:
        raise NoAddress("shape" if domain.isascii() and "xn--" not in typed else "domain") from error
    labels = [part.split(".") for part in (typed, form, shown)]
    is_same = len({len(part) for part in labels}) == 1 and all(one in (a, u) for one, a, u in zip(*labels, strict=True))
    if not is_same or without_all_unseen(shown) != shown:
        raise NoAddress("domain")
    if not DOMAIN.fullmatch(form):
        raise NoAddress("shape")
    return form


def find_form(text: str) -> str:
    """What to look for among stored addresses: the form of the text, or the text in small letters where it has none."""
    try:
        return address_form(text)
    except NoAddress:
        return text.strip().lower()


def shown_address(address: str) -> str:
    """The stored form as people read it, with æ, ø and å. Text that is no address comes back as it is.

    A label that mixes the letters of two scripts, to look like another one, stays as it is stored.
    """
    name, at, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    return name + at + ".".join(shown_label(label) for label in domain.split("."))


def shown_label(label: str) -> str:
    """One label of a domain as people read it; as it is stored where it mixes scripts or cannot be decoded."""
    if not label.startswith("xn--"):
        return label
    try:
        shown = idna.decode(label)
    except UnicodeError:
        return label
    scripts = {unicodedata.name(letter, "").split()[0] for letter in shown if letter.isalpha()}
    return shown if len(scripts) == 1 else label


def searched_address(text: str) -> str:
    """What to look for when part of an address was typed: each label of its domain as it is stored."""
    name, at, domain = unicodedata.normalize("NFC", text.strip()).lower().rpartition("@")
    return name + at + ".".join(searched_label(label) for label in domain.split("."))


def searched_label(label: str) -> str:
    """One label of a domain as it is stored; as it was typed where it cannot be encoded."""
    try:
        return label if label.isascii() else idna.encode(label, uts46=True).decode()
    except UnicodeError:
        return label


def in_its_form(column: str) -> Q:
    """The condition of a constraint: as much of `address_form` as a database can check. An empty column passes."""
    return Q(**{f"{column}__regex": STORED})
