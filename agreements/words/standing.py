"""An agreement as it stands, for the party that reads: a firm's id, or None: the company.

A firm never reads another firm's name, nor what another firm pays.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import workflow
from agreements.models import Collaboration, SubscriptionChange
from agreements.plans import period_now
from agreements.rights import Person, find_roles, may_resume
from agreements.words.changes import page_url, party_name
from agreements.words.sentences import day_in_words
from organisations.models import Employee
from subscriptions.comparison import Row
from subscriptions.models import Subscription
from subscriptions.models.subscription import SubscriptionQuerySet
from subscriptions.months import months_in_words
from subscriptions.price_words import price
from subscriptions.priced_periods import Period


class Link(NamedTuple):
    label: str
    url: str
    is_end: bool = False


def active_in(subscription: Subscription) -> list[Collaboration]:
    """The active collaborations of all firms in the agreement: everybody's rights depend on them."""
    return list(Collaboration.objects.on(subscription).active().select_related("firm", "client").order_by("pk"))


def with_questions(subscriptions: SubscriptionQuerySet) -> SubscriptionQuerySet:
    """Annotate `waits_for_company`: whether a change of the agreement waits for the company's yes."""
    asked = SubscriptionChange.objects.proposed().filter(subscription=OuterRef("pk"), answering_firm=None)
    return subscriptions.annotate(waits_for_company=Exists(asked))


def agreement_rows(subscription: Subscription, *, reader: int | None, day: date) -> list[Row]:
    """Variant, payer, price, period and what comes next."""
    period = period_now(subscription, day=day)
    rows = [(_("Variant"), subscription.variant.name)] if subscription.service.has_variants else []
    rows += [(_("Fakturamottaker"), payer_in_words(period, subscription, reader)), *price_rows(period, reader)]
    if subscription.service.has_period:
        rows.append((_("Avtaleperiode"), months_in_words(subscription.period_months)))
    return [*rows, next_row(subscription)]


def payer_in_words(period: Period, subscription: Subscription, reader: int | None) -> str:
    if period.per_month == 0 and (reader is None or period.payer in (None, reader)):
        return _("Ingen, tjenesten er gratis")
    if period.payer == reader:
        return subscription.paying_firm.name if subscription.paying_firm else subscription.company.name
    return capfirst(party_name(period.paying_firm, reader))


def price_rows(period: Period, reader: int | None) -> list[Row]:
    """What the reader may know of it: the company everything, a firm what it or the customer itself pays."""
    if period.per_month == 0 or (reader is not None and period.payer not in (None, reader)):
        return []
    return [(_("Pris"), price(period.per_month, period.months))]


def next_row(subscription: Subscription) -> Row:
    """When it renews, or when it ends."""
    if subscription.last_day:
        label = _("Avsluttet, siste dag") if subscription.ended_on else _("Sagt opp, siste dag")
        return label, day_in_words(subscription.last_day)
    if subscription.renews_on is None:
        return _("Neste fornyelse"), _("Løper uten fornyelse")
    values = {"day": day_in_words(subscription.renews_on)}
    if subscription.payer_has_left:
        return _("Neste fornyelse"), _("%(day)s, hvis noen har sagt ja til å betale") % values
    return _("Neste fornyelse"), values["day"]


# --- What is over ------------------------------------------------------------------------------------------------


class EndedRow(NamedTuple):
    """A collaboration that has ended, for the firm: from when to when, by whom, what became of service and data."""

    title: str
    sentences: Sequence[str]


def make_ended_row(collaboration: Collaboration) -> EndedRow:
    assert collaboration.last_day  # it is over
    values = {"first": day_in_words(collaboration.started_on), "last": day_in_words(collaboration.last_day)}
    title = _("%(first)s til %(last)s") % values
    return EndedRow(title, [ended_by(collaboration), outcome_in_words(collaboration), reading_rights(collaboration)])


def ended_by(collaboration: Collaboration) -> str:
    """Who ended it: the firm's own people by name, the customer's as the customer."""
    user = collaboration.ended_by
    if user is None:
        assert collaboration.last_day  # the clock ends what has one
        values = {"day": day_in_words(collaboration.last_day)}
        if collaboration.outcome == Collaboration.Outcome.SERVICE_ENDS:
            return _("Avsluttet fordi abonnementet tok slutt. Siste dag var %(day)s.") % values
        return _("Avsluttet slik kunden hadde valgt. Siste dag var %(day)s.") % values
    if user.pk in {person.user_id for person in collaboration.firm.employees.all()}:
        return _("Avsluttet av %(name)s.") % {"name": user.name}
    return _("Avsluttet av kunden.")


def outcome_in_words(collaboration: Collaboration) -> str:
    return f"{collaboration.get_outcome_display()}."


def reading_rights(collaboration: Collaboration) -> str:
    """What the firm may still read; what becomes of the agreement afterwards is not told."""
    shut = _("Dere har ikke tilgang lenger.")
    if collaboration.outcome != Collaboration.Outcome.SERVICE_ENDS:
        return shut
    years = collaboration.service.retention_years
    kept = ngettext(
        "Kunden kan lese dataene i %(years)s år etter at tjenesten er slutt.",
        "Kunden kan lese dataene i %(years)s år etter at tjenesten er slutt.",
        years,
    )
    return f"{shut} {kept % {'years': years}}"


# --- The ways to end it ------------------------------------------------------------------------------------------


def end_links(subscription: Subscription, collaborations: Sequence[Collaboration], by: Person) -> list[Link]:
    """What this person may end, or let go on: the collaboration, from the firm's side, and the agreement."""
    if not subscription.is_active:
        return []
    roles = find_roles(subscription, collaborations, by)
    verbs = {verb for verb, who in workflow.RIGHTS.items() if set(who) & roles}
    links = []
    if subscription.is_cancelled and "resume" in verbs and may_resume(subscription, collaborations, by):
        resume = page_url("subscription-resume", subscription, collaborations, by)
        links.append(Link(_("Gjenoppta avtalen"), resume))
    if isinstance(by, Employee) and "end" in verbs:
        end = page_url("collaboration-end", subscription, collaborations, by)
        links.append(Link(_("Avslutt samarbeidet"), end, is_end=True))
    if not subscription.is_cancelled and "cancel" in verbs:
        cancel = page_url("subscription-cancel", subscription, collaborations, by)
        links.append(Link(_("Si opp avtalen"), cancel, is_end=True))
    return links
