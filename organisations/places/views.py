"""The front door, and changing the firm or company that one works in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from notifications.delivery import bare_address
from organisations.actions import edit_user
from organisations.language import is_spoken, remember_language
from organisations.models import User
from organisations.places.current import (
    Place,
    Places,
    company_places,
    firm_places,
    offered_invitations,
    offered_names,
    offered_places,
)
from organisations.places.redirects import safe_next
from organisations.places.requests import SignedInRequest
from organisations.places.switching import enter
from organisations.reach import help_desk


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Lead to the person's side of the house; let him choose where he has both, and say so where he has none."""
    firms, companies = firm_places(request), company_places(request)
    if not firms and not companies and offered_invitations(request.user).exists():
        return redirect("links:offer-list")
    if firms and companies:
        context = {"firms": firms, "companies": companies, "offered": offered_names(request.user)}
        return render(request, "organisations/place_choose.html", context)
    if firms:
        start = firms.current.row.starts.select_related("view").first()
        return redirect(start.view.address if start else "office:overview")
    if companies or offered_places(request.user).exists():
        return redirect("my_services:overview")
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "organisations/place_missing.html")


@require_POST
def firm_switch(request: HttpRequest) -> HttpResponse:
    return switch(request, firm_places(request), Place.FIRM_FIELD, reverse("office:client-list"))


@require_POST
def company_switch(request: HttpRequest) -> HttpResponse:
    return switch(request, company_places(request), Place.COMPANY_FIELD, reverse("my_services:overview"))


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language, as the footer offers it: for the signed-in person also in mails, else for this browser."""
    chosen = request.POST.get("language", "")
    if not is_spoken(chosen):
        raise Http404
    response = redirect(safe_next(request, reverse("home")))
    if isinstance(request.user, User):
        edit_user(user=request.user, fields={"language": chosen})
    remember_language(response, chosen)
    return response


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    context = {"address": settings.BASE_URL, "sender": bare_address(settings.DEFAULT_FROM_EMAIL),
               "help_desk": help_desk()}  # fmt: skip
    return render(request, "organisations/help.html", context)


def switch(request: HttpRequest, places: Places, field: str, fallback: str) -> HttpResponse:
    """Make the place that the form names the current one. 404 where it is none of the person's."""
    chosen = next((place for place in places if str(place.pk) == request.POST.get(field)), None)
    if chosen is None:
        raise Http404
    return enter(request, chosen.row, safe_next(request, fallback))
