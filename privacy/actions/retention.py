"""Deleting personal data when its time is over. The settings say how long that is, and 0 means for ever."""

import logging
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from collaboration.models import Activation, Forwarding, ForwardProposal, Receipt, ReplacedLink
from collaboration.workflow import Status
from ground.clock import OSLO, Clock, database_clock
from ground.database_faults import go_on_after
from ground.refusals import NotAllowed
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
    blank_receipts,
    blank_receiver,
    erase_locked_person,
    forget_who_was_wrong,
    lock_person,
)

logger = logging.getLogger(__name__)

BATCH = 200
CLOSED_WITHOUT_YES = (Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED)


def blank_old_receipts(*, clock: Clock = database_clock) -> int:
    """Blank the clear name on receipts RECEIPT_NAME_RETENTION_YEARS after the end of their year; returns how many."""
    years = settings.RECEIPT_NAME_RETENTION_YEARS
    if not years:
        return 0
    first_kept = datetime(clock().astimezone(OSLO).year - years, 1, 1, tzinfo=OSLO)
    return blank_receipts(Receipt.objects.filter(created_at__lt=first_kept))


def blank_closed_requests(*, clock: Clock = database_clock) -> int:
    """Blank who was asked or proposed, and the comment, CLOSED_REQUEST_RETENTION_DAYS after an end without a yes.

    Returns how many. An approved request is the paper of an agreement and stays as long as its people do; only who sent
    it on goes, with the words.
    """
    days = settings.CLOSED_REQUEST_RETENTION_DAYS
    if not days:
        return 0
    before = clock() - timedelta(days=days)
    forget_who_sent_on(before)
    old = Activation.objects.filter(status__in=CLOSED_WITHOUT_YES, decided_at__lt=before).exclude(
        contact_name=ERASED_NAME
    )
    blanked = 0
    while True:
        with transaction.atomic():
            batch = list(old.select_for_update(of=("self",)).order_by("pk")[:BATCH])
            if not batch:
                return blanked
            for activation in batch:
                blank_receiver(activation)
            pks = [activation.pk for activation in batch]
            blank_proposals(ForwardProposal.objects.filter(activation__in=pks))
            Activation.objects.filter(pk__in=pks).update(decline_comment="")
            blank_alerts(pks)
        blanked += len(batch)


def forget_who_sent_on(before: datetime) -> None:
    """Blank who sent requests on, where the request was closed before then, however it ended."""
    Forwarding.objects.filter(activation__decided_at__lt=before).delete()
    proposals = ForwardProposal.objects.filter(activation__decided_at__lt=before).exclude(proposed_by_email="")
    proposals.update(**dict.fromkeys(PROPOSER, ""))


def blank_closed_invitations(*, clock: Clock = database_clock) -> int:
    """Blank whom an invitation went to, CLOSED_INVITATION_RETENTION_DAYS after its end; returns how many.

    One that nobody has answered ends as withdrawn when its link has been too old for as long.
    """
    days = settings.CLOSED_INVITATION_RETENTION_DAYS
    if not days:
        return 0
    at = clock()
    before = at - timedelta(days=days)
    old = Invitation.objects.filter(Q(closed_at__lt=before) | Q(outcome="", expires_at__lt=before))
    old = old.exclude(email__endswith=ERASED_DOMAIN)
    blanked = 0
    for found in old.select_related("firm", "company").order_by("pk")[:BATCH]:
        with transaction.atomic():
            invitation = lock_invitation(found)
            if not old.filter(pk=invitation.pk).exists():
                continue  # mailed anew, or erased, a moment ago
            if invitation.is_unanswered:
                close_invitation(invitation, Invitation.Outcome.WITHDRAWN, by=None, at=at)
            blank_invitation(invitation)
        blanked += 1
    return blanked


def forget_disowned_addresses(*, clock: Clock = database_clock) -> int:
    """Blank the addresses of wrong people, once the firm may ask them again and nothing needs them; how many."""
    old = ReplacedLink.objects.filter(disowned_at__lt=clock() - REST).exclude(disowned_email="")
    requests = list(old.values_list("activation", flat=True))
    with transaction.atomic():
        forget_who_was_wrong(requests)
        return old.update(disowned_email="")


def delete_old_devices(*, clock: Clock = database_clock) -> int:
    """Delete the address and the browser of sessions that ended SESSION_COOKIE_AGE after their last use; how many."""
    at = clock()
    ended = UserSession.objects.filter(last_seen_at__lt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE))
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    return ended.filter(~Exists(live)).delete()[0]


def erase_people_who_left(*, clock: Clock = database_clock) -> int:
    """Erase those who have had no place anywhere for LEFT_PERSON_RETENTION_DAYS; returns how many, at most BATCH.

    Who cannot be erased tonight holds nobody else back. The contacts on firms' own cards stay: those are the firms' to
    keep. Nor is a platform administrator taken.
    """
    days = settings.LEFT_PERSON_RETENTION_DAYS
    if not days:
        return 0
    at = clock()
    before = at - timedelta(days=days)
    erased = 0
    for pk, email in people_who_left(before).values_list("pk", "email"):
        try:
            erased += erase_if_still_gone(email, before=before, at=at)
        except NotAllowed:
            continue
        except DatabaseError as error:
            go_on_after(error, logger, "user %(pk)s was not erased", {"pk": pk})
        if erased == BATCH:
            break
    return erased


@transaction.atomic
def erase_if_still_gone(email: str, *, before: datetime, at: datetime) -> bool:
    """Erase the person unless he has signed in, or was invited, a moment ago; returns whether he was erased.

    Asked again under the locks.
    """
    user = lock_person(email)
    if user is None or not people_who_left(before).filter(pk=user.pk).exists():
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
