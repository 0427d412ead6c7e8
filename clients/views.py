"""Filling in a client's card, its contacts and its tasks."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients import actions
from clients.forms import ClientForm, ContactForm, MainContactForm, TaskForm
from clients.models import Client, Contact, Task
from organisations.refusals import NotAllowed


def get_client(request: HttpRequest, number: int) -> Client:
    """404 without a hint for an unknown number, another firm's, and one that the employee does not see."""
    return get_object_or_404(Client.objects.visible_to(request.employee).select_related("firm"), number=number)


def client_breadcrumbs(client: Client, *last: str) -> list[tuple[str, str]]:
    return [
        (_("Kunder"), reverse("office:client-list")),
        (client.name, reverse("office:client-detail", args=[client.number])),
        *((label, "") for label in last),
    ]


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the person came from, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and allowed else otherwise


def client_create(request: HttpRequest) -> HttpResponse:
    form = ClientForm(request.POST or None, firm=request.employee.firm)
    contact_form = MainContactForm(request.POST or None, prefix="contact")
    if request.method == "POST" and all([form.is_valid(), contact_form.is_valid()]):
        try:
            client = actions.create_client(
                by=request.employee, fields=form.answers, main_contact=contact_form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("%(name)s er opprettet.") % {"name": client.name})
            return redirect("office:client-detail", client.number)
    context = {
        "form": form,
        "contact_form": contact_form,
        "breadcrumbs": [(_("Kunder"), reverse("office:client-list")), (_("Ny kunde"), "")],
    }
    return render(request, "clients/client_create.html", context)


def contact_create(request: HttpRequest, number: int) -> HttpResponse:
    return save_contact(request, get_client(request, number), None)


def contact_edit(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    client = get_client(request, number)
    contact = get_object_or_404(Contact.objects.visible_to(request.employee), client=client, pk=pk)
    return save_contact(request, client, contact)


def save_contact(request: HttpRequest, client: Client, contact: Contact | None) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_contact(client=client, contact=contact, fields=form.cleaned_data, by=request.employee)
        messages.success(request, _("%(name)s er lagret.") % {"name": saved.name})
        return redirect("office:client-detail", client.number)
    title = _("Endre kontakt") if contact else _("Ny kontakt")
    context = {"client": client, "contact": contact, "form": form, "title": title}
    return render(
        request, "clients/contact_form.html", context | {"breadcrumbs": client_breadcrumbs(client, title)}
    )


@require_POST
def contact_delete(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    client = get_client(request, number)
    contact = get_object_or_404(Contact.objects.visible_to(request.employee), client=client, pk=pk)
    try:
        actions.delete_contact(contact=contact, by=request.employee)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(name)s er slettet.") % {"name": contact.name})
    return redirect("office:client-detail", client.number)


def task_create(request: HttpRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    form = TaskForm(request.POST or None, firm=client.firm, initial={"owner": request.employee.pk})
    back = safe_next(request, reverse("office:client-tasks", args=[client.number]))
    if request.method == "POST" and form.is_valid():
        actions.create_task(client=client, by=request.employee, **task_answers(form))
        messages.success(request, _("Oppgaven er opprettet."))
        return redirect(back)
    context = {"client": client, "form": form, "back": back, "title": _("Ny oppgave")}
    return render(
        request, "clients/task_form.html", context | {"breadcrumbs": client_breadcrumbs(client, _("Ny oppgave"))}
    )


def task_edit(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    client = get_client(request, number)
    task = get_object_or_404(Task.objects.visible_to(request.employee).open(), client=client, pk=pk)
    form = TaskForm(request.POST or None, firm=client.firm, task=task)
    back = safe_next(request, reverse("office:client-tasks", args=[client.number]))
    if request.method == "POST" and form.is_valid():
        actions.edit_task(task=task, by=request.employee, **task_answers(form))
        messages.success(request, _("Oppgaven er lagret."))
        return redirect(back)
    context = {"client": client, "form": form, "back": back, "title": _("Endre oppgave")}
    return render(
        request, "clients/task_form.html", context | {"breadcrumbs": client_breadcrumbs(client, _("Endre oppgave"))}
    )


def task_answers(form: TaskForm) -> dict:
    return form.cleaned_data | {"participants": list(form.cleaned_data["participants"])}
