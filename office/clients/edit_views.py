"""The pages with forms for clients, contacts and tasks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients import actions
from clients.models import Client, Contact, Task
from clients.rights import may_delete
from ground.refusals import NotAllowed, perform
from office.clients.edit_forms import ClientForm, ContactForm, MainContactForm, TaskForm
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.places.redirects import SAFE_METHODS, safe_next
from organisations.places.requests import FirmRequest

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def client_create(request: FirmRequest) -> HttpResponse:
    form = ClientForm(request.POST or None, by=request.employee, initial={"account_manager": request.employee.pk})
    contact_form = MainContactForm(request.POST or None, prefix="contact")
    fill_in(form, request)
    fill_in(contact_form, request)
    if request.method == "POST" and form.is_valid() & contact_form.is_valid():
        try:
            client = actions.create_client(
                by=request.employee,
                fields=form.answers,
                main_contact=contact_form.cleaned_data,
                form_key=form_key(request),
            )
        except NotAllowed as refusal:
            form.show_refusal(refusal)
        else:
            messages.success(request, _("Kunden er opprettet."))
            return redirect("office:client-detail", client.number)
    context = {"form": form, "contact_form": contact_form, "breadcrumbs": [clients_crumb(), (_("Ny kunde"), "")]}
    return render(request, "clients/client_create.html", context)


@page
def contact_create(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    return contact_form_page(request, client, contact=None, heading=_("Ny kontakt"))


@page
def contact_edit(request: FirmRequest, number: int, pk: int) -> HttpResponse:
    client = get_client(request, number)
    contact = get_object_or_404(Contact.objects.visible_to(request.employee), client=client, pk=pk)
    return contact_form_page(request, client, contact=contact, heading=contact.name)


def contact_form_page(request: FirmRequest, client: Client, *, contact: Contact | None, heading: str) -> HttpResponse:
    is_main_anyway = contact.is_main if contact else not client.contacts.exists()
    form = ContactForm(request.POST or None, instance=contact, asks_main=not is_main_anyway)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        key = None if contact else form_key(request)
        what = {"client": client, "contact": contact, "fields": form.cleaned_data, "by": request.employee}
        said = _("Kontakten er lagret.")
        if perform(request, actions.save_contact, done=said, form=form, form_key=key, **what):
            return redirect(safe_next(request, card_url(client)))
    context = {
        "form": form,
        "client": client,
        "contact": contact,
        "may_delete": contact and may_delete(contact),
        "heading": heading,
        "next": safe_next(request, card_url(client)),
        "breadcrumbs": [*client_crumbs(client), (heading, "")],
    }
    return render(request, "clients/contact_form.html", context)


@page
def contact_delete(request: FirmRequest, number: int, pk: int) -> HttpResponse:
    client = get_client(request, number)
    contact = get_object_or_404(Contact.objects.visible_to(request.employee), client=client, pk=pk)
    if request.method in SAFE_METHODS and not may_delete(contact):
        return redirect("clients:contact-edit", client.number, contact.pk)
    if request.method == "POST":
        said = _("Kontakten er slettet.")
        perform(request, actions.delete_contact, done=said, client=client, contact=contact, by=request.employee)
        return redirect(card_url(client))
    context = {
        "client": client,
        "contact": contact,
        "cancel_url": card_url(client),
        "breadcrumbs": [*client_crumbs(client), (_("Slett kontakt"), "")],
    }
    return render(request, "clients/contact_delete.html", context)


@page
def task_create(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    form = TaskForm(request.POST or None, firm=client.firm, initial={"owner": request.employee.pk})
    if request.method == "POST" and form.is_valid():
        what = {"client": client, "by": request.employee, "form_key": form_key(request)} | form.cleaned_data
        if perform(request, actions.create_task, done=_("Oppgaven er opprettet."), form=form, **what):
            return redirect_if_seen(request, client)
    return task_form_page(request, client, form, heading=_("Ny oppgave"))


@page
def task_edit(request: FirmRequest, number: int, pk: int) -> HttpResponse:
    client = get_client(request, number)
    task = get_object_or_404(Task.objects.visible_to(request.employee).select_related("type"), client=client, pk=pk)
    form = TaskForm(request.POST or None, firm=client.firm, task=task)
    if request.method == "POST" and form.is_valid():
        what = {"task": task, "by": request.employee} | form.cleaned_data
        if perform(request, actions.edit_task, done=_("Oppgaven er lagret."), form=form, **what):
            return redirect_if_seen(request, client)
    return task_form_page(request, client, form, heading=task.label, task=task)


def task_form_page(
    request: FirmRequest, client: Client, form: TaskForm, *, heading: str, task: Task | None = None
) -> HttpResponse:
    fill_in(form, request)
    tasks = (_("Oppgaver"), tasks_url(client))
    context = {
        "form": form,
        "client": client,
        "task": task,
        "may_begin": client.is_active or (task is not None and task.is_open),
        "heading": heading,
        "next": safe_next(request, tasks_url(client)),
        "breadcrumbs": [*client_crumbs(client), tasks, (heading, "")],
    }
    return render(request, "clients/task_form.html", context)


def redirect_if_seen(request: FirmRequest, client: Client) -> HttpResponse:
    """Back to where the person came from, or to the list when he does not see the client any more."""
    if Client.objects.visible_to(request.employee).filter(pk=client.pk).exists():
        return redirect(safe_next(request, tasks_url(client)))
    return redirect("office:client-list")


def get_client(request: FirmRequest, number: int) -> Client:
    """404 without a hint for an unknown number, another firm's, and one that the employee does not see."""
    return get_object_or_404(Client.objects.visible_to(request.employee).select_related("firm"), number=number)


def card_url(client: Client) -> str:
    return reverse("office:client-detail", args=[client.number])


def tasks_url(client: Client) -> str:
    return reverse("office:client-tasks", args=[client.number])


def clients_crumb() -> tuple[str, str]:
    return (_("Kunder"), reverse("office:client-list"))


def client_crumbs(client: Client) -> list[tuple[str, str]]:
    return [clients_crumb(), (client.name, card_url(client))]
