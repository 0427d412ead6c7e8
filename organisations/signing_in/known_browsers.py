"""A browser that a person has signed in with before: what others try does not lock that one out.

OWASP calls it a device cookie. It names the person and opens nothing: who has it may try a password some times more.
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
    """Give the browser of whoever is signed in the cookie, and a new one once the password is another."""

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
    """The name of this browser if the person with the address has signed in with it, otherwise nothing."""
    user = User.objects.filter(pk=number_in_cookie(request), email=find_form(email)).first()
    return browser_known_to(user, request) if user else ""


def person_known_to_browser(request: HttpRequest) -> int | None:
    """The id of the person who signed in with this browser last; None where nobody has."""
    user = User.objects.filter(pk=number_in_cookie(request)).first()
    return user.pk if user and browser_known_to(user, request) else None


def number_in_cookie(request: HttpRequest) -> int:
    """The person's id that the cookie says it is for; 0, which nobody has, for none."""
    number = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "").partition(".")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0


def browser_known_to(user: User, request: HttpRequest) -> str:
    """The name in the cookie if it was made for this person and this password, otherwise nothing."""
    number, _dot, rest = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "").partition(".")
    name, _dot, signature = rest.partition(".")
    is_made_here = number == str(user.pk) and constant_time_compare(signature, sign(user, name))
    return name if is_made_here else ""


def sign(user: User, name: str) -> str:
    return salted_hmac(
        "organisations.signing_in.known_browsers", f"{user.pk}.{name}.{user.password}", algorithm="sha256"
    ).hexdigest()
