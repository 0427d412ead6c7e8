"""Tell of access: who of its firms has got it and who has it no more, to a company's administrators, once a day."""

from datetime import datetime, time
from functools import partial

from django.db import transaction

from agreements.access.news import find_access_news
from agreements.models import AccessNotice, Collaboration
from agreements.telling import emails
from ground.clock import OSLO, Clock, database_clock, oslo_date
from organisations.models import Company, CompanyUser
from sweeps.sweep import Done, sweep

HOUR = time(7, tzinfo=OSLO)  # nobody is written to at night


def send_access_notices(*, clock: Clock = database_clock) -> Done:
    """Tell every company in which other people of a firm get in than it knows of; returns how many.

    Safe late, twice, and by two beats at once: a company has one mail a day, what comes after it goes with the next
    day's. Who came and went again in between is not told.
    """
    at = clock()
    day = oslo_date(at)
    if at < datetime.combine(day, HOUR):
        return Done(0, more=False)
    told_today = AccessNotice.objects.filter(on=day).values("company")
    administrators = CompanyUser.objects.active().administrators()
    untold = (
        Collaboration.objects.running(day)
        .with_untold_people()
        .filter(company__in=administrators.values("company"))  # where nobody can be told, it waits
        .exclude(company__in=told_today)
    )
    return sweep(
        untold.order_by("company_id").values("company_id").distinct(),
        partial(send_access_notice, clock=clock),
        name="agreements.send_access_notices",
        key=("company_id",),
        at=at,
        failure="company %(company_id)s was not told of access",
    )


@transaction.atomic
def send_access_notice(*, company_id: int, clock: Clock) -> bool:
    """Post one company's notice. False when today's has gone, nothing is left to tell, or nobody can be told."""
    company = Company.objects.select_for_update().get(pk=company_id)
    at = clock()
    day = oslo_date(at)
    if AccessNotice.objects.filter(company=company, on=day).exists():
        return False
    locked = Collaboration.objects.select_for_update(of=("self",)).of(company).running(day)
    collaborations = list(locked.with_everything().order_by("pk"))
    news = find_access_news(collaborations)
    if not news or not emails.access_notice(company, news, on=day):
        return False
    AccessNotice.objects.create(company=company, on=day, posted_at=at)
    for one in collaborations:
        one.people_told = one.people_with_access
        one.save(update_fields=["people_told"])
    return True
