"""The pages for signing in and for proving oneself again: where one was going stays known on all of them."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve

from organisations.redirects import safe_next
from organisations.sign_in import is_fresh

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


def carry_next(get_response: Callable[[HttpRequest], HttpResponse]):
    """From one of these pages back to another allauth forgets `next` here and there: after a passkey that was not
    taken, and where the code or the second step is no longer waited for. The second step itself knows it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        location, wanted = response.headers.get("Location", ""), safe_next(request, "")
        leads_back = is_one_of_them(request) and name_of(location) in PAGES - {"mfa_authenticate"}
        if wanted and leads_back and REDIRECT_FIELD_NAME not in parse_qs(urlsplit(location).query):
            response.headers["Location"] = add_to_query(location, {REDIRECT_FIELD_NAME: wanted})
        return response

    return middleware


def is_one_of_them(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name in PAGES


def name_of(address: str) -> str:
    """The name of the page at one of our addresses; empty for any other."""
    try:
        return resolve(urlsplit(address).path).view_name if address.startswith("/") else ""
    except (Resolver404, ValueError):
        return ""


def add_to_query(address: str, values: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"


def lead_on(request: HttpRequest, name: str) -> HttpResponse:
    """The answer to a form of the page `name` (or of signing out) that is older than the browser's token.

    Who has signed in, or proved himself, meanwhile comes to where the form was to lead; anybody else to the page anew.
    """
    wanted, is_signed_in = safe_next(request, ""), request.user.is_authenticated
    if is_signed_in and (name in SIGNING_IN or (name in PROVING and is_fresh(request))):
        return redirect(wanted or settings.LOGIN_REDIRECT_URL)
    page = request.path if is_signed_in or name in SIGNING_IN else resolve_url(settings.LOGIN_URL)
    return redirect(add_to_query(page, {AGAIN: "1"} | ({REDIRECT_FIELD_NAME: wanted} if wanted else {})))
