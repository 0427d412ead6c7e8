"""Approve: the company's administrator says yes, and the collaboration begins."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails, workflow
from collaboration.actions.agreement_days import catch_up
from collaboration.actions.locks import Agreement, lock_activation, lock_collaborations, lock_company
from collaboration.actions.refusals import PageIsStale, TermsNotAccepted
from collaboration.models import Activation, Collaboration
from collaboration.offers import Offer, active_subscription, make_offer
from collaboration.receipts import write_receipt
from collaboration.reminders import cancel_reminders
from history.clock import Clock, database_clock, oslo_date
from history.models import record_event
from organisations.models import CompanyUser, Employee
from organisations.refusals import NotAllowed
from subscriptions.actions import give_access, start_subscription


@transaction.atomic
def approve_activation(
    *,
    activation: Activation,
    by: CompanyUser,
    shown: str,
    accepts_terms: bool,
    signed_in_by: str = "password",
    clock: Clock = database_clock,
) -> Activation:
    """Let the company's administrator say yes.

    `shown` is the fingerprint of the offer on the page that was answered; `signed_in_by` goes into the receipt.
    Raises PageIsStale when the offer has changed since, else NotAllowed with the standing outcome.
    """
    company = lock_company(activation.company_id)
    subscription = active_subscription(company, activation.service, lock=True) if company else None
    activation = lock_activation(activation.pk)
    at = clock()
    if subscription is not None:
        catch_up(Agreement(company, subscription, lock_collaborations(subscription)), at=at)
    activation.move("approve", by=by, at=at)
    check_decider(activation, by, at)
    offer = make_offer(activation, today=oslo_date(at))
    check_offer(offer, shown=shown, accepts_terms=accepts_terms)

    activation.subscription = offer.subscription or start_subscription(
        company=company,
        variant=activation.variant,
        paying_firm=activation.firm if activation.firm_pays else None,
        months=activation.period_months,
        price_per_month=activation.price_per_month,
        terms=offer.terms,
        first_day=oslo_date(at),
    )
    activation.was_attached = offer.is_attached
    activation.save()
    collaboration = Collaboration.objects.create(
        firm=activation.firm, client=activation.client, company=company, subscription=activation.subscription,
        service=activation.service, task=activation.task, activation=activation, started_on=oslo_date(at),
    )  # fmt: skip
    give_access(company_user=by, subscription=activation.subscription, at=at)
    receipt = write_receipt(subscription=activation.subscription, offer=offer, by=by, signed_in_by=signed_in_by, at=at)
    record_event(
        subject=activation,
        verb="approve",
        by=by.user,
        at=at,
        firm=activation.firm,
        company=company,
        before={"status": workflow.Status.PENDING},
        after={
            "status": activation.status,
            "collaboration": collaboration.pk,
            "subscription": activation.subscription_id,
            "attached": activation.was_attached,
            "receipt": receipt.number,
        },
    )
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    emails.approval_receipt(activation, offer, receipt)
    alerts.activation_approved(activation)
    return activation


def check_decider(activation: Activation, by: CompanyUser, at: datetime) -> None:
    """Who may answer, asked under the locks: rights can go between page and click. Raises NotAllowed."""
    if activation.is_over(at):
        raise NotAllowed(workflow.REFUSALS[workflow.Status.EXPIRED])
    places = CompanyUser.objects.active().administrators().filter(pk=by.pk, company_id=activation.company_id)
    if not places.exists():
        raise NotAllowed(_("Bare en administrator i selskapet kan svare på forespørselen."))
    if Employee.objects.active().filter(firm_id=activation.firm_id, user=by.user).exists():
        raise NotAllowed(_("Du arbeider i byrået som spør, og kan derfor ikke svare for selskapet."))


def check_offer(offer: Offer, *, shown: str, accepts_terms: bool) -> None:
    """The answer counts for what was shown, and for nothing else. Raises PageIsStale or NotAllowed."""
    if offer.is_impossible:
        raise NotAllowed(_("Abonnementet er avsluttet, så det er ikke noe å samarbeide i. Be byrået spørre på nytt."))
    if offer.fingerprint != shown:
        raise PageIsStale(_("Forespørselen har endret seg siden du åpnet siden. Les den på nytt før du svarer."))
    if offer.needs_terms and not accepts_terms:
        raise TermsNotAccepted(_("Du må godkjenne vilkårene for tjenesten."))
