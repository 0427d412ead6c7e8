"""The language of an element whose text is not in the page's."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organisations.bilingual import Words

register = template.Library()


@register.simple_tag
def lang(text: Words | str) -> SafeString | str:
    """` lang="nb"`, for the Norwegian that stands in where an English is missing."""
    if isinstance(text, Words) and text.is_foreign:
        return format_html(' lang="{}"', text.language)
    return ""
