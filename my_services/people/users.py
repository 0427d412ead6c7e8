"""/mine-tjenester/brukere/: who acts for the company. For its administrators; to its other people it does not exist."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ground.clock import database_clock, oslo_date
from ground.names import NorwegianOrder
from ground.refusals import NotAllowed, show_refusal
from my_services.people.forms import RoleForm, ServicesForm
from organisations.forms.kept import fill_in
from organisations.models import Company, CompanyUser, Invitation
from organisations.places.redirects import SAFE_METHODS
from organisations.places.requests import CompanyRequest
from subscriptions.actions.company_users import (
    change_role,
    choose_main_contact,
    choose_services,
    deactivate_company_user,
    leave_company,
    why_needed,
)
from subscriptions.models import ServiceAccess, Subscription

page = require_http_methods(["GET", "HEAD", "POST"])
FORMER = 20  # the latest ones


def administrators_only(view: Callable) -> Callable:
    """404 for the company's other people: what one may not see is not there."""

    @wraps(view)
    def guarded(request: CompanyRequest, *args, **kwargs) -> HttpResponse:
        if not request.company_user.is_administrator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@administrators_only
def user_list(request: CompanyRequest) -> HttpResponse:
    company, now = request.company_user.company, database_clock()
    users = users_of(request).prefetch_related(
        Prefetch("service_accesses", accesses_of_people(company, now), to_attr="opens")
    )
    former = CompanyUser.objects.of(company).exclude(deactivated_at=None).select_related("user")
    context = {
        "company": company,
        "users": users.order_by("-is_main_contact", NorwegianOrder("user__name"), "pk"),
        "invitations": Invitation.objects.of(company)
        .unanswered()
        .select_related("invited_by")
        .order_by(NorwegianOrder("name"), "pk"),
        "now": now,
        "former": former.order_by("-deactivated_at", "-pk")[:FORMER],
    }
    return render(request, "my_services/user_list.html", context)


def about_somebody(view: Callable) -> Callable:
    """A page about one of the company's people; who has left meanwhile leads back to the list, with a sentence."""

    @wraps(view)
    @administrators_only
    def found(request: CompanyRequest, pk: int) -> HttpResponse:
        place = users_of(request).filter(pk=pk).first()
        if place is not None:
            return view(request, place)
        get_object_or_404(CompanyUser.objects.of(request.company_user.company).exclude(user=None), pk=pk)
        messages.warning(request, _("Personen er ikke lenger bruker av selskapet."))
        return redirect("company_users:user-list")

    return found


@require_safe
@about_somebody
def user_detail(request: CompanyRequest, place: CompanyUser) -> HttpResponse:
    context = {
        "place": place,
        "why_needed": why_needed(place.company, place, request.company_user),
        "accesses": accesses_of_people(place.company, database_clock()).filter(company_user=place),
        "is_oneself": place.pk == request.company_user.pk,
        "breadcrumbs": [*way_to_the_list(), (place.user.name, "")],
    }
    return render(request, "my_services/user_detail.html", context)


@page
@about_somebody
def user_role_edit(request: CompanyRequest, place: CompanyUser) -> HttpResponse:
    if request.method in SAFE_METHODS and why_needed(place.company, place, request.company_user):
        return redirect("company_users:user-detail", place.pk)
    form = RoleForm(request.POST or None, initial={"role": place.role})
    fill_in(form, request)

    def save() -> str:
        changed = change_role(company_user=place, by=request.company_user, **form.cleaned_data)
        return _("%(name)s er nå %(role)s.") % {"name": place.user.name, "role": changed.get_role_display()}

    lead = _(
        "Blir personen revisor, mister hun eller han tilgangen til tjenestene med en gang. Er personen ikke lenger "
        "administrator, trekkes invitasjoner hun eller han har sendt og ingen har svart på, tilbake."
    )
    return edit_page(
        request, place, form, save, heading=_("Rollen til %(name)s") % {"name": place.user.name}, lead=lead
    )


@page
@about_somebody
def user_services_edit(request: CompanyRequest, place: CompanyUser) -> HttpResponse:
    if request.method in SAFE_METHODS and not place.may_open_services:
        return redirect("company_users:user-detail", place.pk)
    form = ServicesForm(place, request.POST if request.method == "POST" else None)
    fill_in(form, request)

    def save() -> str:
        choose_services(company_user=place, by=request.company_user, **form.cleaned_data)
        return _("Tilgangen til %(name)s er lagret.") % {"name": place.user.name}

    lead = _("Personen kan åpne de tjenestene som er krysset av. Tas krysset bort, stanses tilgangen med en gang.")
    heading = _("Tjenestene til %(name)s") % {"name": place.user.name}
    return edit_page(request, place, form, save, heading=heading, lead=lead)


@page
@about_somebody
def user_main_contact(request: CompanyRequest, place: CompanyUser) -> HttpResponse:
    """Ask, then let the person be the main contact."""
    detail_url = reverse("company_users:user-detail", args=[place.pk])
    if request.method in SAFE_METHODS and not place.is_administrator:
        return redirect(detail_url)
    if request.method != "POST":
        return question_page(
            request,
            heading=_("Gjør %(name)s til hovedkontakt?") % {"name": place.user.name},
            text=_("Selskapet har én hovedkontakt. Den som er det nå, er fortsatt administrator."),
            label=_("Gjør til hovedkontakt"),
            cancel_url=detail_url,
            way=[(place.user.name, detail_url)],
        )
    try:
        choose_main_contact(company_user=place, by=request.company_user)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(where_to_go_when_refused(request, place) or detail_url)
    messages.success(request, _("%(name)s er nå hovedkontakt.") % {"name": place.user.name})
    return redirect(detail_url)


