"""Text that is kept in Norwegian with an optional English beside it: which of the two a reader gets."""

from django.conf import settings
from django.utils.translation import get_language


class Words(str):
    """A text that knows its language."""

    language: str

    def __new__(cls, text: str, language: str) -> "Words":
        words = super().__new__(cls, text)
        words.language = language
        return words

    @property
    def is_foreign(self) -> bool:
        """Whether the text's language is another than that of the page or mail that is being written."""
        return bool(self) and self.language != get_language()


def in_the_readers_language(norwegian: str, english: str) -> Words:
    """The English to a reader of English, where there is one; else the Norwegian."""
    if english and get_language() == "en":
        return Words(english, "en")
    return Words(norwegian, settings.LANGUAGE_CODE)
