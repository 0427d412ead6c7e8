"""The number of requests that wait in one company."""

from django import template

register = template.Library()


@register.filter
def waiting_in(counts: dict[int, int], company_id: int) -> int:
    """Of my_services.waiting.waiting_requests, those of the company."""
    return counts.get(company_id, 0)
