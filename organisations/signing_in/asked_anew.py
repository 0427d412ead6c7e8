"""Decisions need a fresh sign-in, since the browser may have been left open."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from organisations.forms.kept import keep_form, page_of_the_form
from organisations.models import User
from organisations.places.in_address import tell_place
from organisations.places.redirects import SAFE_METHODS, with_next
from organisations.signing_in.proofs import is_fresh


class AskAnewMiddleware:
    """Asks for a sign-in of the last quarter of an hour before a decision.

    Decisions are all forms of Mine tjenester (settings.PLACES) and those in settings.ASKED_ANEW. What was typed is
    kept, the person proves himself and comes back to the filled-in page (organisations.forms.kept); nothing is decided
    without another click. Pages in settings.ASKED_BEFORE_SHOWN need the sign-in to be seen at all.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        if request.method in SAFE_METHODS:
            return self.lead_to_proof(request, request.get_full_path()) if must_be_fresh(request) else None
        if not is_decision(request) or is_fresh(request):
            return None
        keep_form(request, needs_proof=True)
        return self.lead_to_proof(request, page_of_the_form(request))

    def lead_to_proof(self, request: HttpRequest, back: str) -> HttpResponse:
        """To the person's first way of proving himself, which leads back to the page."""
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        page = methods[0]["url"] if methods else reverse("account_logout")
        return redirect(with_next(page, tell_place(request, back)))


def is_decision(request: HttpRequest) -> bool:
    """Whether a form sent to the address needs a fresh sign-in."""
    match = request.resolver_match
    if match is None:
        return False
    is_asked = match.view_name in settings.ASKED_ANEW or is_asked_before_shown(request)
    return settings.PLACES.get(match.namespace) == "company" or is_asked


def is_asked_before_shown(request: HttpRequest) -> bool:
    """Whether the page needs a fresh sign-in to be seen."""
    match = request.resolver_match
    return bool(match) and match.view_name.startswith(settings.ASKED_BEFORE_SHOWN)


def must_be_fresh(request: HttpRequest) -> bool:
    """Whether to ask before the page is shown. A person who may not open it at all is refused by the page itself."""
    user = request.user
    return isinstance(user, User) and user.is_staff and is_asked_before_shown(request) and not is_fresh(request)
