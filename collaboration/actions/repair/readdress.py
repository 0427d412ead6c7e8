"""What a corrected address and a forwarding do alike: the request gets another receiver and another link."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.actions.refusals import PageIsStale
from collaboration import emails, links, reminders, workflow
from collaboration.actions.asking.send_activation import LIFE_IN_DAYS, offer_administrators_place
from collaboration.actions.settling.release_company import is_only_asked, take_back_place
from collaboration.facts import has_disowned, is_employees_address
from collaboration.models import Activation, Forwarding, ForwardProposal, ReplacedLink
from collaboration.preflight import (
    HAS_DISOWNED,
    RECEIVER_IS_EMPLOYEE,
    own_domain_warning,
)
from collaboration.scenarios import Scenario, find_company
from ground.clock import oslo_date, oslo_midnight
from ground.lines import clean_name
from ground.refusals import NotAllowed
from organisations.forms.addresses import clean_address
from organisations.models import Company, User
from organisations.own_domains import find_own_domain

LONGEST_LIFE_IN_DAYS = 90  # from the first sending, however often the receiver changes


@dataclass(frozen=True)
class Receiver:
    """Who is to get the request. The address is in its form."""

    name: str
    email: str
    phone: str = ""

    @classmethod
    def of(cls, activation: Activation) -> "Receiver":
        return cls(activation.contact_name, activation.contact_email, activation.contact_phone)


@dataclass(frozen=True)
class Forwarder:
    """Who sends a request on, and what that person writes to the one who gets it."""

    name: str
    email: str
    message: str = ""


def make_receiver(activation: Activation, *, name: str, email: str, phone: str, at: datetime) -> Receiver:
    """The receiver as typed. Raises NotAllowed for what no request may be sent to."""
    name = clean_name(name)
    if not name:
        raise NotAllowed(_("Skriv navnet på mottakeren."), field="name")
    receiver = Receiver(name, clean_address(email), clean_name(phone))
    if is_employees_address(activation.firm_id, receiver.email):
        raise NotAllowed(RECEIVER_IS_EMPLOYEE, field="email")
    if receiver == Receiver.of(activation):
        raise NotAllowed(_("Forespørselen er allerede sendt til denne adressen."), field="email")
    if has_disowned(activation.client_id, receiver.email, oslo_date(at)):
        raise NotAllowed(HAS_DISOWNED, field="email")
    return receiver


def check_own_domain(activation: Activation, receiver: Receiver, *, is_accepted: bool) -> None:
    """Raises NotAllowed for an address at the firm's own domain that nobody has vouched for as the customer's."""
    warning = own_domain_warning(activation.firm, receiver.email)
    if warning and not is_accepted:
        raise NotAllowed(warning)


def check_time(activation: Activation, at: datetime) -> None:
    """Raises NotAllowed when the request's time is over."""
    if activation.is_over(at):
        raise NotAllowed(workflow.REFUSALS[workflow.Status.EXPIRED])


def check_version(activation: Activation, shown: int) -> None:
    """Raises PageIsStale when the receiver has changed since the page was shown."""
    if activation.link_version != shown:
        raise PageIsStale(_("Mottakeren er endret siden du åpnet siden. Se hvem forespørselen er sendt til nå."))


def find_expiry(activation: Activation, at: datetime) -> datetime:
    """The last day counted anew, but never beyond the longest life of a request."""
    latest = oslo_midnight(activation.first_requested_at, days=LONGEST_LIFE_IN_DAYS)
    return min(oslo_midnight(at, days=LIFE_IN_DAYS), latest)


def readdress(
    activation: Activation,
    receiver: Receiver,
    *,
    company: Company | None,
    by: User | None,
    at: datetime,
    forwarder: Forwarder | None = None,
) -> None:
    """Give the request another receiver and a new link, and start its plan anew; the rest of it stays as it is.

    `forwarder` is who sends it on; of a proposal that this answers, the one who made it. The caller holds the company's
    and the request's lock, and writes the event. Raises NotAllowed when the request has lived as long as one may.
    """
    expires_at = find_expiry(activation, at)
    if expires_at <= at:
        raise NotAllowed(
            _("Forespørselen ble først sendt for %(days)s dager siden eller mer. Start på nytt i stedet.")
            % {"days": LONGEST_LIFE_IN_DAYS}
        )
    emails.cancel_unsent(activation)
    retire_link(activation, at)
    activation.contact_name, activation.contact_email = receiver.name, receiver.email
    activation.contact_phone = receiver.phone
    activation.own_domain = find_own_domain(activation.firm, receiver.email)
    if activation.scenario != Scenario.NEW:
        activation.contact = activation.client.contacts.filter(email=receiver.email).first()
    activation.link_mailed_at, activation.expires_at = at, expires_at
    forwarder = close_proposals(activation, receiver, by=by, at=at) or forwarder
    activation.was_forwarded = forwarder is not None
    activation.disowned_at = None
    activation.save()
    if is_only_asked(company):
        ask_anew(activation, company, at=at)
    if forwarder:
        Forwarding.objects.create(
            firm=activation.firm, activation=activation, link_version=activation.link_version, forwarded_at=at,
            name=forwarder.name, email=forwarder.email, message=forwarder.message,
        )  # fmt: skip
    reminders.plan_reminders(activation, at=at)
    emails.activation_sent(activation)


def ask_anew(activation: Activation, company: Company, *, at: datetime) -> None:
    """The place goes to the new receiver; or the request to the company that the firm has come to know meanwhile."""
    take_back_place(company)
    known = find_company(activation.client)
    if known is None:
        offer_administrators_place(activation, at)
        return
    activation.company = known
    activation.save(update_fields=["company"])
    company.delete()


def retire_link(activation: Activation, at: datetime) -> None:
    """The link that is out leads to "erstattet" from now on; that its receiver was the wrong person is kept."""
    ReplacedLink.objects.create(
        firm=activation.firm, activation=activation, link_version=activation.link_version,
        token_hash=activation.token_hash, replaced_at=at, disowned_at=activation.disowned_at,
        disowned_email=activation.contact_email if activation.is_disowned else "",
    )  # fmt: skip
    activation.link_version += 1
    links.stamp_token(activation)


def close_proposals(activation: Activation, receiver: Receiver, *, by: User | None, at: datetime) -> Forwarder | None:
    """A new receiver answers what was proposed: yes if it is the proposed one. Returns who proposed it, if it was."""
    forwarder = None
    for proposal in ForwardProposal.objects.filter(activation=activation, answered_at=None):
        proposal.answered_at, proposal.answered_by = at, by
        proposal.was_accepted = proposal.email == receiver.email
        proposal.save(update_fields=["answered_at", "answered_by", "was_accepted"])
        if proposal.was_accepted:
            forwarder = Forwarder(proposal.proposed_by_name, proposal.proposed_by_email, proposal.message)
    return forwarder
