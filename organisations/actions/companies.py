"""What a platform administrator does with companies."""

from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.merging import make_known
from organisations.companies.rows import find_claims, lock_company, lock_number
from organisations.companies.states import REFUSALS, State
from organisations.models import Company, User


@transaction.atomic
def confirm_company(*, company: Company, by: User, clock: Clock = database_clock) -> Company:
    """Let a platform administrator vouch for the company: from now on firms are told that it is known.

    The place that its request offers stays offered, and the other firms' requests go to it. Raises NotAllowed for a
    company that is known or gone, and while somebody answers for it: then who administers it has to be settled first.
    """
    found = lock_company(company.pk)
    if found is None:
        raise NotAllowed(_("Forespørselen er trukket tilbake, og selskapet er borte."))
    if Company.objects.provisional().numbered(found.org_number).exists():
        raise NotAllowed(REFUSALS[State.PROVISIONAL])
    at = clock()
    make_known(found, find_claims(found.org_number), verb="confirm", stay=False, at=at)
    record_event(subject=found, verb="confirm", by=by, company=found, at=at)
    return found


@transaction.atomic
def add_company(*, org_number: str, name: str, by: User, clock: Clock = database_clock) -> Company:
    """Add a company that a platform administrator vouches for. Raises NotAllowed when the number is there already."""
    lock_number(org_number)
    if Company.objects.filter(org_number=org_number).exists():
        raise NotAllowed(_("Selskapet finnes fra før. Bekreft det i stedet."))
    at = clock()
    company = Company.objects.create(org_number=org_number, name=name, confirmed_at=at)
    record_event(subject=company, verb="confirm", by=by, company=company, at=at)
    return company
