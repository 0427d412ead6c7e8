"""Which language a page speaks, and a mail: the person's own; before sign-in the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from ground.mail_addresses import find_form
from organisations.models import User
from organisations.places.redirects import SAFE_METHODS

PARAMETER = "sprak"  # of an address: this page in that language


def language_of_the_person(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: speak the person's chosen language; before sign-in the one chosen in, or asked for by, the
    browser.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_known = request.user.is_authenticated
        language = language_of_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not is_known:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
            if asked_for(request):
                remember_language(response, language)
        return response

    return middleware


def language_of_request(request: HttpRequest) -> str:
    """What the address asks for, else the person's own, else what was chosen in this browser, or is asked for by it."""
    asked = asked_for(request)
    if asked:
        return asked
    if isinstance(request.user, User):
        return request.user.language
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if is_spoken(chosen) else language_of_the_browser(request)


def asked_for(request: HttpRequest) -> str:
    """The language that the address asks for; empty for none, and for one that we do not speak."""
    asked = request.GET.get(PARAMETER, "") if request.method in SAFE_METHODS else ""
    return asked if is_spoken(asked) else ""


def is_spoken(language: str) -> bool:
    """Whether the pages speak the language."""
    return language in User.Language.values


def language_of_the_browser(request: HttpRequest) -> str:
    """The first of the browser's languages that we speak; a reader of Nynorsk reads Bokmål rather than English."""
    speaks = {"nb": "nb", "nn": "nb", "no": "nb", "en": "en"}
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    bases = (code.split("-")[0] for code, _weight in asked)
    return next((speaks[base] for base in bases if base in speaks), settings.LANGUAGE_CODE)


def remember_language(response: HttpResponse, language: str) -> None:
    """Let this browser get the language from now on, when nobody is signed in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE, httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )  # fmt: skip


def language_of_receiver(address: str, *, of_a_stranger: str = User.Language.NORWEGIAN) -> str:
    """The language that the person with the address has chosen; `of_a_stranger` for an address that nobody has."""
    chosen = User.objects.filter(email=find_form(address)).values_list("language", flat=True).first()
    return chosen or of_a_stranger
