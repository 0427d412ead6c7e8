"""The hidden field by which a form says for which firm or company it was written."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def place_field(context) -> SafeString | str:
    """The current firm's or company's id; CurrentPlaceMiddleware refuses a form that was written for another one."""
    places = getattr(context["request"], "places", [])
    current = next((place for place in places if place.is_current), None)
    return format_html('<input type="hidden" name="{}" value="{}">', current.field_name, current.pk) if current else ""
