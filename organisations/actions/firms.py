"""Deeds about a firm's own details and settings."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.models import Employee, Firm

MOST_REMINDERS = 5
LAST_REMINDER_DAY = 30
RECORDED_OF_A_FIRM = ("reminder_days", "first_client_number")  # with their values; events hold no names or addresses


@transaction.atomic
def edit_firm(*, firm: Firm, by: Employee, fields: dict[str, Any], clock: Clock = database_clock) -> Firm:
    """Change the firm's details or settings. New reminder days count for requests that are sent from now on.

    Raises NotAllowed for anybody but an administrator of the firm, and for reminder days that `clean_reminder_days`
    refuses.
    """
    firm = Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    if by.firm_id != firm.pk or not by.is_administrator:
        raise NotAllowed(_("Bare en administrator i byrået kan endre innstillingene."))
    if "reminder_days" in fields:
        fields = fields | {"reminder_days": clean_reminder_days(fields["reminder_days"])}
    changed = [name for name, value in fields.items() if getattr(firm, name) != value]
    if not changed:
        return firm
    before = {name: getattr(firm, name) for name in changed if name in RECORDED_OF_A_FIRM}
    for name in changed:
        setattr(firm, name, fields[name])
    firm.save(update_fields=changed)
    after = {name: getattr(firm, name) for name in changed if name in RECORDED_OF_A_FIRM}
    record_event(
        subject=firm, verb="edit", by=by.user, firm=firm, at=clock(), before=before, after=after | {"changed": changed}
    )
    return firm


def clean_reminder_days(days: list[int]) -> list[int]:
    """The days in order, each once. Raises NotAllowed for too many, and for a day after the request has expired."""
    days = sorted(set(days))
    if len(days) > MOST_REMINDERS:
        raise NotAllowed(_("Planen kan ha høyst %(most)s påminnelser.") % {"most": MOST_REMINDERS})
    if days and not 1 <= days[0] <= days[-1] <= LAST_REMINDER_DAY:
        raise NotAllowed(_("Dagene skal være tall fra 1 til %(last)s.") % {"last": LAST_REMINDER_DAY})
    return days
