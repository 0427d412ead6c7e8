"""Settle: a platform administrator says who administers a company for which several have answered; or nobody disputes
it any more."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.refusals import PageIsStale
from collaboration.models import Activation
from collaboration.settling import dispute_emails as emails
from collaboration.settling.disputes import describe_claims, fingerprint
from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.merging import make_known
from organisations.companies.rows import find_claims, is_disputed, lock_company, lock_rows
from organisations.invitations.rules import check_platform_administrator
from organisations.models import Company, User
from sweeps.sweep import Done, sweep_round


@transaction.atomic
def settle_company(
    *, company: Company, others_stay: bool, by: User, shown: str, clock: Clock = database_clock
) -> Company:
    """Let the one to whom this row belongs administer the company, and bring all that others have begun to it.

    `others_stay`: those who answered for another row become users of the company, else they lose their place; they are
    told. `shown` is the fingerprint of the claims on the page. Raises PageIsStale when they have changed since, and
    NotAllowed where there is nothing to settle.
    """
    check_platform_administrator(by)
    found = lock_company(company.pk)
    if found is None or not Company.objects.provisional().numbered(found.org_number).exists():
        raise NotAllowed(_("Det er allerede avgjort hvem som administrerer selskapet."))
    claims = find_claims(found.org_number)
    if fingerprint(claims) != shown:
        raise PageIsStale(_("Noe har endret seg siden du åpnet siden. Se over på nytt før du avgjør."))
    if not any(claim.company_id == found.pk for claim in claims):
        raise NotAllowed(_("Velg en av mottakerne."))
    at, told = clock(), describe_claims(claims)
    merged = make_known(found, claims, verb="settle", stay=others_stay, at=at)
    record_event(
        subject=found, verb="settle", by=by, company=found, at=at, after={"merged": merged, "others_stay": others_stay}
    )
    emails.company_settled(found, told, others_stay=others_stay)
    return found


def clear_disputes(*, clock: Clock = database_clock) -> Done:
    """Make every provisional company known that nobody else claims any more. Safe late and twice; returns how many.

    A dispute may stand for long, so the sweep goes round.

    The deeds that end a claim do not: how long they take would tell a firm that another one has asked.
    """
    numbers = Company.objects.provisional().order_by("org_number").values("org_number").distinct()
    return sweep_round(
        numbers, partial(clear_dispute, clock=clock),
        name="collaboration.clear_disputes", key="org_number", at=clock(),
        failure="number %(org_number)s was not cleared",
    )  # fmt: skip


@transaction.atomic
def clear_dispute(*, org_number: str, clock: Clock) -> bool:
    """Clear one dispute. False while it is disputed, nobody who can sign in claims it, or another firm may ask."""
    rows = lock_rows(org_number)
    claims = find_claims(org_number)
    for claim in claims:
        company = rows[claim.company_id]
        if company.is_asked or is_disputed(company, claims, rows.values()):
            continue
        if not others_ask_anew(company):
            at = clock()
            merged = make_known(company, claims, verb="clear", stay=False, at=at)
            record_event(subject=company, verb="clear", company=company, at=at, after={"merged": merged})
            return True
    return False


def others_ask_anew(company: Company) -> bool:
    """Whether another firm has a draft for a client of this number: it may have taken a request back to change it."""
    drafts = Activation.objects.drafts().filter(client__org_number=company.org_number)
    return drafts.exclude(firm=company.asking_firm_id).exists()
