"""Which language a page speaks: the person's own; before sign-in the one chosen in this browser, or asked for by it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from organisations.models import User
from organisations.places.redirects import SAFE_METHODS

PARAMETER = "sprak"  # of an address: this page in that language


def language_of(request: HttpRequest) -> str:
    asked = asked_for(request)
    if asked:
        return asked
    if isinstance(request.user, User):
        return request.user.language
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if is_spoken(chosen) else language_of_the_browser(request)


def asked_for(request: HttpRequest) -> str:
    """What the address asks for; empty where it asks for none that we speak."""
    asked = request.GET.get(PARAMETER, "") if request.method in SAFE_METHODS else ""
    return asked if is_spoken(asked) else ""


def is_spoken(language: str) -> bool:
    return language in User.Language.values


def language_of_the_browser(request: HttpRequest) -> str:
    """The first that it asks for and we speak; who reads Nynorsk reads Bokmål rather than English."""
    speaks = {"nb": "nb", "nn": "nb", "no": "nb", "en": "en"}
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    bases = (code.split("-")[0] for code, _weight in asked)
    return next((speaks[base] for base in bases if base in speaks), settings.LANGUAGE_CODE)


def remember_language(response: HttpResponse, language: str) -> None:
    """Let this browser speak it to whoever is not signed in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE, httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )  # fmt: skip
