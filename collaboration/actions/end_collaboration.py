"""End: either side stops the collaboration, now or, the company, on a day it chooses; access stops with it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.rules import verbs
from agreements.rules.periods import add_months
from agreements.rules.values import Party
from collaboration import alerts, emails, workflow
from collaboration.actions.agreement_days import enter_agreement
from collaboration.actions.agreement_store import store
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_foretold
from collaboration.agreement_refusals import in_words
from collaboration.models import Collaboration
from collaboration.rights import Person, find_roles, may_end_service, party_of
from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from organisations.models import CompanyUser, Employee

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
    day = oslo_date(at)
    with in_words():
        brought = verbs.end(
            agreement.value, collaboration.pk, by=Party(party_of(by)), day=day,
            ends_service=outcome == Outcome.SERVICE_ENDS,
        )  # fmt: skip
    check_foretold(shown, brought, day=day)
    store(agreement, brought, by=by, at=at)
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
    return move_end(agreement, collaboration, on, by=by, shown=shown, at=at)


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
    return move_end(agreement, collaboration, None, by=by, shown=shown, at=at)


def move_end(
    agreement: Agreement,
    collaboration: Collaboration,
    on: date | None,
    *,
    by: CompanyUser,
    shown: str | None,
    at: datetime,
) -> Collaboration:
    day = oslo_date(at)
    with in_words():
        outcome = verbs.plan_end(agreement.value, collaboration.pk, on, day=day)
    check_foretold(shown, outcome, day=day)
    store(agreement, outcome, by=by, at=at)
    return collaboration


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
