"""The mails about an invitation. Called last in a deed, inside its transaction."""

from notifications import outbox
from notifications.models import Email
from organisations.invitations import links
from organisations.language import language_of_receiver
from organisations.models import Invitation

KIND = "invitation"


def invitation_sent(invitation: Invitation) -> Email | None:
    """Mail the invited: who asks, why, where the address is from, the link, and "det er ikke meg"."""
    token = links.make_token(invitation)
    return outbox.post_email(
        key=f"{KIND}:{invitation.pk}:{invitation.link_version}",
        kind=KIND,
        to=invitation.email,
        language=language_of_receiver(invitation.email),
        about=invitation,
        firm=invitation.firm,
        secret=token,
        secret_lasts=True,
        context={
            "invitation": invitation,
            "link": links.link_url(token),
            "not_me_url": links.not_me_url(token),
        },
    )


def invitation_refused(invitation: Invitation) -> Email | None:
    """Mail the inviter that the holder of the address has said no, or is somebody else."""
    inviter = invitation.invited_by
    return outbox.post_email(
        key=f"invitation_refused:{invitation.pk}",
        kind="invitation_refused",
        to=inviter.email,
        language=inviter.language,
        about=invitation,
        firm=invitation.firm,
        context={"invitation": invitation, "person": inviter},
    )


def cancel_unsent(invitation: Invitation) -> int:
    """Stop mails with the invitation's link that have not gone yet; returns how many."""
    return outbox.cancel_emails(invitation, kinds=(KIND,))
