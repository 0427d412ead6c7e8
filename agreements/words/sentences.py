"""The smallest words that pages, mails and receipts are made of."""

from datetime import date, timedelta

from django.utils.formats import date_format


def day_in_words(day: date | None) -> str:
    return date_format(day) if day else ""


def last_day(day: date) -> str:
    """The last day before it, in words: what lapses on 1 January is answered until 31 December."""
    return day_in_words(day - timedelta(days=1))


def join(*sentences: str) -> str:
    """Join the sentences that are not empty."""
    return " ".join(sentence for sentence in sentences if sentence)
