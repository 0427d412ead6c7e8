"""One service of one client: variants, the waiting request, the active collaboration, what was before."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreement_pages.change_ways import find_change_ways
from agreements import actions as agreement_actions
from agreements.access import doors
from agreements.models import Collaboration
from agreements.rows.load import load
from agreements.words.changes import change_rows
from agreements.words.history import agreement_history
from agreements.words.moments import Item
from agreements.words.outlook import outlook_of
from agreements.words.standing import EndedRow, active_in, end_links, make_ended_row
from clients.models import Client
from collaboration import actions, emails, links, preflight
from collaboration.actions.repair.resend_activation import why_wait
from collaboration.models import Activation, ForwardProposal
from collaboration.offer.offers import make_offer
from collaboration.offer.rows import offered_rows
from collaboration.progress.states import with_state
from collaboration.progress.timeline import make_timelines
from collaboration.scenarios import find_standing
from collaboration.workflow import REFUSALS
from ground.clock import database_clock, oslo_date
from ground.refusals import NotAllowed
from office.service.lookups import get_client_and_service, posted_id, service_breadcrumbs, service_url
from office.service.rows import collaboration_rows, request_rows
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest
from subscriptions.comparison import Row, compare_variants, price_rows
from subscriptions.models import Service


class Closed(NamedTuple):
    """A request that is over, with its time line, and what it offered where nothing came of it."""

    activation: Activation
    timeline: list[Item]
    offered: list[Row]


ENDED = 10  # the latest ones


@require_safe
def service_detail(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    now = database_clock()
    requests = Activation.objects.visible_to(request.employee).filter(client=client, service=service)
    activations = list(with_state(requests.with_everything(), now).order_by("-started_at")[:20])
    collaboration = find_collaboration(request, client, service)
    timelines = make_timelines([activation for activation in activations if not activation.is_draft], now)
    closed = [make_closed(activation, timelines[activation.pk]) for activation in activations if activation.is_closed]
    context: dict[str, Any] = {
        "client": client,
        "service": service,
        "breadcrumbs": [*service_breadcrumbs(client, service)[:-1], (service.name, "")],
        "closed": closed,
        "ended": ended_collaborations(request, client, service),
    }
    pending = next((activation for activation in activations if activation.is_pending), None)
    if collaboration is not None:
        context |= active_context(request, collaboration, closed, oslo_date(now))
        return render(request, "collaboration/service_active.html", context)
    if pending is not None:
        context |= pending_context(pending, timelines[pending.pk], now)
        return render(request, "collaboration/service_pending.html", context)
    draft = next((activation for activation in activations if activation.is_draft), None)
    return render(
        request, "collaboration/service_offer.html", context | offer_context(client, service, draft, oslo_date(now))
    )


def make_closed(activation: Activation, timeline: list[Item]) -> Closed:
    is_approved = activation.status == Activation.Status.APPROVED
    return Closed(activation, timeline, [] if is_approved else offered_rows(activation, for_firm=True))


def find_collaboration(request: FirmRequest, client: Client, service: Service) -> Collaboration | None:
    collaborations = Collaboration.objects.visible_to(request.employee).active()
    collaborations = collaborations.filter(client=client, service=service).with_everything()
    return collaborations.select_related("activation__receipt").first()


def active_context(request: FirmRequest, collaboration: Collaboration, closed: list[Closed], today: date) -> dict:
    employee, subscription = request.employee, collaboration.subscription
    together, loaded = active_in(subscription), load(subscription, day=today)
    ways = find_change_ways(loaded, together, employee)
    return {
        "collaboration": collaboration,
        "closed": [one for one in closed if one.activation.pk != collaboration.activation_id],
        "timeline": next((one.timeline for one in closed if one.activation.pk == collaboration.activation_id), []),
        "rows": collaboration_rows(collaboration, today=today),
        "receipt": getattr(collaboration.activation, "receipt", None),
        "entry": doors.may_open(
            request.user, collaboration.company, collaboration.service, as_firm=employee.firm_id
        ),
        "changes": change_rows(loaded, together, employee),
        "change_links": ways.links,
        "change_obstacles": ways.obstacles,
        "end_links": end_links(subscription, together, employee),
        "outlook": outlook_of(loaded, reader=employee.firm_id, day=today),
        "history": agreement_history(subscription, [collaboration], reader=employee.firm_id),
    }  # fmt: skip


def ended_collaborations(request: FirmRequest, client: Client, service: Service) -> list[EndedRow]:
    """Those that are over, newest first, with what happened in them."""
    collaborations = Collaboration.objects.visible_to(request.employee).exclude(ended_at=None)
    ended = collaborations.filter(client=client, service=service).with_everything().select_related("ended_by")
    ended = ended.prefetch_related("firm__employees")
    return [make_ended_row(one) for one in ended.order_by("-ended_at")[:ENDED]]


def pending_context(activation: Activation, timeline: list[Item], now: datetime) -> dict:
    assert activation.company  # of what is sent
    needs_the_link = links.link_is_the_way_in(activation)
    proposal = ForwardProposal.objects.filter(activation=activation, answered_at=None).first()
    return {
        "activation": activation,
        "rows": request_rows(activation),
        "timeline": timeline,
        "has_bounced": emails.has_bounced(activation) and not activation.is_disowned,
        "needs_the_link": needs_the_link,
        "has_come": links.has_come_since(activation),
        "why_wait": why_wait(activation, now),
        "is_over": activation.is_over(now),
        "proposal": proposal,
        "own_domain_warning": proposal and preflight.own_domain_warning(activation.firm, proposal.email),
        "own_domain_tick": preflight.OWN_DOMAIN_IS_THE_CUSTOMERS,
        "nobody_answers": None if needs_the_link else next(preflight.check_administrator(activation.company), None),
        "lost_subscription": activation.keeps_agreement and make_offer(activation, today=oslo_date(now)).is_impossible,
    }


def offer_context(client: Client, service: Service, draft: Activation | None, today: date) -> dict:
    standing = find_standing(client, service)
    obstacles = preflight.find_obstacles(client, service, standing, draft)
    variants = []
    if service.has_variants:
        variants = compare_variants(service, standing.subscription, today=today, is_hindered=bool(obstacles))
    return {
        "draft": draft,
        "standing": standing,
        "obstacles": obstacles,
        "variants": variants,
        "firms_own": service.variants.filter(is_firms_own=True).first(),
        "price_rows": [] if service.has_variants else price_rows(service.variants.get(), today=today),
        "start_url": service_url(client, service, "activation-start"),
    }


@without_page
@require_safe
def service_open(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """The door, a plain link: a form's redirect to the service's own address would be stopped by form-action."""
    client, service = get_client_and_service(request, number, code)
    collaboration = find_collaboration(request, client, service)
    if collaboration is None:
        raise Http404
    address = agreement_actions.open_service(
        subject=collaboration, by=request.user, company=collaboration.company, service=service, firm=client.firm
    )
    if address is None:
        raise Http404
    return HttpResponseRedirect(address)


def activation_withdraw(request: FirmRequest, number: int, code: str) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    requests = Activation.objects.visible_to(request.employee).filter(client=client, service=service)
    activation = requests.exclude(status=Activation.Status.DRAFT).with_names().order_by("-requested_at").first()
    if activation is None:
        raise Http404
    if not activation.is_answerable(database_clock()):
        status = Activation.Status.EXPIRED if activation.is_pending else Activation.Status(activation.status)
        messages.info(request, REFUSALS[status])
        return redirect(service_url(client, service))
    if request.method == "POST":
        try:
            actions.withdraw_activation(activation=activation, by=request.employee)
        except NotAllowed as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Forespørselen er trukket tilbake."))
        return redirect(service_url(client, service))
    context = {
        "activation": activation,
        "client": client,
        "service": service,
        "breadcrumbs": service_breadcrumbs(client, service, _("Trekk tilbake")),
    }
    return render(request, "collaboration/activation_withdraw.html", context)


@require_POST
def activation_restart(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """Start på nytt: the request that the page showed, and no later one."""
    client, service = get_client_and_service(request, number, code)
    requests = Activation.objects.visible_to(request.employee).filter(client=client, service=service)
    activation = get_object_or_404(requests.with_names(), pk=posted_id(request, "activation"))
    try:
        actions.restart_activation(activation=activation, by=request.employee)
    except NotAllowed as refusal:
        messages.error(request, refusal.sentence)
        return redirect(service_url(client, service))
    return redirect(service_url(client, service, "activation-agreement"))
