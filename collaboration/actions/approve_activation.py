"""Approve: the company's administrator says yes, and the collaboration begins."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails, workflow
from collaboration.actions.agreement_days import bring_up_to_date
from collaboration.actions.hand_over import carry_out, check_hand_over
from collaboration.actions.locks import complete_agreement, lock_activation, lock_active_subscription, lock_company_of
from collaboration.actions.refusals import PageIsStale, TermsNotAccepted
from collaboration.commitments import commitment_of_offer
from collaboration.hand_over import HandOver
from collaboration.models import Activation, Collaboration, Receipt
from collaboration.offers import Offer, make_offer
from collaboration.receipts import write_receipt
from collaboration.reminders import cancel_reminders
from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Company, CompanyUser, Employee
from subscriptions.actions import give_access, start_subscription
from subscriptions.models import Subscription


@transaction.atomic
def approve_activation(
    *,
    activation: Activation,
    by: CompanyUser,
    shown: str,
    accepts_terms: bool,
    signed_in_by: str = "password",
    hand_over: HandOver | None = None,
    clock: Clock = database_clock,
) -> Activation:
    """Let the company's administrator say yes.

    `shown` is the fingerprint of the offer on the page that was answered; `signed_in_by` goes into the receipt;
    `hand_over` ends another firm's collaboration from a day. Raises PageIsStale when the offer, or what the hand-over
    would bring, has changed since, else NotAllowed with the standing outcome.
    """
    company = lock_company_of(activation.pk)
    standing = lock_active_subscription(company, activation.service)
    activation = lock_activation(activation.pk)
    at = clock()
    activation.move("approve", by=by, at=at)
    check_decider(activation, by, at)
    check_settled(activation)
    activation.take_back_disowning(by)
    check_offer(make_offer(activation, today=oslo_date(at)), shown=shown, accepts_terms=accepts_terms)
    agreement = complete_agreement(company, standing) if company and standing else None
    if agreement:
        bring_up_to_date(agreement, at=at)  # after the check: no page waits for a sweep
    offer = make_offer(activation, today=oslo_date(at))
    check_possible(offer)
    old = check_hand_over(agreement, hand_over, to=activation.firm, at=at) if hand_over else None

    kept = standing if offer.subscription else None  # the locked row, which the hand-over moves too
    activation.subscription = kept or begin_subscription(activation, offer, company, at)
    activation.was_attached = offer.is_attached
    activation.save()
    collaboration = begin_collaboration(activation, company, at)
    give_access(company_user=by, subscription=activation.subscription, at=at)
    if hand_over and old and agreement:
        carry_out(agreement, hand_over, old, collaboration, by=by, at=at)
    commitment = commitment_of_offer(offer)  # an agreement that goes on has the hand-over in it by now
    assert commitment  # check_possible has seen to it
    receipt = write_receipt(
        subscription=activation.subscription, commitment=commitment, offer=offer, hand_over=hand_over, by=by,
        signed_in_by=signed_in_by, at=at,
    )  # fmt: skip
    record_approval(activation, collaboration, receipt, hand_over, by=by, at=at)
    cancel_reminders(activation, at=at)
    emails.cancel_unsent(activation)
    emails.approval_receipt(activation, offer, receipt)
    alerts.activation_approved(activation)
    return activation


def begin_subscription(activation: Activation, offer: Offer, company: Company, at: datetime) -> Subscription:
    return start_subscription(
        company=company,
        variant=activation.variant,
        paying_firm=activation.firm if activation.firm_pays else None,
        months=activation.period_months,
        price_per_month=activation.price_per_month,
        terms=offer.terms,
        first_day=oslo_date(at),
    )


def begin_collaboration(activation: Activation, company: Company, at: datetime) -> Collaboration:
    collaboration = Collaboration(
        firm=activation.firm,
        client=activation.client,
        company=company,
        subscription=activation.subscription,
        service=activation.service,
        task=activation.task,
        activation=activation,
        started_on=oslo_date(at),
    )
    collaboration.people_told = collaboration.people_with_access
    collaboration.save()
    return collaboration


def record_approval(
    activation: Activation,
    collaboration: Collaboration,
    receipt: Receipt,
    hand_over: HandOver | None,
    *,
    by: CompanyUser,
    at: datetime,
) -> None:
    ends = {"ends": hand_over.collaboration.pk, "last_day": hand_over.last_day.isoformat()} if hand_over else {}
    record_event(
        subject=activation,
        verb="approve",
        by=by.user,
        at=at,
        firm=activation.firm,
        company=collaboration.company,
        before={"status": workflow.Status.PENDING},
        after={
            "status": activation.status,
            "collaboration": collaboration.pk,
            "subscription": activation.subscription_id,
            "attached": activation.was_attached,
            "receipt": receipt.number,
            **ends,
        },
    )


def check_decider(activation: Activation, by: CompanyUser, at: datetime) -> None:
    """Who may answer, asked under the locks: rights can go between page and click. Raises NotAllowed."""
    if activation.is_over(at):
        raise NotAllowed(workflow.REFUSALS[workflow.Status.EXPIRED])
    places = CompanyUser.objects.active().administrators().filter(pk=by.pk, company_id=activation.company_id)
    if not places.exists():
        raise NotAllowed(_("Bare en administrator i selskapet kan svare på forespørselen."))
    if Employee.objects.active().filter(firm_id=activation.firm_id, user=by.user).exists():
        raise NotAllowed(_("Du arbeider i byrået som spør, og kan derfor ikke svare for selskapet."))


def check_settled(activation: Activation) -> None:
    """Raises NotAllowed where a rival of a provisional place has begun the service: there is one agreement about it."""
    assert activation.company
    if Subscription.objects.begun_beside(activation.company).filter(service=activation.service).exists():
        raise NotAllowed(_("Selskapet må bekreftes før dere kan godkjenne. Vi tar kontakt."))


def check_offer(offer: Offer, *, shown: str, accepts_terms: bool) -> None:
    """The answer counts for what was shown, and for nothing else. Raises PageIsStale or NotAllowed."""
    check_possible(offer)
    if offer.fingerprint != shown:
        raise PageIsStale(_("Forespørselen har endret seg siden du åpnet siden. Les den på nytt før du svarer."))
    if offer.needs_terms and not accepts_terms:
        raise TermsNotAccepted(_("Du må godkjenne vilkårene for tjenesten."))


def check_possible(offer: Offer) -> None:
    """Scenario 1 needs the subscription that it is about. Raises NotAllowed."""
    if offer.is_impossible:
        raise NotAllowed(_("Abonnementet er avsluttet, så det er ikke noe å samarbeide i. Be byrået spørre på nytt."))
