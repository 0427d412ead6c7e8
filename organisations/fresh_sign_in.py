"""A decision is asked anew of who signed in a while ago: the browser may have been left open."""

from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from organisations.models import User
from organisations.redirects import SAFE_METHODS, is_ours
from organisations.sign_in import is_fresh

SESSION_KEY = "kept_answer"
MOST_KEPT = 20_000  # characters; more than any of the forms takes
NEVER_KEPT = ("csrfmiddlewaretoken", "next", "accepts_terms")  # a consent is given to the page that is sent


class AskAnewMiddleware:
    """Every form that a company's person sends (settings.PLACES), and those in settings.ASKED_ANEW, need a sign-in of
    the last quarter of an hour. Otherwise the answer is kept, the person proves himself, and comes back to the page
    with what was typed (`fill_in`) and a sentence; nothing is decided without another click. Those in
    settings.ASKED_BEFORE_SHOWN need it to be seen at all.
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
            return self.lead_to_proof(request, request.get_full_path()) if must_be_fresh(request) else None
        if not is_decision(request) or is_fresh(request):
            return None
        back = page_of_the_form(request)
        keep(request, back)
        return self.lead_to_proof(request, back)

    def lead_to_proof(self, request: HttpRequest, back: str) -> HttpResponse:
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        page = methods[0]["url"] if methods else reverse("account_logout")
        return redirect(f"{page}?{urlencode({'next': back})}")


def is_decision(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    is_asked = match.view_name in settings.ASKED_ANEW or is_asked_before_shown(request)
    return settings.PLACES.get(match.namespace) == "company" or is_asked


def is_asked_before_shown(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match) and match.view_name.startswith(settings.ASKED_BEFORE_SHOWN)


def must_be_fresh(request: HttpRequest) -> bool:
    """Who may not open the page is refused by the page itself, whatever the age of the sign-in."""
    user = request.user
    return isinstance(user, User) and user.is_staff and is_asked_before_shown(request) and not is_fresh(request)


def page_of_the_form(request: HttpRequest) -> str:
    """Where it was sent from, with what was chosen in its address; a button's own address may show nothing.
    Browsers name our own pages in full.
    """
    came_from = request.headers.get("Referer", "")
    if not is_ours(request, came_from) or not urlsplit(came_from).path:
        return request.get_full_path()
    return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()


def keep(request: HttpRequest, back: str) -> None:
    """Keep what was typed until the person is back; our own hidden fields begin with an underscore."""
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in NEVER_KEPT and not name.startswith("_") and "password" not in name
    }
    match = request.resolver_match
    gives_nothing_back = match is not None and match.namespace == "admin"  # its forms are Django's own
    is_too_much = sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > MOST_KEPT
    request.session[SESSION_KEY] = {"path": back, "fields": None if is_too_much or gives_nothing_back else fields}


def give_back(request: HttpRequest) -> None:
    """Once the person has proved himself and looks at the page again."""
    kept = request.session.get(SESSION_KEY)
    if kept and kept["path"] == request.get_full_path() and is_fresh(request):
        del request.session[SESSION_KEY]
        request.META[SESSION_KEY] = kept["fields"]
        if kept["fields"] is None:
            messages.info(request, _("Takk, da vet vi at det er deg. Ingenting er sendt: skriv det inn én gang til."))
            return
        messages.info(
            request, _("Takk, da vet vi at det er deg. Ingenting er sendt ennå: se over og send én gang til.")
        )


def typed_before(request: HttpRequest) -> MultiValueDict[str, str] | None:
    """What the person had typed on this page when the sign-in was too old; None otherwise."""
    fields = request.META.get(SESSION_KEY)
    return None if fields is None else MultiValueDict(fields)


def fill_in(form: forms.Form, request: HttpRequest) -> None:
    """Let a form that nothing was sent to begin with what was typed before. Hidden fields tell what the page shows
    now.
    """
    typed, files = typed_before(request), MultiValueDict[str, object]()
    if typed is None:
        return
    for name, field in form.fields.items():
        was_sent = not field.widget.value_omitted_from_data(typed, files, name)  # boxes without a tick send nothing
        if was_sent and not field.widget.is_hidden:
            form.initial[name] = field.widget.value_from_datadict(typed, files, name)
