"""What is kept in Norwegian with its English beside, and the mark on the Norwegian that stands in."""

import pytest
from django.template import Context, Template
from django.utils import translation

from organisations.bilingual import in_the_readers_language

ELEMENT = Template("{% load bilingual %}<p{% lang text %}>{{ text }}</p>")


@pytest.mark.parametrize(
    ("language", "english", "written"),
    [
        ("nb", "Free & easy", "<p>Gratis &amp; lett</p>"),
        ("nb", "", "<p>Gratis &amp; lett</p>"),
        ("en", "Free & easy", "<p>Free &amp; easy</p>"),
        ("en", "", '<p lang="nb">Gratis &amp; lett</p>'),
    ],
)
def test_who_reads_english_gets_it_where_there_is_any(language, english, written):
    with translation.override(language):
        text = in_the_readers_language("Gratis & lett", english)

        assert ELEMENT.render(Context({"text": text})) == written


def test_what_is_empty_or_has_no_language_is_not_marked():
    with translation.override("en"):
        for text in (in_the_readers_language("", ""), "Ørsta Rør AS", None):
            assert " lang=" not in ELEMENT.render(Context({"text": text}))