@page
@about_somebody
def user_deactivate(request: CompanyRequest, place: CompanyUser) -> HttpResponse:
    """Ask, telling what happens; then do it."""
    detail_url = reverse("company_users:user-detail", args=[place.pk])
    if request.method in SAFE_METHODS and why_needed(place.company, place, request.company_user):
        return redirect(detail_url)
    if request.method != "POST":
        return question_page(
            request,
            heading=_("Deaktiver %(name)s?") % {"name": place.user.name},
            text=_(
                "Personen mister tilgangen til selskapet og tjenestene med en gang, også i vinduer som står åpne. Det "
                "personen har godkjent, står ved lag. Invitasjoner personen har sendt og ingen har svart på, trekkes "
                "tilbake. Vil dere ha personen tilbake, sender dere en ny invitasjon."
            ),
            label=_("Deaktiver"),
            tone="danger",
            cancel_url=detail_url,
            way=[(place.user.name, detail_url)],
        )
    try:
        deactivate_company_user(company_user=place, by=request.company_user)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(where_to_go_when_refused(request, place) or detail_url)
    messages.success(request, _("%(name)s er ikke lenger bruker av selskapet.") % {"name": place.user.name})
    return redirect("home" if place.pk == request.company_user.pk else "company_users:user-list")


@page
def company_leave(request: CompanyRequest) -> HttpResponse:
    """The way out, for everybody: ask, then give up the place."""
    company = request.company_user.company
    if request.method in SAFE_METHODS and why_needed(company, request.company_user, request.company_user):
        return redirect("my_services:overview")
    if request.method != "POST":
        return question_page(
            request,
            heading=_("Forlat %(company)s?") % {"company": company.name},
            text=_(
                "Du mister tilgangen til selskapet og tjenestene med en gang. Det du har godkjent, står ved lag. "
                "Invitasjoner du har sendt og ingen har svart på, trekkes tilbake. Vil du tilbake, må en administrator "
                "invitere deg."
            ),
            label=_("Forlat selskapet"),
            tone="danger",
            cancel_url=reverse("my_services:overview"),
            way=None,
        )
    try:
        leave_company(company_user=request.company_user)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("my_services:overview")
    messages.success(request, _("Du er ikke lenger bruker av %(company)s.") % {"company": company.name})
    return redirect("home")


def users_of(request: CompanyRequest):
    return CompanyUser.objects.of(request.company_user.company).active().select_related("user", "company")


def accesses_of_people(company: Company, at: datetime) -> QuerySet[ServiceAccess]:
    """Which of the company's people may open which of its services; of those that are over, to read."""
    there = Subscription.objects.of(company).openable(oslo_date(at))
    accesses = ServiceAccess.objects.filter(subscription__in=there)
    accesses = accesses.select_related("subscription__service", "subscription__variant__service")
    return accesses.order_by("subscription__service__position", "subscription__service__name")


def where_to_go_when_refused(request: CompanyRequest, place: CompanyUser) -> str:
    """The address of another page when a right, or the person, has gone between page and click; else empty."""
    active = CompanyUser.objects.of(request.company_user.company).active()
    oneself = active.filter(pk=request.company_user.pk).first()
    if oneself is None:
        return reverse("home")
    if not oneself.is_administrator:
        return reverse("my_services:overview")
    return "" if active.filter(pk=place.pk).exists() else reverse("company_users:user-list")


def way_to_the_list() -> list[tuple[str, str]]:
    return [
        (_("Mine tjenester"), reverse("my_services:overview")),
        (_("Brukere"), reverse("company_users:user-list")),
    ]


def edit_page(
    request: CompanyRequest, place: CompanyUser, form: forms.Form, save: Callable[[], str], *, heading: str, lead: str
) -> HttpResponse:
    """A form about one person. Saved, it leads back to the person; out, when the role took the pages away."""
    detail_url = reverse("company_users:user-detail", args=[place.pk])
    if form.is_valid():
        try:
            messages.success(request, save())
        except NotAllowed as refusal:
            elsewhere = where_to_go_when_refused(request, place)
            if elsewhere:
                messages.warning(request, refusal.sentence)
                return redirect(elsewhere)
            show_refusal(form, refusal)
        else:
            lost_it = place.pk == request.company_user.pk and form.cleaned_data.get("role", place.role) != place.role
            return redirect("my_services:overview" if lost_it else detail_url)
    return form_page(request, form, heading=heading, lead=lead, way=[(place.user.name, detail_url)])


def form_page(
    request: CompanyRequest, form: forms.Form, *, heading: str, lead: str, submit: str = "", way: list | None = None
) -> HttpResponse:
    above = [*way_to_the_list(), *(way or [])]
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit or _("Lagre"),
        "breadcrumbs": [*above, (heading, "")],
        "cancel_url": above[-1][1],
    }
    return render(request, "my_services/user_form.html", context)


def question_page(
    request: CompanyRequest, *, heading: str, text: str, label: str, cancel_url: str, way: list | None, tone: str = ""
) -> HttpResponse:
    """What will happen, and the button that does it. `way` is where in the list of users; None: not there at all."""
    above = way_to_the_list()[:1] if way is None else [*way_to_the_list(), *way]
    context = {
        "heading": heading,
        "text": text,
        "label": label,
        "tone": tone,
        "cancel_url": cancel_url,
        "breadcrumbs": [*above, (heading, "")],
    }
    return render(request, "my_services/user_question.html", context)
