"""The wizard: a draft row and one address per page. Nothing lives in the session."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.models import Client
from collaboration import actions, preflight
from collaboration.models import Activation
from collaboration.register_check import PERSON, ask_register, find_contact, find_person
from collaboration.scenarios import Standing, find_standing
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from office.requests import steps
from office.requests.forms import AgreementForm
from office.service.lookups import get_client_and_service, service_breadcrumbs, service_url
from office.service.rows import cost_rows, summary_rows
from organisations.forms.kept import fill_in
from organisations.places.requests import FirmRequest
from subscriptions.models import Service


@require_POST
def activation_start(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    chosen = request.POST.get("variant", "")
    variant = next((variant for variant in service.variants.all() if variant.code == chosen), None)
    try:
        activation = actions.start_activation(client=client, service=service, variant=variant, by=request.employee)
        actions.refresh_scenario(activation=activation)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(service_url(client, service))
    return redirect(service_url(client, service, steps.first_page(activation)))


def activation_agreement(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    activation = find_draft(request, client, service)
    if activation is None:
        return no_draft(request, client, service)
    if activation.keeps_agreement:
        return redirect(service_url(client, service, steps.CHECK))
    today = oslo_date(database_clock())
    form = AgreementForm(request.POST or None, activation=activation, today=today)
    choose_person(form, request)
    fill_in(form, request)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_answers(activation=activation, by=request.employee, answers=form.cleaned_data)
        except NotAllowed as refusal:
            messages.error(request, refusal.sentence)
            return redirect(service_url(client, service))
        return redirect(service_url(client, service, steps.CHECK))
    context = wizard_context(client, service, activation, steps.AGREEMENT) | {
        "form": form,
        "summary": summary_rows(activation, None),
    }
    return render(request, "collaboration/activation_agreement.html", context)


def activation_check(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """Scenario 2 and 3: what will happen, and the findings. Scenario 1 asks for the task here as well."""
    client, service = get_client_and_service(request, number, code)
    activation = find_draft(request, client, service)
    if activation is None:
        return no_draft(request, client, service)
    if not steps.is_agreement_complete(activation):
        return redirect(service_url(client, service, steps.AGREEMENT))
    ask_register(client)
    today = oslo_date(database_clock())
    form = (
        AgreementForm(request.POST or None, activation=activation, today=today) if activation.keeps_agreement else None
    )
    if form is not None:
        choose_person(form, request)
        fill_in(form, request)
    if request.method == "POST" and (form is None or form.is_valid()):
        answer = send(request, activation, form)
        if answer is not None:
            return answer
    standing = find_standing(client, service)
    findings = preflight.check(activation, standing, today=today)
    if form is not None and not form.is_bound:
        findings = [finding for finding in findings if finding.code != "task_missing"]
    context = wizard_context(client, service, activation, steps.CHECK) | {
        "form": form,
        "findings": findings,
        "acknowledged": request.POST.getlist("acknowledge"),
        "is_stopped": bool(preflight.red(findings)),
        "summary": summary_rows(activation, standing.subscription),
        "costs": costs_or_nothing(activation, standing, findings, today),
        "receiver": reachable_receiver(activation, findings),
    }
    return render(request, "collaboration/activation_check.html", context)


def send(request: FirmRequest, activation: Activation, form: AgreementForm | None) -> HttpResponse | None:
    """Send what stands there; None when the page must be shown again with what stops it."""
    client, service = activation.client, activation.service
    try:
        if form is not None:
            actions.save_answers(activation=activation, by=request.employee, answers=form.cleaned_data)
        actions.send_activation(
            activation=activation, by=request.employee, acknowledged=request.POST.getlist("acknowledge")
        )
    except actions.Stopped as stopped:
        messages.error(request, stopped.sentence)
        return None
    except actions.ScenarioChanged as changed:
        messages.warning(request, changed.sentence)
        return ask_anew(request, activation)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(service_url(client, service))
    messages.success(
        request, _("Samarbeidet er aktivert, og en e-post er på vei til kunden. Det venter nå på kundens godkjenning.")
    )
    return redirect(service_url(client, service))


def ask_anew(request: FirmRequest, activation: Activation) -> HttpResponse:
    """Back to the first page of where the customer stands now, or of what a colleague has done in the meantime."""
    client, service = activation.client, activation.service
    try:
        actions.refresh_scenario(activation=activation)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(service_url(client, service))
    return redirect(service_url(client, service, steps.first_page(activation)))


@require_POST
def activation_discard(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    activation = find_draft(request, client, service)
    if activation is None:
        return redirect(service_url(client, service))
    try:
        actions.discard_draft(activation=activation, by=request.employee)
    except NotAllowed as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(request, _("Utkastet er forkastet."))
    return redirect(service_url(client, service))


def choose_person(form: AgreementForm, request: FirmRequest) -> None:
    """Begin with the register's person whom the link names as the receiver; nothing of an earlier one stays."""
    client = form.activation.client
    person = find_person(client, request.GET.get(PERSON, ""))
    if person is None:
        return
    contact = find_contact(client, person.name)
    if form.asks_for_contact:
        form.initial["contact_name"] = person.name
        form.initial["contact_email"] = contact.email if contact else ""
        form.initial["contact_phone"] = contact.phone if contact else ""
    elif contact:
        form.initial["contact"] = contact.pk


def find_draft(request: FirmRequest, client: Client, service: Service) -> Activation | None:
    drafts = Activation.objects.visible_to(request.employee).drafts().with_everything()
    return drafts.filter(client=client, service=service).first()


def no_draft(request: FirmRequest, client: Client, service: Service) -> HttpResponse:
    """An address of the wizard without a draft: a stale tab after sending, or one that was typed."""
    pending = Activation.objects.visible_to(request.employee).pending().filter(client=client, service=service)
    if pending.exists():
        messages.info(request, _("Forespørselen er allerede sendt."))
    elif request.method == "POST":
        messages.warning(request, _("Utkastet finnes ikke lenger. Ingenting ble sendt."))
    return redirect(service_url(client, service))


def wizard_context(client: Client, service: Service, activation: Activation, page: str) -> dict:
    labels = {steps.AGREEMENT: _("Avtale"), steps.CHECK: _("Kontroller")}
    pages = steps.pages_of(activation)
    here = pages.index(page)
    done = (
        [{"label": _("Variant"), "state": "done", "url": service_url(client, service)}] if service.has_variants else []
    )
    return {
        "client": client,
        "service": service,
        "activation": activation,
        "breadcrumbs": service_breadcrumbs(client, service, _("Aktiver")),
        "steps": done
        + [
            {
                "label": labels[name],
                "state": "done" if index < here else "current" if index == here else "coming",
                "url": service_url(client, service, name),
            }
            for index, name in enumerate(pages)
        ],
    }


def reachable_receiver(activation: Activation, findings: list) -> tuple[str, str] | None:
    """Who gets the mail, where the findings leave somebody to get it."""
    if any(finding.level == "red" and finding.code.startswith("receiver") for finding in findings):
        return None
    return preflight.receiver_of(activation)


def costs_or_nothing(activation: Activation, standing: Standing, findings: list, today) -> list:
    """The price for each party, where the findings leave one to tell."""
    if {finding.code for finding in findings} & {"variant_missing", "price_missing", "agreement_missing"}:
        return []
    return cost_rows(activation, standing.subscription, today=today)
