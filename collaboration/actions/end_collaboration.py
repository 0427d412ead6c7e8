"""End: either side stops the collaboration, now or, the company, on a day it chooses; access stops with it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from collaboration import alerts, emails, news, workflow
from collaboration.actions.agreement_days import enter_agreement, stop_collaboration
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_foretold
from collaboration.models import Collaboration
from collaboration.outlook import outlook_of_end, outlook_of_planned_end
from collaboration.plans import first_day_too_late
from collaboration.rights import Person, find_roles, may_end_service, party_of
from history.clock import Clock, database_clock, oslo_date
from history.models import record_event
from organisations.models import CompanyUser, Employee
from organisations.refusals import NotAllowed
from subscriptions.periods import add_months

Outcome = Collaboration.Outcome

FARTHEST_END = 36  # months ahead that an end can be chosen


@transaction.atomic
def end_collaboration(
    *,
    collaboration: Collaboration,
    by: Employee | CompanyUser,
    outcome: str = Outcome.CONTINUES,
    shown: str | None = None,
    clock: Clock = database_clock,
) -> Collaboration:
    """Stop it at once. A paid period stays paid, and the customer works on in it.

    With the outcome SERVICE_ENDS the agreement is cancelled besides. The other side is told. `shown` is the
    fingerprint of the outlook on the page. Raises PageIsStale when it has changed since, NotAllowed for who may not,
    and when it has ended already.
    """
    agreement, at = enter_agreement(collaboration.subscription_id, clock)
    collaboration = find_active(agreement, collaboration)
    check_ender(agreement, collaboration, by)
    if outcome == Outcome.SERVICE_ENDS and not agreement.subscription.is_cancelled:
        check_service_ender(agreement, by)
    party, day = party_of(by), oslo_date(at)
    check_foretold(shown, lambda: outlook_of_end(collaboration, by=party, outcome=outcome, reader=party, day=day))
    stop_collaboration(agreement, collaboration, outcome, ended_by_company=isinstance(by, CompanyUser), by=by, at=at)
    emails.end_receipt(collaboration, by)
    if isinstance(by, Employee):
        emails.collaboration_ended_by_firm(collaboration)
    else:
        alerts.collaboration_ended(collaboration)
    return collaboration


@transaction.atomic
def plan_end(
    *, collaboration: Collaboration, by: CompanyUser, on: date, shown: str | None = None, clock: Clock = database_clock
) -> Collaboration:
    """Choose the first day without the firm; until then everything stays, and the choice can be taken back.

    `shown` is the fingerprint of the outlook on the page. Raises PageIsStale when it has changed since, and NotAllowed
    for a day that is not in the future, or too far in it.
    """
    agreement, at = enter_agreement(collaboration.subscription_id, clock)
    collaboration = find_active(agreement, collaboration)
    check_ender(agreement, collaboration, by)
    day = oslo_date(at)
    check_last_day(on - timedelta(days=1), today=day)
    check_foretold(shown, lambda: outlook_of_planned_end(collaboration, on=on, reader=None, day=day))
    return set_end(agreement, collaboration, on=on, by=by, at=at)


@transaction.atomic
def take_back_end(
    *, collaboration: Collaboration, by: CompanyUser, shown: str | None = None, clock: Clock = database_clock
) -> Collaboration:
    """Let the collaboration go on after all.

    `shown` is the fingerprint of the outlook on the page. Raises PageIsStale when it has changed since, and NotAllowed
    when its last day is over.
    """
    agreement, at = enter_agreement(collaboration.subscription_id, clock)
    collaboration = find_active(agreement, collaboration)
    check_ender(agreement, collaboration, by)
    if collaboration.ends_on is None:
        raise NotAllowed(_("Samarbeidet er ikke avtalt avsluttet."))
    day = oslo_date(at)
    check_foretold(shown, lambda: outlook_of_planned_end(collaboration, on=None, reader=None, day=day))
    return set_end(agreement, collaboration, on=None, by=by, at=at)


def set_end(
    agreement: Agreement, collaboration: Collaboration, *, on: date | None, by: CompanyUser, at
) -> Collaboration:
    collaboration.ends_on, collaboration.end_planned_by = on, by.user if on else None
    collaboration.save(update_fields=["ends_on", "end_planned_by"])
    agreement.subscription.version += 1
    agreement.subscription.save(update_fields=["version"])
    record_event(
        subject=collaboration, verb="plan_end" if on else "take_back_end", by=by.user, at=at,
        firm=collaboration.firm, company=agreement.company, after={"ends_on": on.isoformat() if on else None},
    )  # fmt: skip
    move_last_days(agreement)
    news.end_planned(collaboration)
    return collaboration


def move_last_days(agreement: Agreement) -> None:
    """What waits for a yes can be answered as long as all whom it is about are there."""
    for change in agreement.subscription.changes.proposed():
        parties = {change.asking_firm_id, change.answering_firm_id}
        change.lapses_on = first_day_too_late(agreement.subscription, change.kind, parties)
        change.save(update_fields=["lapses_on"])


def find_active(agreement: Agreement, collaboration: Collaboration) -> Collaboration:
    """The locked row; raises NotAllowed when it has ended."""
    for active in agreement.collaborations:
        if active.pk == collaboration.pk:
            return active
    raise NotAllowed(_("Samarbeidet er allerede avsluttet."))


def check_ender(agreement: Agreement, collaboration: Collaboration, by: Person) -> None:
    """Asked under the locks: rights can go between page and click. Raises NotAllowed."""
    own = party_of(by) in (None, collaboration.firm_id)
    roles = find_roles(agreement.subscription, agreement.collaborations, by) if own else set()
    if not set(workflow.RIGHTS["end"]) & roles:
        if isinstance(by, CompanyUser):
            raise NotAllowed(_("Bare en administrator i selskapet kan avslutte samarbeidet."))
        raise NotAllowed(_("Bare en administrator i byrået eller kundeansvarlig kan avslutte samarbeidet."))


def check_service_ender(agreement: Agreement, by: Person) -> None:
    """The company, or the paying firm where no other one collaborates. Raises NotAllowed."""
    if not may_end_service(agreement.subscription, agreement.collaborations, by):
        raise NotAllowed(_("Bare kunden kan avslutte tjenesten selv. Dere kan avslutte samarbeidet."))


def check_last_day(last_day: date, *, today: date) -> None:
    """A firm's last day is not over, and can be foretold. Raises NotAllowed."""
    if last_day < today:
        raise NotAllowed(_("Velg en dag fra og med i dag, eller avslutt med en gang."))
    if last_day > add_months(today, FARTHEST_END):
        raise NotAllowed(_("Velg en dag innen tre år."))
