"""Requests that are answered instead of read: too large, too slow, or by a method that nothing here knows.

The gate (byra.gate) bounds what comes in, and hands on only why it stopped; the page is made here, and here alone is
said how much an address takes. Under any other server the bound holds as well, by what the head says.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from byra.error_pages import bare_page, try_again
from organisations.places.redirects import name_of_page

REFUSAL = "byra.refusal"  # where the gate leaves the status in request.META
METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def refuse(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: the page for a request that the gate has refused, or that says itself that it is too large."""

    def middleware(request: HttpRequest) -> HttpResponse:
        status = request.META.get(REFUSAL)
        if status is None and declared_length(request.META) > limit_of(request):
            status = 413
        if status == 503:
            return try_again(request, is_undone=True)
        if status is not None:
            return bare_page(request, status)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware


def declared_length(environ: dict[str, Any]) -> int:
    """The bytes of the body as the head tells; 0 where it tells nothing that can be read."""
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text[:20]) if text.isascii() and text.isdecimal() else 0


def limit_of(request: HttpRequest) -> int:
    """The most bytes that the body may have: settings.BODY_LIMIT, or settings.BODY_LIMITS of an address that takes
    more, for who is signed in.
    """
    larger = settings.BODY_LIMITS and settings.BODY_LIMITS.get(name_of_page(request.path_info))
    return larger if larger and is_signed_in(request) else settings.BODY_LIMIT


def is_signed_in(request: HttpRequest) -> bool:
    """By the session alone, before any middleware has looked at it."""
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return get_user(request).is_authenticated
