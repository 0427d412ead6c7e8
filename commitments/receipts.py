"""The lasting record of who approved what. The person stands in it as a salted hash only."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import connection

from agreements.asking import Asking
from agreements.hand_over import HandOver
from commitments.commitment import Commitment
from commitments.models import Receipt
from organisations.models import CompanyUser, Employee
from organisations.own_domains import find_own_domain
from subscriptions.models import Subscription, Terms


class ApprovedRequest(Asking, Protocol):
    """The request, with the domain of the firm's own that its receiver's address was at, or nothing."""

    own_domain: str


class ApprovedOffer(Protocol):
    """What the customer has said yes to, as the receipt keeps it. The offer itself lies in the room above."""

    @property
    def activation(self) -> Any: ...

    @property
    def terms(self) -> Terms | None: ...

    @property
    def keeps_agreement(self) -> bool: ...

    @property
    def people(self) -> Sequence[Employee]: ...


NUMBER = re.compile("[1-9][0-9]{0,17}")


def write_receipt(
    *,
    subscription: Subscription,
    by: CompanyUser,
    signed_in_by: str,
    at: datetime,
    commitment: Commitment,
    offer: ApprovedOffer | None = None,
    hand_over: HandOver | None = None,
) -> Receipt:
    """Of an approved request (`offer`), or of a service that the company ordered itself.

    `hand_over` is the other firm's end that was chosen with the approval, if one was.
    """
    activation = offer.activation if offer else None
    terms = offer.terms if offer else subscription.terms
    number, salt = next_number(), secrets.token_hex(16)
    record = {
        "number": number,
        "approved_at": at.isoformat(),
        "org_number": subscription.company.org_number,
        "firm_org_number": activation.firm.org_number if activation else None,
        "service": subscription.service.code,
        "variant": subscription.variant.code,
        "period_months": subscription.period_months,
        "paid_by_firm": subscription.paying_firm.org_number if subscription.paying_firm else None,
        "price_per_month": None if commitment.per_month is None else str(commitment.per_month),
        "keeps_agreement": bool(offer and offer.keeps_agreement),
        "terms_version": terms.version if terms else None,
        "terms_sha256": terms.sha256 if terms else None,
        "commitment": commitment.as_record(),
        "signed_in_by": signed_in_by,
        "person_sha256": Receipt.hash_person(salt, by.user.name, by.user.email),
    }
    if hand_over:
        record |= {
            "ended_firm_org_number": hand_over.collaboration.firm.org_number,
            "ended_firm_last_day": hand_over.last_day.isoformat(),
        }
    if offer and activation:
        record |= {"people": [person.pk for person in offer.people], **own_domains(activation, by)}
    return Receipt.objects.create(
        number=number,
        activation=activation,
        subscription=subscription,
        terms=terms,
        company=subscription.company,
        firm=activation.firm if activation else None,
        record=record,
        code=Receipt.sign(record),
        salt=salt,
        approver_name=by.user.name,
        approver_email=by.user.email,
        created_at=at,
    )


def own_domains(activation: ApprovedRequest, by: CompanyUser) -> dict[str, str]:
    """Where an address that should have been the customer's was at the asking firm's own domain: at which.

    The receiver's is the one that the firm vouched for when it sent.
    """
    assert by.user
    found = {
        "receiver_own_domain": activation.own_domain,
        "approver_own_domain": find_own_domain(activation.firm, by.user.email),
    }
    return {name: domain for name, domain in found.items() if domain}


def find_genuine(number: str, code: str) -> Receipt | None:
    """The receipt that somebody holds a number and a code of; None if a character of them or of the row is changed."""
    if not NUMBER.fullmatch(number):
        return None
    receipt = Receipt.objects.with_names().filter(number=number).first()
    return receipt if receipt and receipt.has_code(code) and receipt.is_genuine else None


def next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('commitments_receipt_number')")
        return cursor.fetchone()[0]
