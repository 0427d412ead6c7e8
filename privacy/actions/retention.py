"""Deleting personal data when its time is over. The settings say how long that is, and 0 means for ever."""

from datetime import datetime, timedelta
from functools import partial

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from collaboration.models import Activation, Forwarding, ForwardProposal, ReplacedLink
from collaboration.workflow import Status
from commitments.models import Receipt
from ground.clock import OSLO, Clock, database_clock
from organisations.actions.closed_invitations import close_invitation
from organisations.actions.invitations import lock_invitation
from organisations.forms.addresses import REST
from organisations.models import CompanyUser, Employee, Invitation, User
from privacy.actions.erasure import (
    ERASED_DOMAIN,
    ERASED_NAME,
    PROPOSER,
    blank_alerts,
    blank_invitation,
    blank_proposals,
    blank_receiver,
    erase_locked_person,
    forget_who_was_wrong,
    lock_person,
)
from sweeps.batches import delete_some, update_some
from sweeps.sweep import Done, sweep

CLOSED_WITHOUT_YES = (Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED)


def blank_old_receipts(*, clock: Clock = database_clock) -> Done:
    """Blank the clear name on receipts RECEIPT_NAME_RETENTION_YEARS after the end of their year; returns how many."""
    years = settings.RECEIPT_NAME_RETENTION_YEARS
    if not years:
        return Done(0, more=False)
    first_kept = datetime(clock().astimezone(OSLO).year - years, 1, 1, tzinfo=OSLO)
    named = Receipt.objects.filter(created_at__lt=first_kept).exclude(approver_name="", approver_email="")
    return update_some(named, approver_name="", approver_email="")


def blank_closed_requests(*, clock: Clock = database_clock) -> Done:
    """Blank who was asked or proposed, and the comment, CLOSED_REQUEST_RETENTION_DAYS after an end without a yes.

    Returns how many. An approved request is the paper of an agreement and stays as long as its people do; only who sent
    it on goes, with the words.
    """
    days = settings.CLOSED_REQUEST_RETENTION_DAYS
    if not days:
        return Done(0, more=False)
    at = clock()
    before = at - timedelta(days=days)
    senders_are_left = forget_who_sent_on(before)
    old = Activation.objects.filter(status__in=CLOSED_WITHOUT_YES, decided_at__lt=before)
    blanked = sweep(
        old.exclude(contact_name=ERASED_NAME).order_by("pk").values("pk"), blank_closed_request,
        name="privacy.blank_closed_requests", key=("pk",), at=at, failure="request %(pk)s was not blanked",
    )  # fmt: skip
    return Done(blanked, more=blanked.more or senders_are_left)


@transaction.atomic
def blank_closed_request(*, pk: int) -> bool:
    activation = Activation.objects.select_for_update(of=("self",)).get(pk=pk)
    blank_receiver(activation)
    blank_proposals(ForwardProposal.objects.filter(activation=activation))
    Activation.objects.filter(pk=pk).update(decline_comment="")
    blank_alerts([pk])
    return True


def forget_who_sent_on(before: datetime) -> bool:
    """Blank who sent requests on, where the request was closed before then, however it ended; True if some are left."""
    forwardings = delete_some(Forwarding.objects.filter(activation__decided_at__lt=before))
    named = ForwardProposal.objects.filter(activation__decided_at__lt=before).exclude(proposed_by_email="")
    return update_some(named, **dict.fromkeys(PROPOSER, "")).more or forwardings.more


def blank_closed_invitations(*, clock: Clock = database_clock) -> Done:
    """Blank whom an invitation went to, CLOSED_INVITATION_RETENTION_DAYS after its end; returns how many.

    One that nobody has answered ends as withdrawn when its link has been too old for as long.
    """
    days = settings.CLOSED_INVITATION_RETENTION_DAYS
    if not days:
        return Done(0, more=False)
    at = clock()
    before = at - timedelta(days=days)
    return sweep(
        old_invitations(before).order_by("pk").values("pk"), partial(blank_closed_invitation, before=before, at=at),
        name="privacy.blank_closed_invitations", key=("pk",), at=at, failure="invitation %(pk)s was not blanked",
    )  # fmt: skip


