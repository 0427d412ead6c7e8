"""Change the variant, the payer or the period of an agreement: at once, on the next period's first day, or once the
party that is to pay more has said yes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.rules import verbs
from agreements.rules.values import Party
from collaboration import workflow
from collaboration.actions.agreement_days import enter_agreement
from collaboration.actions.agreement_store import store
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_shown
from collaboration.agreement_refusals import in_words
from collaboration.plans import Choice, aim_of, plan_change
from collaboration.rights import Person, find_roles, party_of
from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from organisations.forms.sent import find_made
from organisations.models import Employee, Firm
from subscriptions.models import Subscription, SubscriptionChange, Variant


@transaction.atomic
def change_variant(
    *,
    subscription: Subscription,
    variant: Variant,
    by: Person,
    shown: str,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> SubscriptionChange:
    """Ask for another variant: a greater one at once, a smaller one from the next period.

    `shown` is the fingerprint of the plan on the page; the form of `form_key` sent twice asks once. Raises PageIsStale
    when the plan has changed since, else NotAllowed.
    """
    agreement, at = begin_change("change_variant", subscription, by, clock)
    if made := find_made(agreement.subscription.changes.all(), form_key, kept_as="change"):
        return made
    return ask_for_change(agreement, variant, by=by, shown=shown, at=at, form_key=form_key)


@transaction.atomic
def change_payer(
    *,
    subscription: Subscription,
    firm: Firm | None,
    by: Person,
    shown: str,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> SubscriptionChange:
    """Ask for another payer from the next period; None is the company. A firm can name the company or itself.

    `shown` is the fingerprint of the plan on the page; the form of `form_key` sent twice asks once. Raises PageIsStale
    when the plan has changed since, else NotAllowed.
    """
    agreement, at = begin_change("change_payer", subscription, by, clock)
    if made := find_made(agreement.subscription.changes.all(), form_key, kept_as="change"):
        return made
    check_payer(agreement, firm, by)
    return ask_for_change(agreement, firm, by=by, shown=shown, at=at, form_key=form_key)


@transaction.atomic
def change_period(
    *,
    subscription: Subscription,
    months: int,
    by: Person,
    shown: str,
    form_key: UUID | None = None,
    clock: Clock = database_clock,
) -> SubscriptionChange:
    """Ask for another agreement period, in months, from the next one on.

    `shown` is the fingerprint of the plan on the page; the form of `form_key` sent twice asks once. Raises PageIsStale
    when the plan has changed since, else NotAllowed.
    """
    agreement, at = begin_change("change_period", subscription, by, clock)
    if made := find_made(agreement.subscription.changes.all(), form_key, kept_as="change"):
        return made
    return ask_for_change(agreement, months, by=by, shown=shown, at=at, form_key=form_key)


def begin_change(verb: str, subscription: Subscription, by: Person, clock: Clock) -> tuple[Agreement, datetime]:
    """The locks, what the calendar has done meanwhile, and the right."""
    agreement, at = enter_agreement(subscription.pk, clock)
    workflow.check_right(verb, find_roles(agreement.subscription, agreement.collaborations, by))
    return agreement, at


def check_payer(agreement: Agreement, firm: Firm | None, by: Person) -> None:
    """Only who collaborates can be asked to pay, and a firm never names another. Raises NotAllowed."""
    if firm is None:
        return
    collaborates = any(collaboration.firm_id == firm.pk for collaboration in agreement.collaborations)
    if not collaborates or (isinstance(by, Employee) and by.firm_id != firm.pk):
        raise NotAllowed(_("Fakturamottakeren må være selskapet eller et byrå som samarbeider i tjenesten."))


def ask_for_change(
    agreement: Agreement, choice: Choice, *, by: Person, shown: str, at: datetime, form_key: UUID | None
) -> SubscriptionChange:
    """Make the change that the page foretold; with no yes to wait for it is agreed, and in force if it is its day."""
    party, day = party_of(by), oslo_date(at)
    check_shown(shown, plan_change(agreement.loaded, choice, asking=party, day=day).fingerprint)
    with in_words():
        outcome = verbs.change(agreement.value, aim_of(agreement.loaded, choice), asking=Party(party), day=day)
    return store(agreement, outcome, by=by, at=at, form_key=form_key)[-1]
