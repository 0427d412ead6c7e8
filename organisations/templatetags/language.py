"""The other language, for the footer."""

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
    """The code and the name of the one that the page does not speak."""
    return next((code, name) for code, name in User.Language.choices if code != get_language())


@register.simple_tag(takes_context=True)
def in_language(context: dict[str, Any], code: str) -> str:
    """This page in that language, as the end of its address. Of a page without a request nothing else is known."""
    request: HttpRequest | None = context.get("request")
    asked = request.GET.dict() if request else {}
    return "?" + urlencode(asked | {PARAMETER: code})


@register.simple_tag(takes_context=True)
def this_page(context: dict[str, Any]) -> str:
    """Where a form of the footer leads back to: here, or to the page that was left for an address of a form's own."""
    request: HttpRequest = context["request"]
    if request.method in SAFE_METHODS:
        return request.get_full_path()
    return request.headers.get("Referer", "") or request.path