def old_invitations(before: datetime) -> QuerySet[Invitation]:
    """Invitations that ended, or whose link was too old, before then, and that still say to whom they went."""
    over = Invitation.objects.filter(Q(closed_at__lt=before) | Q(outcome="", expires_at__lt=before))
    return over.exclude(email__endswith=ERASED_DOMAIN)


@transaction.atomic
def blank_closed_invitation(*, pk: int, before: datetime, at: datetime) -> bool:
    """False for one that was mailed anew, or erased, a moment ago."""
    invitation = lock_invitation(Invitation.objects.select_related("firm", "company").get(pk=pk))
    if not old_invitations(before).filter(pk=pk).exists():
        return False
    if invitation.is_unanswered:
        close_invitation(invitation, Invitation.Outcome.WITHDRAWN, by=None, at=at)
    blank_invitation(invitation)
    return True


def forget_disowned_addresses(*, clock: Clock = database_clock) -> Done:
    """Blank the addresses of wrong people, once the firm may ask them again and nothing needs them; how many."""
    old = ReplacedLink.objects.filter(disowned_at__lt=clock() - REST).exclude(disowned_email="")
    with transaction.atomic():
        rows = dict(old.order_by("pk").values_list("pk", "activation")[: settings.SWEEP_ROWS])
        forget_who_was_wrong(list(rows.values()))
        blanked = old.filter(pk__in=rows).update(disowned_email="")
    return Done(blanked, more=len(rows) == settings.SWEEP_ROWS)


def delete_old_devices(*, clock: Clock = database_clock) -> Done:
    """Delete the address and the browser of sessions that ended SESSION_COOKIE_AGE after their last use; how many."""
    at = clock()
    ended = UserSession.objects.filter(last_seen_at__lt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE))
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    return delete_some(ended.filter(~Exists(live)))


def erase_people_who_left(*, clock: Clock = database_clock) -> Done:
    """Erase those who have had no place anywhere for LEFT_PERSON_RETENTION_DAYS; returns how many.

    Who cannot be erased tonight holds nobody else back. The contacts on firms' own cards stay: those are the firms' to
    keep. Nor is a platform administrator taken.
    """
    days = settings.LEFT_PERSON_RETENTION_DAYS
    if not days:
        return Done(0, more=False)
    at = clock()
    before = at - timedelta(days=days)
    return sweep(
        people_who_left(before).values("pk", "email"), partial(erase_if_still_gone, before=before, at=at),
        name="privacy.erase_people_who_left", key=("pk",), at=at, failure="user %(pk)s was not erased",
    )  # fmt: skip


@transaction.atomic
def erase_if_still_gone(*, pk: int, email: str, before: datetime, at: datetime) -> bool:
    """Erase the person unless he has signed in, or was invited, a moment ago; returns whether he was erased.

    Asked again under the locks.
    """
    user = lock_person(email)
    if user is None or user.pk != pk or not people_who_left(before).filter(pk=pk).exists():
        return False
    erase_locked_person(user, email, by=None, contacts=False, at=at)
    return True


def people_who_left(before: datetime) -> QuerySet[User]:
    """Users without a place in use who left the last one, and last signed in, before then.

    One who has never had a place counts from the day when the account was made. Who is offered one is not gone.
    """
    works = Employee.objects.filter(user=OuterRef("pk"), deactivated_at=None)
    acts = CompanyUser.objects.filter(user=OuterRef("pk"), deactivated_at=None)
    invited = Invitation.objects.unanswered().filter(email=OuterRef("email"))
    offered = CompanyUser.objects.filter(email=OuterRef("email"), user=None, deactivated_at=None)
    left = Greatest(
        F("date_joined"),
        Coalesce(Max("employments__deactivated_at"), F("date_joined")),
        Coalesce(Max("company_places__deactivated_at"), F("date_joined")),
        Coalesce(F("last_login"), F("date_joined")),
    )
    free = User.objects.filter(
        ~Exists(works), ~Exists(acts), ~Exists(invited), ~Exists(offered), Q(is_staff=False, is_superuser=False)
    )
    free = free.exclude(email__endswith=ERASED_DOMAIN)
    return free.annotate(left_at=left).filter(left_at__lt=before).order_by("pk")
