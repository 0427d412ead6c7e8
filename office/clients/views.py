"""The pages of the list of clients, and of a client's card and its tabs."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from business_register.lookups import is_on
from clients.models import Client, Task
from collaboration import actions
from collaboration.actions.firm.obstacles import why_in_use, with_use
from collaboration.scenarios import companies_of
from ground.refusals import NotAllowed, perform
from office.bulk.offers import all_found, client_deeds
from office.clients.card import breadcrumbs, card_context, get_client
from office.clients.edit_forms import ClientForm
from office.clients.filters import filter_clients
from office.clients.rows import find_clients
from office.clients.states import ServiceState, find_states
from office.collaborations.rows import day_at
from office.saved_views.tabs import make_tabs
from organisations.forms.kept import fill_in
from organisations.models import SavedView
from organisations.places.redirects import safe_next
from organisations.places.requests import FirmRequest
from subscriptions.models import Service, Subscription

MOST_TASKS = 200


@require_safe
def client_list(request: FirmRequest) -> HttpResponse:
    found = find_clients(request)
    states = find_states(found.rows, seen_by=request.employee)
    list_url = reverse("office:client-list")
    rows = [
        (
            client,
            f"{list_url}{client.number}/",
            [(service, states.get((client.pk, service.pk), ServiceState.NONE)) for service in found.services],
        )
        for client in found.rows
    ]
    has_clients = bool(rows) or Client.objects.visible_to(request.employee).exists()
    everyone = all_found(filter_clients(request.employee, found.form.answers), found.page)
    context = {
        "list": found, "rows": rows, "services": found.services, "has_clients": has_clients,
        "bulk_deeds": client_deeds(), "all_found": everyone,
    }  # fmt: skip
    context["saved"] = make_tabs(request, SavedView.List.CLIENTS, found.choices, found.form)
    response = render(request, "office/client_list.html", context)
    if request.htmx:
        response["HX-Replace-Url"] = f"{list_url}{found.url}"  # without the fields that say nothing
    return response


@require_safe
def client_detail(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    context = card_context(client, "client-detail") | {
        "contacts": client.contacts.all(),
        "tasks": tasks_of(request, client).open(),
        "services": services_with_states(request, client),
        "why_in_use": why_in_use(client=client),
        "has_register": is_on(),
    }
    return render(request, "office/client_detail.html", context)


@require_safe
def client_tasks(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    tasks = list(tasks_of(request, client)[:MOST_TASKS])
    context = card_context(client, "client-tasks") | {
        "open_tasks": [task for task in tasks if task.is_open],
        "closed_tasks": [task for task in tasks if not task.is_open],
    }
    return render(request, "office/client_tasks.html", context)


@require_safe
def client_collaboration(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    states = find_states([client], seen_by=request.employee)
    services = [
        (service, states.get((client.pk, service.pk), ServiceState.NONE)) for service in with_what_is_had(client)
    ]
    context = card_context(client, "client-collaboration") | {
        "services": services,
        "at_once": [service for service, state in services if state.may_be_activated],
    }
    return render(request, "office/client_collaboration.html", context)


def with_what_is_had(client: Client) -> QuerySet[Service]:
    """The services with `had_variant` and `had_code` of what the client's company has, as far as the firm knows the
    company, collaborations or not; None where it has nothing.
    """
    running = Subscription.objects.running(day_at(Now())).filter(
        company=Subquery(companies_of(client).values("pk")[:1]), service=OuterRef("pk")
    )
    return Service.objects.annotate(
        had_variant=Subquery(running.values("variant__name")[:1]),
        had_code=Subquery(running.values("variant__code")[:1]),
    )


def tasks_of(request: FirmRequest, client: Client):
    tasks = Task.objects.visible_to(request.employee).filter(client=client).open_first().with_people().with_overdue()
    return with_use(tasks)


def services_with_states(request: FirmRequest, client: Client) -> list[tuple[Service, ServiceState]]:
    states = find_states([client], seen_by=request.employee)
    return [(service, states.get((client.pk, service.pk), ServiceState.NONE)) for service in Service.objects.all()]


@require_http_methods(["GET", "HEAD", "POST"])
def client_edit(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    form = ClientForm(request.POST or None, instance=client, by=request.employee)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        try:
            client = actions.edit_client(client=client, by=request.employee, fields=form.answers)
        except NotAllowed as refusal:
            form.show_refusal(refusal)
        else:
            messages.success(request, _("Kunden er lagret."))
            return redirect_to_card(request, client)
    context = {"client": client, "form": form, "breadcrumbs": breadcrumbs(client, (_("Rediger"), ""))}
    return render(request, "office/client_edit.html", context)


def redirect_to_card(request: FirmRequest, client: Client) -> HttpResponse:
    """To the card, or to the list when the employee does not see the client any more."""
    if Client.objects.visible_to(request.employee).filter(pk=client.pk).exists():
        return redirect("office:client-detail", client.number)
    return redirect("office:client-list")


@require_POST
def client_deactivate(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    return act_and_return(request, actions.deactivate_client, _("Kunden er deaktivert."), client=client)


@require_POST
def client_activate(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    return act_and_return(request, actions.activate_client, _("Kunden er aktiv igjen."), client=client)


@require_POST
def task_close(request: FirmRequest, number: int, pk: int) -> HttpResponse:
    task = get_task(request, number, pk)
    return act_and_return(request, actions.close_task, _("Oppgaven er lukket."), task=task)


@require_POST
def task_reopen(request: FirmRequest, number: int, pk: int) -> HttpResponse:
    task = get_task(request, number, pk)
    return act_and_return(request, actions.reopen_task, _("Oppgaven er åpnet igjen."), task=task)


def get_task(request: FirmRequest, number: int, pk: int) -> Task:
    return get_object_or_404(
        Task.objects.visible_to(request.employee).select_related("client"), client__number=number, pk=pk
    )


def act_and_return(request: FirmRequest, action: Callable, done: str, **row) -> HttpResponse:
    """Do one deed on a client or a task, tell how it went, and lead back to where the button stood."""
    perform(request, action, done=done, by=request.employee, **row)
    name, client = ("client-tasks", row["task"].client) if "task" in row else ("client-detail", row["client"])
    return redirect(safe_next(request, reverse(f"office:{name}", args=[client.number])))
