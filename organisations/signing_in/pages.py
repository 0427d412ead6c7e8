"""The pages for signing in and for a new proof, all of which keep where the person was going."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from allauth.account import app_settings
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from ground.mail_addresses import find_form, shown_address
from organisations.models import User
from organisations.places.redirects import name_of_page, safe_next, with_next
from organisations.signing_in.proofs import is_fresh

AGAIN = "igjen"  # in the address of one that is led back to, which says why
SIGNING_IN = {
    "account_login",
    "account_signup",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
PROVING = {
    "account_reauthenticate",
    "account:reauthenticate-by-code",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
PAGES = SIGNING_IN | PROVING
TRIED_TOO_OFTEN = "tried_too_often"  # on a request whose form was refused for that
COUNTS = ("login_failed", "login_failed_known_browser", "request_login_code")  # of what a form is refused for


def carry_next(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: keep `next` where allauth forgets it on the way from one of these pages to another.

    It does so after a passkey that was not taken, and where code or second step is no longer waited for. The second
    step itself knows where it leads.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        location, wanted = response.headers.get("Location", ""), safe_next(request, "")
        leads_back = (
            is_one_of_them(request)
            and location.startswith("/")
            and name_of_page(location) in PAGES - {"mfa_authenticate"}
        )
        if wanted and leads_back and REDIRECT_FIELD_NAME not in parse_qs(urlsplit(location).query):
            response.headers["Location"] = with_next(location, wanted)
        return response

    return middleware


def say_too_often(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: give a form that allauth refuses for too many tries the status 429 and a Retry-After.

    `AccountAdapter.validation_error` marks the request. The hour is when the slowest of allauth's counts is over.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, TRIED_TOO_OFTEN, False) and response.status_code == 200:
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds_of_the_longest_count())
        return response

    return middleware


def seconds_of_the_longest_count() -> int:
    """How long the slowest of the counts in COUNTS lasts."""
    rates = [rate for action in COUNTS for rate in parse_rates(app_settings.RATE_LIMITS.get(action))]
    return max(int(rate.duration) for rate in rates)


def keep_who_is_signed_in(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: do nothing with a sign-in form of another tab that names another address, and say so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or name_of_page(request.path) not in SIGNING_IN or not is_of_another(request):
            return get_response(request)
        assert isinstance(request.user, User)
        who = {"email": shown_address(request.user.email)}
        messages.warning(
            request,
            _("Du er logget inn som %(email)s. Logg ut først hvis du vil logge inn med en annen adresse.") % who,
        )
        return redirect("account:detail")

    return middleware


def is_of_another(request: HttpRequest) -> bool:
    """Whether the form names another address than the signed-in person's."""
    typed = request.POST.get("login") or request.POST.get("email") or ""
    return bool(typed) and isinstance(request.user, User) and find_form(typed) != request.user.email


def is_one_of_them(request: HttpRequest) -> bool:
    """Whether the request is to one of PAGES."""
    return request.resolver_match is not None and request.resolver_match.view_name in PAGES


def lead_on(request: HttpRequest, name: str) -> HttpResponse:
    """The answer to a form of the page `name`, or of signing out, whose token is older than the browser's.

    A person who has signed in or proved himself meanwhile comes to where the form leads; anybody else to the page anew.
    """
    wanted, is_signed_in = safe_next(request, ""), request.user.is_authenticated
    if is_signed_in and (name in SIGNING_IN or (name in PROVING and is_fresh(request))):
        return redirect(wanted or settings.LOGIN_REDIRECT_URL)
    page = request.path if is_signed_in or name in SIGNING_IN else resolve_url(settings.LOGIN_URL)
    return redirect(with_next(page, wanted, **{AGAIN: "1"}))
