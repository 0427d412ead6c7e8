"""The link of an invitation: whoever holds it holds the mailbox that it was sent to."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse

from notifications.outbox import make_url
from organisations.models import Invitation

SESSION_KEY = "invitation"  # which one this browser has come by the link of, and in which version

LINK_HOURS = 72  # after the latest mail with it, a link lets its receiver set a password; ASVS 5.0, 6.4.1


def make_token(invitation: Invitation) -> str:
    """HMAC-SHA256 with the links' own key over the invitation and its link's version, base64url: 43 characters."""
    named = f"invitation:{invitation.pk}:{invitation.link_version}"
    digest = hmac.new(settings.LINK_KEY.encode(), named.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def hash_token(token: str) -> str:
    """What the row stores of the token: from the database alone nobody can make a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_token(token: str) -> Invitation | None:
    """The invitation that the link is of; None for an unknown token, and for one made with another key than today's."""
    invitation = Invitation.objects.with_everything().filter(token_hash=hash_token(token)).first()
    if invitation is None or not hmac.compare_digest(token.encode(), make_token(invitation).encode()):
        return None
    return invitation


def find_by_version(pk: int, link_version: int) -> Invitation | None:
    """The invitation whose link of that version somebody has held; None once it has got another link."""
    return Invitation.objects.with_everything().filter(pk=pk, link_version=link_version).first()


def link_url(token: str) -> str:
    return make_url(reverse("organisations:invitation-link", args=[token]))


def not_me_url(token: str) -> str:
    return make_url(reverse("organisations:invitation-not-me-link", args=[token]))
