"""Correct the address and send again: one step, in which everything but the receiver is kept."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from clients.actions import save_contact
from clients.models import Client
from clients.rights import check_sees
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.actions.readdress import (
    Receiver,
    check_own_domain,
    check_time,
    check_version,
    make_receiver,
    readdress,
)
from collaboration.models import Activation
from ground.clock import Clock, database_clock
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def correct_address(
    *,
    activation: Activation,
    by: Employee,
    name: str,
    email: str,
    phone: str = "",
    link_version: int,
    corrects_card: bool = False,
    accepts_own_domain: bool = False,
    clock: Clock = database_clock,
) -> Activation:
    """Send the request to somebody else than the one it went to, or to the same person's right address.

    `link_version` is the one that the page showed; `corrects_card` writes the new receiver on the client's card too;
    `accepts_own_domain` vouches for an address at the firm's own domain as the customer's.
    Raises PageIsStale when it has changed since, else NotAllowed.
    """
    company = lock_company_of(activation.pk)
    activation = lock_activation(activation.pk)
    check_sees(by, activation.client_id)
    at = clock()
    activation.move("correct_address", by=by, at=at)
    check_time(activation, at)
    check_version(activation, link_version)
    receiver = make_receiver(activation, name=name, email=email, phone=phone, at=at)
    check_own_domain(activation, receiver, is_accepted=accepts_own_domain)
    if corrects_card:
        correct_card(activation, receiver, by=by, at=at)
    readdress(activation, receiver, company=company, by=by.user, at=at)
    record_event(
        subject=activation, verb="correct_address", by=by.user, at=at, firm=activation.firm,
        before={"link_version": link_version},
        after={"link_version": activation.link_version, "corrected_card": corrects_card},
    )  # fmt: skip
    return activation


def correct_card(activation: Activation, receiver: Receiver, *, by: Employee, at: datetime) -> None:
    """Write what is new of the receiver over the contact that the request went to, and over the client's own address.

    What the request has kept of the card since it was sent is left as a colleague may have changed it there.
    A contact who has the new address already is left alone; without one to write over, a new one is added.
    """
    client = (
        Client.objects.select_for_update(no_key=True, of=("self",)).select_related("firm").get(pk=activation.client_id)
    )
    old = activation.contact_email
    if client.email == old and receiver.email != old:
        client.email = receiver.email
        client.save(update_fields=["email", "updated_at"])
        record_event(subject=client, verb="edit", by=by.user, at=at, firm=client.firm, after={"changed": ["email"]})
    if receiver.email != old and client.contacts.filter(email=receiver.email).exists():
        return
    contact = activation.contact or client.contacts.filter(email=old).first()
    fields, held = asdict(receiver), asdict(Receiver.of(activation))
    if contact is not None:
        fields = {name: value for name, value in fields.items() if value != held[name]}
    save_contact(client=client, by=by, fields=fields, contact=contact, clock=lambda: at)
