from django import template

from collaboration.progress.states import badge_of

register = template.Library()


@register.inclusion_tag("components/badge.html")
def state_badge(state: str) -> dict[str, str]:
    """The badge of a State, or of the Status in which a request was closed."""
    return badge_of(state)._asdict()
