"""The e-mailed link: a pointer to a request. It signs nobody in and decides nothing."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from collaboration.models import Activation, ReplacedLink
from notifications.models import Email
from notifications.outbox import make_url
from organisations.invitations.links import LINK_HOURS
from organisations.models import CompanyUser, User


def make_token(activation_id: int, link_version: int) -> str:
    """HMAC-SHA256 with a key of its own over the request and its link's version, base64url: 43 characters."""
    digest = hmac.new(settings.LINK_KEY.encode(), f"activation:{activation_id}:{link_version}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def hash_token(token: str) -> str:
    """What the row holds: from the database alone nobody can make a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def stamp_token(activation: Activation) -> None:
    """Let the link of the current version and key be the one that works; part of every deed that mails it."""
    activation.token_hash = hash_token(make_token(activation.pk, activation.link_version))


def find_by_token(token: str) -> Activation | None:
    """The request that the link points to. A link made with another key than today's leads nowhere."""
    activation = Activation.objects.with_names().filter(token_hash=hash_token(token)).first()
    if activation is None:
        return None
    made = make_token(activation.pk, activation.link_version)
    return activation if hmac.compare_digest(token.encode(), made.encode()) else None


def find_replaced(token: str) -> Activation | None:
    """The request that the token was the link of, before its address was corrected or it was sent on."""
    return Activation.objects.with_names().filter(replaced_links__token_hash=hash_token(token)).first()


def mailbox_of_replaced(token: str) -> str:
    """The address that the replaced link was mailed to; empty of any other link, and once its mail is kept no more."""
    link = ReplacedLink.objects.filter(token_hash=hash_token(token)).first()
    if link is None:
        return ""
    mails = Email.objects.filter(key=f"activation_sent:{link.activation_id}:{link.link_version}")
    return mails.values_list("to", flat=True).first() or ""


def find_waiting_for(mailbox: str, activation: Activation, at: datetime) -> Activation | None:
    """Of a new company: the request itself, or what the firm has sent since, that waits for the mailbox's holder.

    Who holds an earlier link has proved the mailbox that it was mailed to. None when another address is asked now.
    """
    waiting = Activation.objects.with_names().answerable(at).filter(
        scenario=Activation.Scenario.NEW, contact_email=mailbox
    )  # fmt: skip
    return waiting.sent_after(activation).first() or waiting.filter(pk=activation.pk).first()


def link_url(token: str) -> str:
    return make_url(reverse("links:link", args=[token]))


def disown_url(token: str) -> str:
    return make_url(reverse("links:disown-link", args=[token]))


def lets_set_password(activation: Activation, at: datetime) -> bool:
    """Whether the link may still make its receiver a user: scenario 3, and mailed within the last 72 hours."""
    return (
        activation.scenario == Activation.Scenario.NEW
        and activation.is_pending
        and not activation.is_disowned
        and not activation.is_over(at)
        and activation.link_mailed_at is not None
        and at < activation.link_mailed_at + timedelta(hours=LINK_HOURS)
    )


def offered_place(activation: Activation) -> CompanyUser | None:
    """The administrator's place that the request offers its receiver, while nobody has taken it."""
    if activation.scenario != Activation.Scenario.NEW or activation.company is None:
        return None
    return CompanyUser.objects.of(activation.company).offered().filter(email=activation.contact_email).first()


def leaves_receiver_outside(activation: Activation) -> bool:
    """Whether the link is of no use to its receiver: another has become the new company's administrator first."""
    if activation.scenario != Activation.Scenario.NEW or activation.company is None or activation.company.is_asked:
        return False
    places = CompanyUser.objects.of(activation.company)
    mine = Q(email=activation.contact_email) | Q(user__email=activation.contact_email)
    return not (places.active() | places.offered()).filter(mine).exists()


def link_is_the_way_in(activation: Activation) -> bool:
    """Whether the firm is told that the receiver comes by the link of the mail.

    Until somebody answers for the company, by the scenario alone: the firm's pages say the same of an address that has
    a user and of one that has none.
    """
    is_new = activation.scenario == Activation.Scenario.NEW
    return is_new and (activation.company is None or activation.company.is_asked)


def has_come_since(activation: Activation) -> bool:
    """Whether somebody has begun to answer for the company that was new: its administrator answers, whoever is
    mailed.
    """
    return activation.scenario == Activation.Scenario.NEW and not link_is_the_way_in(activation)


def waits_for_a_new_user(activation: Activation) -> bool:
    """Whether the receiver has yet to become a user; somebody who is one signs in, and nothing is merged.

    For the receiver's own eyes: no page, mail or file of a firm may tell.
    """
    return offered_place(activation) is not None and not has_user(activation)


def has_user(activation: Activation) -> bool:
    """Whether its receiver can sign in; who cannot, and is offered no place, has to be invited by the company."""
    return User.objects.filter(email=activation.contact_email).exists()
