"""Det er ikke meg: whoever holds the mailbox gets no more mail about a request, without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from collaboration import actions, links
from ground.clock import database_clock
from ground.refusals import NotAllowed
from my_services.remembered_link import remember_link, remembered_link
from my_services.views.link import disowned, lead_from_closed, lead_from_replaced, lead_person, not_held


@login_not_required
@require_safe
@cache_control(no_store=True)
def disown_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed address: it does nothing yet, and nothing stays at the address with the token."""
    activation = links.find_by_token(token)
    if activation is None:
        response = lead_from_replaced(request, token)
    else:
        is_holder = not request.user.is_authenticated
        newer = is_holder and links.find_waiting_for(activation.contact_email, activation, database_clock())
        remember_link(request, newer or activation)
        response = redirect("links:link-disown")
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def link_disown(request: HttpRequest) -> HttpResponse:
    """What happens, and the button that does it. Somebody else who is signed in gets the answer that the link gives."""
    activation = remembered_link(request)
    if activation is None:
        return not_held(request)
    if request.user.is_authenticated and request.user.email != activation.contact_email:
        return lead_person(request, activation, request.user)
    if not activation.is_answerable(database_clock()):
        return lead_from_closed(request, activation)
    if activation.is_disowned:
        return disowned(request)
    if request.method != "POST":
        return render(request, "my_services/link_disown.html", {"activation": activation})
    try:
        actions.disown_activation(activation=activation)
    except NotAllowed:  # closed, or sent to another: the page says so, and anything more would name somebody
        return redirect("links:link-disown")
    return disowned(request)
