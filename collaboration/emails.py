"""Which mail goes to whom on the customer's side, and what it says. Called last in a deed, inside its transaction."""

from datetime import datetime, timedelta

from django.utils import translation

from agreements.telling.emails import my_services_address, my_services_of
from agreements.telling.reach import reach_of
from collaboration import links
from collaboration.models import Activation, Forwarding, Reminder
from collaboration.offer.answers import answer_questions
from collaboration.offer.commitment import commitment_of_offer
from collaboration.offer.offers import Offer, make_offer
from collaboration.senders import reply_address_of, sender_of
from commitments.emails import receipt_address
from commitments.models import Receipt
from commitments.receipt_words import summary_rows
from ground.clock import oslo_date
from notifications import outbox
from notifications.models import Email
from organisations.language import language_of_receiver

KINDS_WITH_THE_LINK = ("activation_sent", "activation_reminder", "activation_last_warning")
KINDS_TO_THE_CUSTOMER_BEFORE_THE_ANSWER = (*KINDS_WITH_THE_LINK, "forward_code")


def activation_sent(activation: Activation, *, key: str = "", not_before: datetime | None = None) -> Email | None:
    """To the receiver: the request, with the five answers and the link. It leaves at once, or from `not_before` on."""
    key = key or f"activation_sent:{activation.pk}:{activation.link_version}"
    context = {
        "replaced": find_replaced_by(activation),
        "becomes_administrator": links.link_is_the_way_in(activation),
    }
    return to_the_receiver("activation_sent", activation, key=key, context=context, not_before=not_before)


def find_replaced_by(activation: Activation) -> Activation | None:
    """The request before it, if the firm took that one back and the same address had it: its mail still lies there."""
    before = Activation.objects.filter(
        client=activation.client_id, service=activation.service_id, pk__lt=activation.pk
    ).order_by("-pk").first()  # fmt: skip
    if before is None or before.status != Activation.Status.WITHDRAWN:
        return None
    return before if before.contact_email == activation.contact_email else None


def activation_reminder(activation: Activation, reminder: Reminder) -> Email | None:
    """To the receiver: a reminder with the days that are left; the last one as a warning."""
    kind = "activation_last_warning" if reminder.kind == Reminder.Kind.LAST_WARNING else "activation_reminder"
    expires_on = oslo_date(activation.expires_at)
    return to_the_receiver(
        kind,
        activation,
        key=f"{kind}:{activation.pk}:{oslo_date(reminder.due_at)}",
        context={
            "last_day": expires_on - timedelta(days=1),
            "days_left": (expires_on - oslo_date(activation.link_mailed_at)).days,
        },
    )


def to_the_receiver(
    kind: str,
    activation: Activation,
    *,
    key: str,
    context: dict | None = None,
    not_before: datetime | None = None,
) -> Email | None:
    token = links.make_token(activation.pk, activation.link_version)
    language = language_of_receiver(activation.contact_email)
    offer = make_offer(activation, today=oslo_date(activation.link_mailed_at))
    with translation.override(language):
        answers = answer_questions(offer, commitment_of_offer(offer), in_mail=True)
        sender = sender_of(activation)
    return outbox.post_email(
        key=key,
        kind=kind,
        to=activation.contact_email,
        language=language,
        about=activation,
        firm=activation.firm,
        secret=token,
        secret_lasts=True,
        sender=sender,
        reply_to=reply_address_of(activation),
        not_before=not_before,
        context={
            "activation": activation,
            "offer": offer,
            "answers": answers,
            "link": links.link_url(token),
            "disown_url": links.disown_url(token),
            "my_services_url": my_services_address(),
            "needs_the_link": links.waits_for_a_new_user(activation),
            "has_user": links.has_user(activation),
            "forwarding": forwarding_of(activation),
            **(context or {}),
        },
    )


def forwarding_of(activation: Activation) -> Forwarding | None:
    """Who sent the request on to the one who has it now."""
    if not activation.was_forwarded:
        return None
    return activation.forwardings.filter(link_version=activation.link_version).first()


def has_bounced(activation: Activation) -> bool:
    """Whether the address that holds the link now sent the latest mail back."""
    latest = latest_with_the_link(activation)
    return latest is not None and latest.bounced_at is not None


def latest_with_the_link(activation: Activation) -> Email | None:
    """The last mail that took the link to the address that holds it now, or still will."""
    mails = Email.objects.about(activation).filter(kind__in=KINDS_WITH_THE_LINK, to=activation.contact_email)
    return mails.exclude(status=Email.Status.CANCELLED).defer("message").last()


def forward_code(activation: Activation, code: str, *, at: datetime) -> Email | None:
    """To the recorded address: the digits that prove it to be its holder's wish to send the request on."""
    return outbox.post_email(
        key=f"forward_code:{activation.pk}:{at.isoformat()}",
        kind="forward_code",
        to=activation.contact_email,
        language=language_of_receiver(activation.contact_email),
        about=activation,
        firm=activation.firm,
        secret=code,
        context={"activation": activation, "code": code},
    )


def approval_receipt(activation: Activation, offer: Offer, receipt: Receipt) -> Email | None:
    """To the approver: what was approved, what it binds to, under which terms."""
    with translation.override(activation.decided_by.language):
        rows = summary_rows(receipt)
    context = {"offer": offer, "receipt": receipt, "rows": rows, "receipt_url": receipt_address(receipt)}
    return to_the_decider("approval_receipt", activation, context)


def decline_receipt(activation: Activation) -> Email | None:
    """To the one who declined: that it was done."""
    return to_the_decider("decline_receipt", activation, {})


def cancel_unsent(activation: Activation, *, kinds: tuple[str, ...] = KINDS_TO_THE_CUSTOMER_BEFORE_THE_ANSWER) -> int:
    """Cancel the unsent mails of a request that is closed or gets another address. Returns how many."""
    return outbox.cancel_emails(activation, kinds=kinds)


def to_the_decider(kind: str, activation: Activation, context: dict) -> Email | None:
    user = activation.decided_by
    return outbox.post_email(
        key=f"{kind}:{activation.pk}",
        kind=kind,
        to=user.email,
        language=user.language,
        about=activation,
        firm=activation.firm,
        reply_to=reply_address_of(activation),
        context={
            "activation": activation,
            "person": user,
            "my_services_url": my_services_of(activation.company),
            "reach": reach_of(activation),
            **context,
        },
    )
