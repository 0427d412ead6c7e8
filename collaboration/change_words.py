"""A change of an agreement in the words of the party that is told of it, in a mail or an alert."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from collaboration.agreement_pages import change_title, party_name
from collaboration.months import months_in_words
from collaboration.plans import Kind, Plan
from collaboration.price_words import price
from collaboration.priced_periods import Period
from collaboration.sentences import day_in_words
from ground.money import format_nok
from organisations.models import Firm
from subscriptions.models import Feature, SubscriptionChange

# An alert keeps the payers like this, so that it can be read in either language.
OWN, CUSTOMER, OTHER = "own", "customer", "other"


@dataclass(frozen=True)
class ChangeNews:
    """A change as a mail tells it to `reader` (a firm's id, or None: the company); asked in the person's language."""

    change: SubscriptionChange
    reader: int | None
    plan: Plan | None = None

    @property
    def what(self) -> str:
        return change_title(self.change, self.reader)

    @property
    def asker(self) -> str:
        return party_name(self.change.asking_firm, self.reader)

    @property
    def costs(self) -> list[tuple[str, str]]:
        """When, and what the reader then pays; nothing of what others pay."""
        return cost_rows(self.plan, self.reader) if self.plan else []

    @property
    def lost(self) -> list[Feature]:
        return list(self.plan.lost) if self.plan else []


def cost_rows(plan: Plan, party: int | None) -> list[tuple[str, str]]:
    rows = [(_("Nå"), cost_in_words(plan.before, party))]
    if plan.effective_on and not plan.at_once:
        rows.append((from_day(plan.effective_on), cost_in_words(plan.after, party)))
    else:
        rows.append((_("Etter et ja"), cost_in_words(plan.after, party)))
    is_first = plan.subscription.renews_on is None  # free until now: its periods are counted from the yes
    if plan.charge_now and plan.before.payer == party:
        amount = _("%(amount)s kr eks. mva.") % {"amount": format_nok(plan.charge_now)}
        when = (
            _("For den første perioden, med et ja i dag") if is_first else _("For resten av perioden, med et ja i dag")
        )
        rows.append((when, amount))
    if plan.renewal and plan.at_once and plan.renewal.costs(party) != plan.after.costs(party):
        assert plan.renews_on  # the first day of `renewal`
        when = from_day(plan.renews_on)
        if is_first:
            when = _("%(from_day)s, med et ja i dag") % {"from_day": when}
        rows.append((when, cost_in_words(plan.renewal, party)))
    return [*rows, *((from_day(day), cost_in_words(period, party)) for day, period in plan.later)]


def from_day(day) -> str:
    return _("Fra %(day)s") % {"day": day_in_words(day)}


def cost_in_words(period: Period, party: int | None) -> str:
    if not period.costs(party):
        return _("Ingenting")
    return price(period.per_month, period.months)


def words_of(change: SubscriptionChange, *, reader: int) -> dict[str, Any]:
    """What a firm's alert keeps of it: codes, names of variants and numbers of months, never a firm's name."""
    old: str | int | None
    new: str | int | None
    if change.kind == Kind.VARIANT:
        old, new = change.from_variant.name, change.to_variant.name
    elif change.kind == Kind.PAYER:
        old, new = payer_code(change.from_firm, reader), payer_code(change.to_firm, reader)
    else:
        old, new = change.from_months, change.to_months
    return {"change": change.kind, "old": old, "new": new}


def payer_code(firm: Firm | None, reader: int) -> str:
    if firm is None:
        return CUSTOMER
    return OWN if firm.pk == reader else OTHER


def change_in_words(words: dict[str, Any]) -> str:
    """The same sentence as change_title, of what the alert has kept."""
    payers = {OWN: _("dere"), CUSTOMER: _("kunden"), OTHER: _("et annet byrå")}
    if words["change"] == Kind.VARIANT:
        what, old, new = _("Variant"), words["old"], words["new"]
    elif words["change"] == Kind.PAYER:
        what, old, new = _("Fakturamottaker"), payers[words["old"]], payers[words["new"]]
    else:
        what, old, new = _("Avtaleperiode"), months_in_words(words["old"]), months_in_words(words["new"])
    return _("%(what)s: fra %(old)s til %(new)s") % {"what": what, "old": old, "new": new}
