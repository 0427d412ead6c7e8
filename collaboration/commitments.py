"""What a yes or an order binds the company to: who pays what and when, when it renews, and until when to cancel.

One place makes these facts, for approval page, mails, receipt and order alike; collaboration.commitment_words words
them. A receipt keeps them as they were.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from agreements.rules import days
from agreements.rules.aims import NewPayer
from agreements.rules.facts import Closed, Ended, Fact, Outcome, Renewed
from agreements.rules.values import Party
from collaboration.agreement_rows import load
from collaboration.hand_over import HandOver, foretell_hand_over
from collaboration.offers import Offer
from collaboration.orders import Order
from ground.clock import oslo_date
from organisations.models import Firm
from subscriptions.actions import first_renewal
from subscriptions.models import Price, Service, Variant

DAYS = ("first_day", "renews_on", "last_day", "new_payer_from", "answer_by")
AMOUNTS = ("per_month", "renewal_per_month", "new_payer_per_month")
PAYERS = ("payer", "new_payer", "asked_payer")


class Payer(StrEnum):
    """Who pays from the next renewal on; of a new agreement from its first day."""

    COMPANY = "company"
    FIRM = "firm"  # the one that asks
    ANOTHER_FIRM = "another_firm"


@dataclass(frozen=True)
class Commitment:
    """The agreement about a service as it is from the yes on. Amounts are NOK excluding VAT.

    `months` is the length of each period, from the first one, or of an agreement that the company has already (not
    `is_new`) from its next one. Such an agreement goes on as it is, and its price is not told: `per_month` and
    `first_day` are empty. `renews_on` is empty where it does not renew: it runs until it is cancelled, or it is over
    after `last_day`, because it is cancelled or (`waits_for_payer`) unless somebody says yes to pay until then.
    """

    is_new: bool
    service: str
    supplier: str  # who sends the invoice; empty where the service does not name anybody
    payer: Payer
    months: int
    per_month: Decimal | None = None
    first_day: date | None = None
    renews_on: date | None = None
    renewal_per_month: Decimal | None = None  # what it costs from then on, as far as the price list says so today
    last_day: date | None = None
    waits_for_payer: bool = False
    new_payer: Payer | None = None
    new_payer_number: str = ""  # of a firm's organisation; so is asked_payer_number
    new_payer_from: date | None = None
    new_payer_months: int = 0
    new_payer_per_month: Decimal | None = None
    asked_payer: Payer | None = None
    asked_payer_number: str = ""
    answer_by: date | None = None

    @property
    def is_free(self) -> bool:
        return self.per_month == 0

    @property
    def amount(self) -> Decimal | None:
        """What a period costs."""
        return None if self.per_month is None else self.per_month * self.months

    @property
    def cancel_by(self) -> date | None:
        """The last day on which cancelling stops the next renewal."""
        return self.renews_on - timedelta(days=1) if self.renews_on else None

    @property
    def coming_price(self) -> Decimal | None:
        """What it costs a month from the renewal on, where that is known to be another price than now."""
        return self.renewal_per_month if self.renewal_per_month != self.per_month else None

    @property
    def renewal_amount(self) -> Decimal | None:
        """What each period costs from the renewal on."""
        return None if self.renewal_per_month is None else self.renewal_per_month * self.months

    @property
    def new_payer_amount(self) -> Decimal | None:
        return None if self.new_payer_per_month is None else self.new_payer_per_month * self.new_payer_months

    @property
    def changes_payer_at_renewal(self) -> bool:
        return self.new_payer_from is not None and self.new_payer_from == self.renews_on

    def as_record(self) -> dict[str, Any]:
        """For a receipt: days and amounts as texts."""
        return {
            name: str(value) if isinstance(value, date | Decimal | Payer) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_record(cls, kept: dict[str, Any]) -> "Commitment":
        days = {name: date.fromisoformat(kept[name]) for name in DAYS if kept.get(name)}
        amounts = {name: Decimal(kept[name]) for name in AMOUNTS if kept.get(name) is not None}
        payers = {name: Payer(kept[name]) for name in PAYERS if kept.get(name)}
        return cls(**(kept | days | amounts | payers))


def commitment_of_offer(offer: Offer, hand_over: HandOver | None = None) -> Commitment | None:
    """What a yes to the request binds to, if it is given on the offer's day; None where there is nothing to approve.

    `hand_over` is the choice that is made along with the yes.
    """
    if offer.is_impossible:
        return None
    activation = offer.activation
    if offer.subscription is None:
        return commitment_of_new(
            activation.variant, months=activation.period_months, per_month=activation.price_per_month,
            payer=Payer.FIRM if offer.firm_pays else Payer.COMPANY, first_day=offer.today,
        )  # fmt: skip
    value = load(offer.subscription, day=offer.today).value
    outcome = foretell_hand_over(value, hand_over, day=offer.today) if hand_over else Outcome(value, ())
    return commitment_of_running(activation.service, outcome, asker=activation.firm_id, day=offer.today)


def commitment_of_order(order: Order, *, first_day: date) -> Commitment:
    return commitment_of_new(
        order.variant, months=order.months, per_month=order.price_per_month, payer=Payer.COMPANY, first_day=first_day
    )


def commitment_of_new(
    variant: Variant, *, months: int, per_month: Decimal, payer: Payer, first_day: date
) -> Commitment:
    """An agreement that begins on the day, at a price a month."""
    renews_on = first_renewal(variant, months=months, price_per_month=per_month, first_day=first_day)
    return Commitment(
        is_new=True, service=variant.service.name, supplier=variant.service.supplier, payer=payer, months=months,
        per_month=per_month, first_day=first_day, renews_on=renews_on,
        renewal_per_month=listed(variant, months, renews_on) if renews_on else None,
    )  # fmt: skip


def listed(variant: Variant, months: int, day: date) -> Decimal | None:
    try:
        return variant.price_on(day, months)
    except Price.DoesNotExist:
        return None


def commitment_of_running(service: Service, outcome: Outcome, *, asker: int | None, day: date) -> Commitment:
    """An agreement that there is, by what its days bring; `asker` is the firm that asks."""
    agreement = outcome.agreement
    coming = days.foretell(outcome, day)
    next_thing = next((fact for fact in coming if isinstance(fact, Renewed | Ended)), None)
    ended = next_thing if isinstance(next_thing, Ended) else None
    period = next_thing.period if isinstance(next_thing, Renewed) else None
    return Commitment(
        is_new=False,
        service=service.name,
        supplier=service.supplier,
        payer=payer_in(period.payer if period else agreement.payer, asker),
        months=period.months if period else agreement.months,
        renews_on=None if ended else agreement.renews_on,
        renewal_per_month=period.per_month if period else None,
        last_day=ended.day - timedelta(days=1) if ended else None,
        waits_for_payer=bool(ended and ended.question),
        **new_payer_in(coming, agreement.payer, asker),
        **asked_payer_in(coming, asker),
    )


def new_payer_in(coming: list[Fact], pays_today: Party, asker: int | None) -> dict[str, Any]:
    """The first period that somebody else pays than today; nothing where there is none."""
    renewals = (fact for fact in coming if isinstance(fact, Renewed))
    renewed = next((fact for fact in renewals if fact.period.payer != pays_today), None)
    if renewed is None:
        return {}
    return {
        "new_payer": payer_in(renewed.period.payer, asker),
        "new_payer_number": number_of(renewed.period.payer),
        "new_payer_from": renewed.day,
        "new_payer_months": renewed.period.months,
        "new_payer_per_month": renewed.period.per_month,
    }


def asked_payer_in(coming: list[Fact], asker: int | None) -> dict[str, Any]:
    """The firm whose yes to pay is waited for, and the last day to give it; nothing where there is none."""
    for fact in coming:
        if isinstance(fact, Closed) and isinstance(fact.change.to, NewPayer) and not fact.change.to.party.is_company:
            return {
                "asked_payer": payer_in(fact.change.to.party, asker),
                "asked_payer_number": number_of(fact.change.to.party),
                "answer_by": fact.day - timedelta(days=1),
            }
    return {}


def number_of(party: Party) -> str:
    """The firm's organisation number; empty for the company."""
    return Firm.objects.values_list("org_number", flat=True).get(pk=party.firm) if party.firm else ""


def payer_in(party: Party, asker: int | None) -> Payer:
    if party.is_company:
        return Payer.COMPANY
    return Payer.FIRM if party.firm == asker else Payer.ANOTHER_FIRM


def commitment_in(record: dict[str, Any], service: Service) -> Commitment | None:
    """What a receipt's record keeps of it. One written before it was kept says the same of an agreement that began
    then; None of one that there was: nothing is known of its renewal at that time.
    """
    if "commitment" in record:
        return Commitment.from_record(record["commitment"])
    variant = service.variants.filter(code=record["variant"]).select_related("service").first()
    if variant is None or record["price_per_month"] is None:
        return None
    paid_by_asker = record["paid_by_firm"] is not None and record["paid_by_firm"] == record["firm_org_number"]
    return commitment_of_new(
        variant, months=record["period_months"], per_month=Decimal(record["price_per_month"]),
        payer=Payer.FIRM if paid_by_asker else Payer.COMPANY,
        first_day=oslo_date(datetime.fromisoformat(record["approved_at"])),
    )  # fmt: skip
