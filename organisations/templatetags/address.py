"""{{ person.email|address }}: an address as people read it. Every template may use it (settings.TEMPLATES)."""

from django import template

from ground.mail_addresses import shown_address

register = template.Library()


@register.filter
def address(stored: str | None) -> str:
    return shown_address(stored or "")
