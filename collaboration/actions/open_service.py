"""Open: somebody goes through the door."""

from django.db import models, transaction

from collaboration import doors
from ground.clock import Clock, database_clock
from history.models import record_event
from organisations.models import Company, Firm, User
from subscriptions.models import Service


@transaction.atomic
def open_service(
    *,
    subject: models.Model,
    by: User,
    company: Company,
    service: Service,
    firm: Firm | None = None,
    clock: Clock = database_clock,
) -> str | None:
    """The address that the door leads to, and the event that it was opened; None when it is shut for this person.

    `firm` is the firm that the person comes for, None for the company's own people; `subject` is the row that the
    event is about (the collaboration, or the company's subscription).
    """
    entry = doors.may_open(by, company, service, as_firm=firm.pk if firm else None)
    if entry is None:
        return None
    told: dict[str, object] = {"variant": entry.variant.code}
    if entry.is_read_only:
        told["read_only"] = True
    record_event(subject=subject, verb="open", by=by, at=clock(), firm=firm, company=company, after=told)
    return doors.service_address(service, company, entry)
