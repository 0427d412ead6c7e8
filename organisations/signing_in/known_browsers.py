"""Browsers that a person has signed in with before: other people's wrong tries do not lock these out.

OWASP calls it a device cookie. It names the person and opens nothing: its holder may try a password some times more.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from ground.mail_addresses import find_form
from organisations.models import User

COOKIE_AGE = 400 * 24 * 3600  # seconds; browsers keep none longer


def remember_browser(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: give the browser of a signed-in person the cookie, and a new one after a change of password."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = request.user
        if isinstance(user, User) and not browser_known_to(user, request):
            name = secrets.token_urlsafe(16)
            response.set_cookie(
                settings.KNOWN_BROWSER_COOKIE_NAME,
                f"{user.pk}.{name}.{sign(user, name)}",
                max_age=COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def known_browser(request: HttpRequest, email: str) -> str:
    """The browser's name if the person with the address has signed in with it, else empty."""
    user = User.objects.filter(pk=number_in_cookie(request), email=find_form(email)).first()
    return browser_known_to(user, request) if user else ""


def person_known_to_browser(request: HttpRequest) -> int | None:
    """The id of the person who signed in with this browser last; None where nobody has."""
    user = User.objects.filter(pk=number_in_cookie(request)).first()
    return user.pk if user and browser_known_to(user, request) else None


def number_in_cookie(request: HttpRequest) -> int:
    """The user's id in the cookie; 0, which nobody has, where there is none."""
    number = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "").partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0


def browser_known_to(user: User, request: HttpRequest) -> str:
    """The browser's name if its cookie was made for this user and password, else empty."""
    number, _dot, rest = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "").partition(".")
    name, _dot, signature = rest.partition(".")
    is_made_here = number == str(user.pk) and constant_time_compare(signature, sign(user, name))
    return name if is_made_here else ""


def sign(user: User, name: str) -> str:
    """The cookie's signature, which the user's password is part of."""
    return salted_hmac("known browser", f"{user.pk}.{name}.{user.password}", algorithm="sha256").hexdigest()
