"""The footer's switch to the other language."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import get_language

from organisations.language import PARAMETER
from organisations.models import User
from organisations.places.redirects import SAFE_METHODS

register = template.Library()


@register.simple_tag
def other_language() -> tuple[str, str]:
    """Code and name of the language that the page does not speak."""
    return next((code, name) for code, name in User.Language.choices if code != get_language())


@register.simple_tag(takes_context=True)
def in_language(context: dict[str, Any], code: str) -> str:
    """The query of this page's address in the language; without a request nothing else of the address is known."""
    request: HttpRequest | None = context.get("request")
    asked = request.GET.dict() if request else {}
    return "?" + urlencode(asked | {PARAMETER: code})


@register.simple_tag(takes_context=True)
def this_page(context: dict[str, Any]) -> str:
    """Where a form of the footer leads back to: this page, or the one that was left for a form's own address."""
    request: HttpRequest = context["request"]
    if request.method in SAFE_METHODS:
        return request.get_full_path()
    return request.headers.get("Referer", "") or request.path
