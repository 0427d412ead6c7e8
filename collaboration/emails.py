"""Which mail goes to whom, and what it says. Called last in a deed, inside its transaction."""

from django.urls import reverse
from django.utils import translation

from collaboration import links
from collaboration.answers import answer_questions
from collaboration.models import Activation, Receipt
from collaboration.offers import Offer, make_offer
from history.clock import oslo_date
from notifications import outbox
from notifications.models import Email
from organisations.models import CompanyUser, User

KINDS_TO_THE_CUSTOMER_BEFORE_THE_ANSWER = ("activation_sent",)


def activation_sent(activation: Activation, *, key: str = "") -> Email | None:
    """To the receiver: the request, with the five answers and the link."""
    token = links.make_token(activation.pk, activation.link_version)
    language = language_of(activation.contact_email)
    offer = make_offer(activation, today=oslo_date(activation.link_mailed_at))
    with translation.override(language):
        answers = answer_questions(offer)
    return outbox.post_email(
        key=key or f"activation_sent:{activation.pk}:{activation.link_version}",
        kind="activation_sent",
        to=activation.contact_email,
        language=language,
        about=activation,
        firm=activation.firm,
        secret=token,
        context={
            "activation": activation,
            "offer": offer,
            "answers": answers,
            "link": links.link_url(token),
            "my_services_url": outbox.base_url() + reverse("my_services:overview"),
        },
    )


def activation_approved(activation: Activation, offer: Offer) -> Email | None:
    """To the one who asked: yes, and whether it met a subscription that the customer had got."""
    return to_the_one_who_asked("activation_approved", activation, {"offer": offer})


def activation_declined(activation: Activation) -> Email | None:
    """To the one who asked: no, with the reason."""
    return to_the_one_who_asked("activation_declined", activation, {})


def activation_expired(activation: Activation) -> Email | None:
    """To the one who asked: nobody answered."""
    return to_the_one_who_asked("activation_expired", activation, {})


def approval_receipt(activation: Activation, offer: Offer, receipt: Receipt) -> Email | None:
    """To the approver: what was approved, under which terms."""
    return to_the_decider("approval_receipt", activation, {"offer": offer, "receipt": receipt})


def decline_receipt(activation: Activation, by: CompanyUser) -> Email | None:
    """To the one who declined: that it was done."""
    return to_the_decider("decline_receipt", activation, {})


def cancel_unsent(activation: Activation) -> int:
    """No request reaches a customer after it is closed."""
    return outbox.cancel_emails(activation, kinds=KINDS_TO_THE_CUSTOMER_BEFORE_THE_ANSWER)


def to_the_one_who_asked(kind: str, activation: Activation, context: dict) -> Email | None:
    user = activation.requested_by.user
    page = reverse("collaboration:service-detail", args=[activation.client.number, activation.service.code])
    return outbox.post_email(
        key=f"{kind}:{activation.pk}",
        kind=kind,
        to=user.email,
        language=user.language,
        about=activation,
        firm=activation.firm,
        context={
            "activation": activation,
            "person": user,
            "page_url": f"{outbox.base_url()}{page}?byra={activation.firm.slug}",
            **context,
        },
    )


def to_the_decider(kind: str, activation: Activation, context: dict) -> Email | None:
    user = activation.decided_by
    return outbox.post_email(
        key=f"{kind}:{activation.pk}",
        kind=kind,
        to=user.email,
        language=user.language,
        about=activation,
        firm=activation.firm,
        context={
            "activation": activation,
            "person": user,
            "my_services_url": outbox.base_url() + reverse("my_services:overview"),
            **context,
        },
    )


def language_of(address: str) -> str:
    """The receiver's own language where we know the person, else Norwegian."""
    languages = User.objects.filter(email=address.lower()).values_list("language", flat=True)
    return languages.first() or User.Language.NORWEGIAN
