"""Order: a company gets a service by itself, without any firm."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import emails, workflow
from collaboration.actions.agreement_days import bring_up_to_date
from collaboration.actions.locks import lock_agreement
from collaboration.actions.refusals import PageIsStale, TermsNotAccepted
from collaboration.commitments import commitment_of_order
from collaboration.models import Receipt
from collaboration.orders import make_order
from collaboration.receipts import write_receipt
from ground.clock import Clock, database_clock, oslo_date
from history.models import record_event
from organisations.companies.rows import lock_company
from organisations.forms.sent import find_made
from organisations.models import CompanyUser
from subscriptions.actions import give_access, start_subscription
from subscriptions.models import Subscription, Variant


@transaction.atomic
def order_subscription(
    *,
    variant: Variant,
    months: int,
    by: CompanyUser,
    shown: str,
    accepts_terms: bool,
    signed_in_by: str = "password",
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> Receipt:
    """Begin a subscription that the company pays itself, from today.

    `shown` is the fingerprint of the order on the page; the form of `form_key` sent twice orders once. Raises
    PageIsStale when price or terms have changed since, TermsNotAccepted without the tick, else NotAllowed.
    """
    company = lock_company(by.company_id)
    if not CompanyUser.objects.active().administrators().filter(pk=by.pk, company=company).exists():
        workflow.check_right("order", ())
    if made := find_made(Receipt.objects.of(company).with_names(), form_key, kept_as="receipt", column="number"):
        return made
    standing = Subscription.objects.filter(company=company, service=variant.service_id).active().first()
    agreement = lock_agreement(standing.pk) if standing else None
    at = clock()
    if agreement is not None:
        bring_up_to_date(agreement, at=at)
    order = make_order(company, variant, months=months, day=oslo_date(at))
    if order.fingerprint != shown:
        raise PageIsStale(_("Pris eller vilkår har endret seg siden du åpnet siden. Les den på nytt før du bestiller."))
    if not accepts_terms:
        raise TermsNotAccepted(_("Du må godkjenne vilkårene for tjenesten."))
    subscription = start_subscription(
        company=company,
        variant=variant,
        paying_firm=None,
        months=months,
        price_per_month=order.price_per_month,
        terms=order.terms,
        first_day=oslo_date(at),
    )
    give_access(company_user=by, subscription=subscription, at=at)
    commitment = commitment_of_order(order, first_day=oslo_date(at))
    receipt = write_receipt(subscription=subscription, commitment=commitment, by=by, signed_in_by=signed_in_by, at=at)
    record_event(
        subject=subscription, verb="order", by=by.user, at=at, company=company, after={"receipt": receipt.number},
        form_key=form_key,
    )  # fmt: skip
    emails.order_receipt(receipt, by.user)
    return receipt
