"""How invitations end: each by its answer, and several at once when nobody can answer them any more."""

from datetime import datetime
from typing import Any

from history.models import record_event
from organisations.invitations import emails
from organisations.models import Company, CompanyUser, Firm, Invitation, User
from organisations.models.invitation import InvitationQuerySet


def withdraw_invitations_of(inviter: User | None, place: Firm | Company, *, by: User | None, at: datetime) -> int:
    """Withdraw what the inviter has offered in the place, once he may offer nothing there; returns how many.

    So nobody who is put out comes back by an invitation to a mailbox of his own. The caller holds the place's lock.
    """
    return withdraw_waiting(Invitation.objects.to(place).filter(invited_by=inviter), by=by, at=at)


def withdraw_all_invitations(place: Firm | Company, *, at: datetime) -> None:
    """Withdraw every unanswered invitation of the place. The caller holds the place's lock."""
    withdraw_waiting(Invitation.objects.to(place), by=None, at=at)


def withdraw_invitations_of_users(company: Company, *, at: datetime) -> None:
    """Withdraw what was offered to people who have become the company's users otherwise. The caller holds its lock."""
    users = CompanyUser.objects.of(company).active().values("user__email")
    withdraw_waiting(Invitation.objects.of(company).filter(email__in=users), by=None, at=at)


def withdraw_waiting(invitations: InvitationQuerySet, *, by: User | None, at: datetime) -> int:
    """Withdraw the unanswered ones of the invitations; returns how many."""
    waiting = list(invitations.unanswered().select_for_update(of=("self",)).with_everything().order_by("pk"))
    for invitation in waiting:
        close_invitation(invitation, Invitation.Outcome.WITHDRAWN, by=by, at=at)
    return len(waiting)


def close_invitation(invitation: Invitation, outcome: str, *, by: User | None, at: datetime) -> Invitation:
    """Close the invitation with the outcome, stop its unsent mails and write the event."""
    emails.cancel_unsent(invitation)
    invitation.outcome, invitation.closed_at = outcome, at
    invitation.save(update_fields=["outcome", "closed_at"])
    record_deed(invitation, outcome, by=by, at=at)
    return invitation


def record_deed(invitation: Invitation, verb: str, **what: Any) -> None:
    """Write the invitation's event; `what` is by, at, and whatever else `record_event` takes."""
    record_event(subject=invitation, verb=verb, firm=invitation.firm, company=invitation.company, **what)
