"""A plan in the words of the party that reads it: a firm's id, or None for the company.

A firm reads "kunden" and "et annet byrå", never another firm's name, and no price that neither it nor its customer
pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.plans import Kind, Plan, falls_to_the_company, lost_features
from agreements.words.sentences import day_in_words, last_day
from ground.money import format_nok
from organisations.bilingual import Words
from organisations.models import Firm
from subscriptions.comparison import Row
from subscriptions.models import Subscription
from subscriptions.months import months_in_words
from subscriptions.price_words import monthly_price
from subscriptions.priced_periods import Period


@dataclass(frozen=True)
class ToldPlan:
    """What templates/collaboration/_plan.html shows, and the button that says yes to it."""

    plan: Plan
    rows: Sequence[Row]
    gained: Sequence[Words]
    lost: Sequence[Words]
    gained_heading: str
    lost_heading: str
    confirm_label: str


def tell_plan(plan: Plan, *, reader: int | None, settles_others: bool = False) -> ToldPlan:
    """The plan for the one who reads. `settles_others`: other proposals wait, which a new payer makes void.

    With the template part: {% include "collaboration/_plan.html" with told=told only %}
    """
    gained = lost_features(plan.after.variant, plan.before.variant) if plan.kind == Kind.VARIANT else []
    rows = [
        what_changes(plan, reader),
        (_("Gjelder"), from_when(plan, reader)),
        (_("Dere betaler i dag"), price_in_words(plan.before, reader)),
        (_("Dere betaler etterpå"), price_in_words(plan.after, reader)),
        *customers_price(plan, reader),
        *charged_now(plan, reader),
        (_("Neste fornyelse"), next_renewal(plan, reader)),
        *later_renewals(plan, reader),
        *needed_yes(plan, reader),
        (_("Angre"), how_to_undo(plan)),
        (_("Tilgang"), _("Tilgangen endres ikke.")),
    ]
    if settles_others and plan.kind == Kind.PAYER:
        rows.append((_("Andre forslag"), _("De som venter på svar, faller bort når dette er avtalt.")))
    return ToldPlan(
        plan=plan,
        rows=rows,
        gained=[feature.local_name for feature in gained],
        lost=[feature.local_name for feature in plan.lost],
        gained_heading=_("Dette får dere i tillegg") if reader is None else _("Dette får kunden i tillegg"),
        lost_heading=_("Dette mister dere") if reader is None else _("Dette mister kunden"),
        confirm_label=confirm_label(plan),
    )


# --- The rows ----------------------------------------------------------------------------------------------------


def what_changes(plan: Plan, reader: int | None) -> Row:
    before, after = plan.before, plan.after
    match plan.kind:
        case Kind.VARIANT:
            label, old, new = _("Variant"), plan.subscription.variant.name, after.variant.name
        case Kind.PAYER:
            label = _("Fakturamottaker")
            old, new = party_name(before.paying_firm, reader), party_name(after.paying_firm, reader)
        case _other:
            label = _("Avtaleperiode")
            old, new = months_in_words(plan.subscription.period_months), months_in_words(after.months)
    return label, from_to(old, new)


def from_to(old: str, new: str) -> str:
    return _("Fra %(old)s til %(new)s") % {"old": old, "new": new}


def from_when(plan: Plan, reader: int | None) -> str:
    if plan.at_once and plan.needs_yes:
        return _("Straks %(name)s har sagt ja") % {"name": party_name(answering_party(plan), reader)}
    if plan.at_once or plan.effective_on is None:
        return _("Straks")
    return _("Fra %(day)s, når neste periode begynner") % {"day": day_in_words(plan.effective_on)}


def price_in_words(period: Period, reader: int | None) -> str:
    """What the reader pays a month; of what others pay only that they do."""
    if period.payer != reader:
        return _("Ingenting. %(name)s betaler.") % {"name": capfirst(party_name(period.paying_firm, reader))}
    if period.per_month == 0:
        return _("Ingenting, tjenesten er gratis")
    return monthly_price(period.per_month)


def customers_price(plan: Plan, reader: int | None) -> list[Row]:
    """To a firm: what its customer pays a month before and after, where the customer pays at one of the times."""
    if not (customer_pays(plan.before, reader) or customer_pays(plan.after, reader)):
        return []
    return [
        (_("Kunden betaler i dag"), customers_price_in_words(plan.before, reader)),
        (_("Kunden betaler etterpå"), customers_price_in_words(plan.after, reader)),
    ]


def customer_pays(period: Period, reader: int | None) -> bool:
    """Whether the reader is a firm whose customer pays: it reads the price as if it paid itself."""
    return reader is not None and period.payer is None


def customers_price_in_words(period: Period, reader: int | None) -> str:
    if customer_pays(period, reader):
        return price_in_words(period, None)
    return _("Ingenting. %(name)s betaler.") % {"name": capfirst(party_name(period.paying_firm, reader))}


def charged_now(plan: Plan, reader: int | None) -> list[Row]:
    """What an upgrade costs for the rest of the paid period, for the one who pays that; of others only that they do."""
    if plan.charge_now is None:
        return []
    is_own, is_customers = plan.before.payer == reader, customer_pays(plan.before, reader)
    if not is_own and plan.charge_now == 0:
        return []
    if not is_own and not is_customers:
        payer = party_name(plan.before.paying_firm, reader)
        return [(_("Resten av perioden"), _("Tillegget betales av %(name)s.") % {"name": payer})]
    amount = amount_now(plan, plan.charge_now)
    if not plan.needs_yes:
        return [(_("Kunden belastes i dag") if is_customers else _("Belastes i dag"), amount)]
    label = _("Kunden belastes når svaret er ja") if is_customers else _("Belastes når svaret er ja")
    return [(label, _("%(amount)s, hvis svaret kommer i dag") % {"amount": amount})]


def amount_now(plan: Plan, amount: Decimal) -> str:
    if amount == 0:
        return _("Ingenting")
    values = {"amount": format_nok(amount), "length": months_in_words(plan.after.months)}
    if plan.subscription.renews_on is None:
        return _("%(amount)s kr eks. mva. for %(length)s") % values
    values["day"] = last_day(plan.subscription.renews_on)
    return _("%(amount)s kr eks. mva. for resten av perioden, til og med %(day)s") % values


def next_renewal(plan: Plan, reader: int | None) -> str:
    if plan.renewal is None or plan.renews_on is None:
        return _("Løper uten fornyelse")
    return renewal_in_words(plan.renews_on, plan.renewal, reader)


def later_renewals(plan: Plan, reader: int | None) -> list[Row]:
    """Those from which something else is known to hold: a payer who is there no more by then."""
    return [(_("Senere fornyelse"), renewal_in_words(day, period, reader)) for day, period in plan.later]


def renewal_in_words(day: date, period: Period, reader: int | None) -> str:
    values = {
        "day": day_in_words(day),
        "name": party_name(period.paying_firm, reader),
        "amount": format_nok(period.amount),
        "length": months_in_words(period.months),
    }
    if customer_pays(period, reader):
        return _("%(day)s: %(amount)s kr eks. mva. for %(length)s. Betales av %(name)s.") % values
    if period.payer != reader:
        return _("%(day)s. Betales av %(name)s.") % values
    return _("%(day)s: %(amount)s kr eks. mva. for %(length)s") % values


def needed_yes(plan: Plan, reader: int | None) -> list[Row]:
    if not plan.needs_yes:
        return [(_("Godkjenning"), _("Krever ikke godkjenning"))]
    name = capfirst(party_name(answering_party(plan), reader))
    if plan.lapses_on:
        name = _("%(name)s, innen utgangen av %(day)s") % {"name": name, "day": last_day(plan.lapses_on)}
    silence = without_answer(plan.kind, plan.subscription, plan.lapses_on)
    return [(_("Må godkjennes av"), f"{name}. {silence}")]


def without_answer(kind: str, subscription: Subscription, lapses_on: date | None) -> str:
    if kind == Kind.PAYER and subscription.payer_has_left and lapses_on:
        return _("Uten et ja er %(day)s siste dag med tjenesten: byrået som betaler i dag, betaler ikke lenger.") % {
            "day": last_day(lapses_on)
        }
    if falls_to_the_company(subscription, kind, lapses_on):
        return _("Uten et ja betaler selskapet fra neste periode, for byrået som betaler i dag, slutter da.")
    return _("Uten svar blir alt som det er.")


def how_to_undo(plan: Plan) -> str:
    if plan.at_once and not plan.needs_yes:
        return _("Gjelder straks og kan ikke tas tilbake. Dere kan bytte igjen.")
    if plan.at_once:
        return _("Kan tas tilbake til det er besvart. Et ja gjelder straks.")
    assert plan.effective_on  # what is not at once has its day
    return _("Kan tas tilbake til og med %(day)s.") % {"day": last_day(plan.effective_on)}


def confirm_label(plan: Plan) -> str:
    if plan.needs_yes:
        return _("Send forslaget")
    if plan.kind == Kind.VARIANT:
        return _("Bytt til %(name)s") % {"name": plan.after.variant.name}
    if plan.kind == Kind.PAYER:
        return _("Bytt fakturamottaker")
    return _("Bytt til %(length)s") % {"length": months_in_words(plan.after.months)}


# --- The parties and the days ------------------------------------------------------------------------------------


def party_name(party: Firm | None, reader: int | None) -> str:
    """Who somebody is to the reader, as it stands inside a sentence."""
    if (party.pk if party else None) == reader:
        return _("dere")
    if reader is None:
        return party.name if party else ""
    return _("kunden") if party is None else _("et annet byrå")


def answering_party(plan: Plan) -> Firm | None:
    """Who is to say yes; always one who pays before or after."""
    periods = [
        plan.before,
        plan.after,
        *([plan.renewal] if plan.renewal else []),
        *(period for _day, period in plan.later),
    ]
    return next(period.paying_firm for period in periods if period.payer == plan.answering_firm_id)
