"""The lang attribute of an element whose text is not in the page's language."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from organisations.bilingual import Words

register = template.Library()


@register.simple_tag
def lang(text: Words | str) -> SafeString | str:
    """` lang="nb"` for a Norwegian text that stands in for a missing English one; else empty."""
    if isinstance(text, Words) and text.is_foreign:
        return format_html(' lang="{}"', text.language)
    return ""
