"""What is personal goes when its time is over; how long that is stands in the settings. 0 means for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from collaboration.models import Activation, Receipt
from collaboration.workflow import Status
from history.clock import OSLO, Clock, database_clock
from organisations.models import CompanyUser, Employee, User
from organisations.refusals import NotAllowed
from privacy.erasure import ERASED_DOMAIN, ERASED_NAME, blank_alerts, blank_receipts, blank_receiver, erase_person

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
    """Blank who was asked, and the comment, CLOSED_REQUEST_RETENTION_DAYS after an end without a yes; returns how many.

    A request that was approved is the paper of an agreement, and stays as long as its people do.
    """
    days = settings.CLOSED_REQUEST_RETENTION_DAYS
    if not days:
        return 0
    old = Activation.objects.filter(
        status__in=CLOSED_WITHOUT_YES, decided_at__lt=clock() - timedelta(days=days)
    ).exclude(contact_name=ERASED_NAME)
    blanked = 0
    while batch := list(old.order_by("pk")[:BATCH]):
        with transaction.atomic():
            for activation in batch:
                blank_receiver(activation)
            pks = [activation.pk for activation in batch]
            Activation.objects.filter(pk__in=pks).update(decline_comment="")
            blank_alerts(pks)
        blanked += len(batch)
    return blanked


def erase_people_who_left(*, clock: Clock = database_clock) -> int:
    """Erase those who have had no place anywhere for LEFT_PERSON_RETENTION_DAYS; returns how many.

    The contacts on firms' own cards stay: those are the firms' to keep. Nor is a platform administrator taken.
    """
    days = settings.LEFT_PERSON_RETENTION_DAYS
    if not days:
        return 0
    erased = 0
    for email in people_who_left(clock() - timedelta(days=days)).values_list("email", flat=True)[:BATCH]:
        try:
            erase_person(email=email, contacts=False, clock=clock)
        except NotAllowed:
            continue
        erased += 1
    return erased


def people_who_left(before: datetime):
    """Users without a place in use who left the last one, and last signed in, before then.

    One who has never had a place counts from the day when the account was made.
    """
    works = Employee.objects.filter(user=OuterRef("pk"), deactivated_at=None)
    acts = CompanyUser.objects.filter(user=OuterRef("pk"), deactivated_at=None)
    left = Greatest(
        F("date_joined"),
        Coalesce(Max("employments__deactivated_at"), F("date_joined")),
        Coalesce(Max("company_places__deactivated_at"), F("date_joined")),
        Coalesce(F("last_login"), F("date_joined")),
    )
    free = User.objects.filter(~Exists(works), ~Exists(acts), Q(is_staff=False, is_superuser=False))
    free = free.exclude(email__endswith=ERASED_DOMAIN)
    return free.annotate(left_at=left).filter(left_at__lt=before).order_by("pk")
