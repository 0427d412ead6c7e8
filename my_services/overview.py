"""What the company has, who gets in, and what waits for an answer; and the door."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements import actions
from agreements.access.log import access_rows, read_access_log
from agreements.models import Collaboration
from agreements.words.standing import with_questions
from collaboration.models import Activation
from commitments.models import Receipt
from ground.clock import database_clock, oslo_date
from ground.names import NorwegianOrder
from my_services.requests.offered_places import offers_with_requests
from organisations.places.current import offered_invitations
from organisations.places.in_address import without_page
from organisations.places.requests import CompanyRequest
from subscriptions.actions.company_users import why_needed
from subscriptions.models import Subscription

RECEIPTS = ENDED = 10  # the latest ones


def overview(request: CompanyRequest) -> HttpResponse:
    person, company, at = request.company_user, request.company_user.company, database_clock()
    today = oslo_date(at)
    active = with_questions(Subscription.objects.of(company).active().with_service().with_price(today))
    subscriptions = list(active.order_by("service__position", "service__name"))
    ended = Collaboration.objects.of(company).exclude(ended_at=None).select_related("firm", "service", "subscription")
    active_ones = Collaboration.objects.of(company).active().with_everything().select_related("activation__receipt")
    collaborations = list(active_ones.order_by(NorwegianOrder("firm__name"), "service__position"))
    waiting = Activation.objects.of(company).answerable(at).select_related("firm", "service", "requested_by__user")
    waiting = waiting.order_by("expires_at", "pk")
    invitations = offered_invitations(request.user) if request.places.offer_count else []
    accesses = request.company_user.service_accesses
    return render(
        request,
        "my_services/overview.html",
        {
            "company": company,
            "waiting": waiting,
            "brings_a_service": any(not activation.keeps_agreement for activation in waiting),
            "offered": offers_with_requests(request, at) if request.places.offer_count else [],
            "inviting_places": [invitation.place.name for invitation in invitations],
            "subscriptions": subscriptions,
            "has_had_services": not subscriptions and Subscription.objects.of(company).exists(),
            "finished": Subscription.objects.of(company).openable(today).exclude(ended_on=None).with_service(),
            "may_open": set(accesses.values_list("subscription_id", flat=True)),
            "collaborations": collaborations,
            "access": access_rows(collaborations, read_access_log(collaborations)),
            "ended": ended.order_by("-ended_at", "-pk")[:ENDED],
            "may_leave": not (person.is_main_contact or why_needed(company, person, person)),
            "receipts": Receipt.objects.of(company).with_names().order_by("-number")[:RECEIPTS],
        },
    )


@without_page
@require_safe
def service_open(request: CompanyRequest, code: str) -> HttpResponse:
    """The door, for the company's own people; a plain link, for the same reason as the office's.

    The link names its company, so that nobody who has switched in another tab comes into the wrong accounts.
    """
    company = request.company_user.company
    subscription = Subscription.objects.of(company).newest_first().with_service().filter(service__code=code).first()
    if subscription is None:
        raise Http404
    address = actions.open_service(subject=subscription, by=request.user, company=company, service=subscription.service)
    if address is None:
        raise Http404
    return HttpResponseRedirect(address)
