"""What is kept in Norwegian, with its English beside where there is any: which of the two a person reads."""

from django.conf import settings
from django.utils.translation import get_language


class Words(str):
    """A text that knows which language it is in."""

    language: str

    def __new__(cls, text: str, language: str) -> "Words":
        words = super().__new__(cls, text)
        words.language = language
        return words

    @property
    def is_foreign(self) -> bool:
        """On the page, or in the mail, that is being written now."""
        return bool(self) and self.language != get_language()


def in_the_readers_language(norwegian: str, english: str) -> Words:
    """The English to who reads English, where there is one; else the Norwegian."""
    if english and get_language() == "en":
        return Words(english, "en")
    return Words(norwegian, settings.LANGUAGE_CODE)
