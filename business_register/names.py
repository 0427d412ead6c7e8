"""Whether two spellings are of one name: a unit's, a person's, an address's."""

import re
import unicodedata

SPELLED = str.maketrans({"æ": "ae", "ä": "ae", "ø": "o", "ö": "o", "å": "aa", "ð": "d", "đ": "d", "ł": "l", "ß": "ss"})
FORMS = {"as", "asa", "ans", "da", "sa", "ba", "enk", "nuf", "ks", "iks", "sti", "fli"}
FULL_FORMS = re.compile(r"\b(aksjeselskap(et)?|ansvarlig selskap|enkeltpersonforetak(et)?|samvirkeforetak(et)?)\b")


def words_of(text: str) -> list[str]:
    """The words in small letters without marks and signs: "Å. Øye-Lie" is aa, oye, lie."""
    spelled = unicodedata.normalize("NFC", text).casefold().translate(SPELLED)
    plain = "".join(one for one in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(one))
    return re.findall(r"[^\W_]+", re.sub(r"(?<=\w)[.’'`´](?=\w)", "", plain).replace("&", " og "))


def is_same_name(one: str, other: str) -> bool:
    """Whether two names of units differ in letter case, signs, spaces and the short form of the company alone."""
    return plain_name(one) == plain_name(other)


def plain_name(text: str) -> str:
    words = words_of(FULL_FORMS.sub(" ", text.casefold()))
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    if len(words) > 1 and words[0] == "as":
        words.pop(0)
    return "".join(words)


def is_same_person(one: str, other: str) -> bool:
    """Whether two names may be of one person: the first and the last name agree, others may be left out."""
    mine, theirs = words_of(one), words_of(other)
    if sorted(mine) == sorted(theirs):
        return bool(mine)
    shorter, longer = sorted((mine, theirs), key=len)
    is_part = len(shorter) >= 2 and set(shorter) <= set(longer)
    return is_part and shorter[0] == longer[0] and shorter[-1] == longer[-1]


def is_same_place(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two addresses differ in letter case, signs and spaces alone."""
    return ["".join(words_of(part)) for part in one] == ["".join(words_of(part)) for part in other]
