"""Names as PostgreSQL compares them: what finds them, and the order in which they are listed.

The functions are made by organisations' migration 0003. They give the same on every server, whatever its locale, and
whether or not it has been built with ICU.
"""

from functools import lru_cache

from django.db import connection, models


class SearchedForm(models.Func):
    """Text as it is searched: small letters and digits alone, without marks, words a space apart ("as blomster")."""

    function = "searched_form"
    output_field = models.TextField()


class SearchedTogether(models.Func):
    """The searched form, with the parts of each word in one: "24-7" is "247"."""

    function = "searched_together"
    output_field = models.TextField()


class NorwegianOrder(models.Func):
    """A name's place in a Norwegian list: É with E, Č with C, … Z Æ Ø Å. Letters count before marks and capitals."""

    function = "norwegian_order"
    template = '%(function)s(%(expressions)s) COLLATE "C"'
    output_field = models.TextField(db_collation="C")


@lru_cache(maxsize=1000)
def searched_words(typed: str) -> list[list[list[str]]]:
    """The words to look for, each with its ways: all parts of one of them must be found ("24-7": 24 and 7, or 247).

    A word of which nothing can be searched, such as "&", is left out. One query, and none for what was asked lately:
    the database's functions give the same for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_to_array(searched_form(word), ' '), string_to_array(searched_together(word), ' ') "
            "FROM unnest(%s::text[]) AS word",
            [list(dict.fromkeys(typed.split()))],
        )
        found = [[apart] if apart == together else [apart, together] for apart, together in cursor.fetchall()]
    return [ways for ways in found if ways[0]]
