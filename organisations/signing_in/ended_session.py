"""Requests without a session, and forms from another one: nothing is done, and what was typed is kept."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from organisations.forms.kept import keep_form, page_of_the_form
from organisations.places.in_address import tell_place
from organisations.places.redirects import SAFE_METHODS
from organisations.signing_in.pages import PAGES, lead_on


class LeadToSignInMiddleware:
    """Leads to the sign-in with the place in `next`, and keeps what was typed.

    Django's own middleware comes after it, and refuses whatever this one lets through.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.method not in SAFE_METHODS:
            if keep_form(request, needs_proof=True):
                messages.warning(
                    request, _("Du er logget ut, og ingenting er sendt. Det du skrev, står der når du har logget inn.")
                )
            else:
                messages.warning(request, _("Du er logget ut, og ingenting er sendt eller lagret."))
        address = sign_in_address(request)
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def sign_in_address(request) -> str:
    """The sign-in's address, which leads back to the asked page, or to the sent form's, in its place."""
    is_page = request.method in SAFE_METHODS and not request.htmx
    back = request.get_full_path() if is_page else page_of_the_form(request)
    return redirect_to_login(tell_place(request, back), resolve_url(settings.LOGIN_URL)).url


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is not the browser's (settings.CSRF_FAILURE_VIEW): nothing is done.

    A form for signing in or out leads on. What was typed into any other is kept, if it was typed on our page.
    """
    match = request.resolver_match
    name = match.view_name if match else ""
    if name in PAGES | {"account_logout"}:
        return lead_on(request, name)
    is_signed_in = request.user.is_authenticated
    needs_sign_in = not is_signed_in and getattr(match and match.func, "login_required", True)
    way_on = sign_in_address(request) if needs_sign_in else tell_place(request, page_of_the_form(request))
    context = {
        "needs_sign_in": needs_sign_in,
        "is_kept": (is_signed_in or needs_sign_in) and keep_form(request, needs_proof=not is_signed_in),
        "way_on": way_on,
        "sign_in_again": way_on if needs_sign_in else "",
    }
    return render(request, "403_csrf.html", context, status=403)
