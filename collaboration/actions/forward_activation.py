"""Forward: the receiver's side names the right person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.actions.readdress import Forwarder, Receiver, check_time, check_version, make_receiver, readdress
from collaboration.models import Activation, ForwardProposal
from collaboration.models.link import LONGEST_MESSAGE
from collaboration.scenarios import Scenario
from ground.clock import Clock, database_clock
from ground.lines import clean_lines
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.forms.sent import find_done
from organisations.models import CompanyUser, User
from organisations.signing_in.mailed_code import make_code

MOST_LINES = 6  # of the message that goes along


@transaction.atomic
def issue_forward_code(*, activation: Activation, clock: Clock = database_clock) -> str:
    """Mail six digits to the recorded address, so that its holder can prove it without signing in; returns them.

    Raises NotAllowed when the request is closed or over, or its receiver has said to be somebody else.
    """
    activation = lock_activation(activation.pk)
    at = clock()
    activation.find_move("forward", by=None)
    check_time(activation, at)
    check_is_the_right_person(activation)
    code = make_code()
    record_event(subject=activation, verb="issue_forward_code", at=at, firm=activation.firm)
    emails.cancel_unsent(activation, kinds=("forward_code",))
    emails.forward_code(activation, code, at=at)
    return code


@transaction.atomic
def forward_activation(
    *,
    activation: Activation,
    by: CompanyUser | None,
    name: str,
    email: str,
    phone: str = "",
    message: str = "",
    link_version: int,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> ForwardProposal | None:
    """Send the request on to the right person; in scenario 3, propose that to the firm and return the proposal.

    `by` is one of the company's people, or None: somebody who has proved to hold the recorded address. `message` goes
    along in the mail. `link_version` is the one that the page showed. The form of `form_key` sent twice does it once.
    Raises PageIsStale when the version has changed since, else NotAllowed.
    """
    company = lock_company_of(activation.pk)
    activation = lock_activation(activation.pk)
    if by is None:
        check_is_the_right_person(activation)
    else:
        check_forwarder(activation, by)
    if done := find_done(form_key):
        return activation.forward_proposals.filter(pk=done.after.get("proposal")).first()
    at, user = clock(), by.user if by else None
    activation.move("forward", by=by, at=at)
    check_time(activation, at)
    check_version(activation, link_version)
    receiver = make_receiver(activation, name=name, email=email, phone=phone, at=at)
    check_is_somebody_else(activation, receiver, by=user)
    forwarder = make_forwarder(activation, user, message)
    if activation.scenario == Scenario.NEW:
        return propose_receiver(activation, receiver, forwarder, by=user, at=at, form_key=form_key)
    readdress(activation, receiver, company=company, by=user, at=at, forwarder=forwarder)
    record_event(
        subject=activation, verb="forward", by=user, at=at, firm=activation.firm, company=company,
        before={"link_version": link_version}, after={"link_version": activation.link_version}, form_key=form_key,
    )  # fmt: skip
    return None


def check_is_the_right_person(activation: Activation) -> None:
    """Raises NotAllowed for the holder of an address who has said to be somebody else: nothing more is mailed there."""
    if activation.is_disowned:
        raise NotAllowed(_("Vi har fått beskjed om at det er feil person. Byrået finner den rette."))


def check_forwarder(activation: Activation, by: CompanyUser) -> None:
    """Raises NotAllowed unless the person acts for the company now: rights can go between page and click."""
    place = CompanyUser.objects.active().of(activation.company).filter(pk=by.pk).first()
    if place is None or not place.may_forward:
        raise NotAllowed(_("Bare selskapets egne brukere kan sende forespørselen videre."))


def check_is_somebody_else(activation: Activation, receiver: Receiver, *, by: User | None) -> None:
    """Raises NotAllowed for the address that has the request already, and for the forwarder's own."""
    if receiver.email == activation.contact_email:
        raise NotAllowed(_("Forespørselen er allerede sendt til denne adressen."), field="email")
    if by is not None and receiver.email == by.email:
        raise NotAllowed(_("Det er din egen adresse. Skriv adressen til den som skal ha forespørselen."), field="email")


def make_forwarder(activation: Activation, by: User | None, message: str) -> Forwarder:
    """The person, or the one whom the request went to; and the words. Raises NotAllowed when these are too many."""
    message = clean_lines(message)
    check_message(message)
    if by is None:
        return Forwarder(activation.contact_name, activation.contact_email, message)
    return Forwarder(by.name, by.email, message)


def check_message(message: str) -> None:
    """Raises NotAllowed for more than a few lines."""
    if len(message) > LONGEST_MESSAGE or len(message.splitlines()) > MOST_LINES:
        values = {"characters": LONGEST_MESSAGE, "lines": MOST_LINES}
        raise NotAllowed(_("Meldingen kan ha høyst %(characters)s tegn og %(lines)s linjer.") % values)


def propose_receiver(
    activation: Activation,
    receiver: Receiver,
    forwarder: Forwarder,
    *,
    by: User | None,
    at: datetime,
    form_key: UUID | None,
) -> ForwardProposal:
    """Whoever gets a new company's request becomes its administrator: the firm has to say yes to the person."""
    if ForwardProposal.objects.filter(activation=activation, answered_at=None).exists():
        raise NotAllowed(_("Byrået har allerede fått et forslag til mottaker, og har ikke svart på det ennå."))
    proposal = ForwardProposal.objects.create(
        firm=activation.firm, activation=activation, proposed_at=at,
        name=receiver.name, email=receiver.email, phone=receiver.phone,
        proposed_by_name=forwarder.name, proposed_by_email=forwarder.email, message=forwarder.message,
    )  # fmt: skip
    record_event(
        subject=activation, verb="propose_forward", by=by, at=at, firm=activation.firm, after={"proposal": proposal.pk},
        form_key=form_key,
    )  # fmt: skip
    alerts.forward_proposed(activation)
    return proposal
