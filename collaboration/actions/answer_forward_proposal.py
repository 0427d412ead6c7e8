"""Answer the receiver's proposal of somebody else: one click."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.rights import check_sees
from collaboration.actions.correct_address import correct_address
from collaboration.actions.locks import lock_activation, lock_company_of
from collaboration.actions.readdress import check_time
from collaboration.models import Activation, ForwardProposal
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee


@transaction.atomic
def answer_forward_proposal(
    *,
    proposal: ForwardProposal,
    by: Employee,
    accept: bool,
    accepts_own_domain: bool = False,
    clock: Clock = database_clock,
) -> Activation:
    """Yes sends the request to the proposed person, no leaves it where it is.

    `accepts_own_domain` vouches for an address at the firm's own domain as the customer's. Raises NotAllowed when the
    proposal is answered already, or the request is closed or over.
    """
    activation = proposal.activation
    lock_company_of(activation.pk)
    activation = lock_activation(activation.pk)
    check_sees(by, activation.client_id)
    at = clock()
    activation.find_move("correct_address", by=by)
    check_time(activation, at)
    proposal = ForwardProposal.objects.get(pk=proposal.pk)
    if proposal.answered_at is not None:
        raise NotAllowed(_("Forslaget er allerede besvart."))
    if accept:
        return correct_address(
            activation=activation, by=by, name=proposal.name, email=proposal.email, phone=proposal.phone,
            link_version=activation.link_version, accepts_own_domain=accepts_own_domain, clock=clock,
        )  # fmt: skip
    proposal.answered_at, proposal.answered_by = at, by.user
    proposal.save(update_fields=["answered_at", "answered_by"])
    record_event(
        subject=activation, verb="dismiss_forward", by=by.user, at=at, firm=activation.firm,
        after={"proposal": proposal.pk},
    )  # fmt: skip
    return activation
