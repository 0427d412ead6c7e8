"""A decision is asked anew of who signed in a while ago: the browser may have been left open."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.redirects import SAFE_METHODS, is_ours
from organisations.sign_in import is_fresh

SESSION_KEY = "kept_answer"
MOST_KEPT = 20_000  # characters; more than any of the forms takes
NEVER_KEPT = ("csrfmiddlewaretoken", "next")


class AskAnewMiddleware:
    """Every form that a company's person sends (settings.PLACES), and those in settings.ASKED_ANEW, need a sign-in of
    the last quarter of an hour. Otherwise the answer is kept, the person proves himself, and comes back to the page
    with what was typed (`typed_before`) and a sentence; nothing is decided without another click.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        if request.method in SAFE_METHODS:
            give_back(request)
            return None
        if not is_decision(request) or is_fresh(request):
            return None
        back = page_of_the_form(request)
        keep(request, back)
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        page = methods[0]["url"] if methods else reverse("account_logout")
        return redirect(f"{page}?{urlencode({'next': back})}")


def is_decision(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    return settings.PLACES.get(match.namespace) == "company" or match.view_name in settings.ASKED_ANEW


def page_of_the_form(request: HttpRequest) -> str:
    """Where it was sent from; a button's own address may show nothing. Browsers name our own pages in full."""
    came_from = request.headers.get("Referer", "")
    path = urlsplit(came_from).path if is_ours(request, came_from) else ""
    return path or request.path


def keep(request: HttpRequest, back: str) -> None:
    """Keep what was typed until the person is back; our own hidden fields begin with an underscore."""
    fields = {
        name: value
        for name, value in request.POST.items()
        if name not in NEVER_KEPT and not name.startswith("_") and "password" not in name
    }
    if sum(len(name) + len(value) for name, value in fields.items()) > MOST_KEPT:
        fields = {}
    request.session[SESSION_KEY] = {"path": back, "fields": fields}


def give_back(request: HttpRequest) -> None:
    """Once the person has proved himself and looks at the page again."""
    kept = request.session.get(SESSION_KEY)
    if kept and kept["path"] == request.path and is_fresh(request):
        del request.session[SESSION_KEY]
        request.META[SESSION_KEY] = kept["fields"]
        messages.info(
            request, _("Takk, da vet vi at det er deg. Ingenting er sendt ennå: se over og send én gang til.")
        )


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What the person had typed on this page when the sign-in was too old; for a form's `initial`."""
    return request.META.get(SESSION_KEY, {})
