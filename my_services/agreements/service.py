"""One service of the company: the agreement, who gets in, what is on its way, what has happened."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreement_pages.change_ways import find_change_ways
from agreements.access import doors
from agreements.access.log import access_rows, read_access_log
from agreements.models import Collaboration
from agreements.rows.load import load
from agreements.words.changes import change_rows
from agreements.words.history import agreement_history
from agreements.words.outlook import outlook_of
from agreements.words.standing import agreement_rows, end_links
from commitments.models import Receipt
from ground.clock import database_clock, oslo_date
from ground.names import NorwegianOrder
from organisations.places.requests import CompanyRequest
from subscriptions.models import Subscription


@require_safe
def service_detail(request: CompanyRequest, code: str) -> HttpResponse:
    """The company's newest agreement about the service; of one that has ended, what is left of it."""
    company = request.company_user.company
    subscription = Subscription.objects.of(company).newest_first().with_service().filter(service__code=code).first()
    if subscription is None:
        raise Http404
    today = oslo_date(database_clock())
    context = agreement_context(request, subscription, today) | {
        "subscription": subscription,
        "service": subscription.service,
        "entry": doors.may_open(request.user, company, subscription.service),
        "receipts": Receipt.objects.of(company).filter(subscription=subscription).with_names().order_by("-number"),
        "breadcrumbs": [(_("Mine tjenester"), reverse("my_services:overview")), (subscription.service.name, "")],
    }
    return render(request, "my_services/service_detail.html", context)


def agreement_context(request: CompanyRequest, subscription: Subscription, today: date) -> dict:
    """What stands in the agreement, and what this person may do with it."""
    person = request.company_user
    everything = Collaboration.objects.of(person.company).on(subscription).with_everything()
    collaborations = list(everything.select_related("activation__receipt").order_by(NorwegianOrder("firm__name"), "pk"))
    active = [collaboration for collaboration in collaborations if collaboration.is_active]
    loaded, log = load(subscription, day=today), read_access_log(collaborations)
    ways = find_change_ways(loaded, active, person)
    accesses = subscription.accesses.filter(company_user__deactivated_at=None).select_related("company_user__user")
    return {
        "rows": agreement_rows(subscription, reader=None, day=today),
        "collaborations": active,
        "access": access_rows(active, log),
        "ended": [collaboration for collaboration in collaborations if not collaboration.is_active],
        "own_people": [access.company_user.name for access in accesses.order_by(NorwegianOrder("company_user__name"))],
        "changes": change_rows(loaded, active, person),
        "change_links": ways.links,
        "change_obstacles": ways.obstacles,
        "end_links": end_links(subscription, active, person),
        "outlook": outlook_of(loaded, reader=None, day=today),
        "history": agreement_history(subscription, collaborations, reader=None, access=log),
    }
