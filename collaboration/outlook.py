"""What happens when, of an agreement: the same rows for all parties, each in the words of the one who reads.

A party is a firm's id, or None: the company. A firm reads "et annet byrå", and no price that it does not pay.

    outlook(subscription, reader=party_of(by), day=today)
    {% include "collaboration/_outlook.html" with rows=outlook only %}
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.rules import days, facts, verbs
from agreements.rules.facts import Fact, Outcome, Why
from agreements.rules.values import Change, ChangeState, Party
from collaboration.agreement_pages import party_name
from collaboration.agreement_refusals import in_words
from collaboration.agreement_rows import Loaded, load
from collaboration.hand_over import HandOver, foretell_hand_over
from collaboration.models import Collaboration
from collaboration.months import months_in_words
from collaboration.plans import Kind
from collaboration.priced_periods import Period
from ground.money import format_nok
from subscriptions.models import Subscription, SubscriptionChange


@dataclass(frozen=True)
class Row:
    """A fact in words. `day` is None for a question that waits without a last day."""

    day: date | None
    sentence: str
    fact: Fact = field(compare=False)


def outlook(subscription: Subscription, *, reader: int | None, day: date) -> list[Row]:
    """What is known to come, in its order."""
    return outlook_of(load(subscription, day=day), reader=reader, day=day)


def outlook_of(loaded: Loaded, *, reader: int | None, day: date) -> list[Row]:
    """The same for who has loaded the agreement already, as it is on the day."""
    return tell(loaded, Outcome(loaded.value, ()), reader=reader, day=day)


def end(loaded: Loaded, collaboration: Collaboration, *, by: int | None, outcome: str, day: date) -> Outcome:
    ends_service = outcome == Collaboration.Outcome.SERVICE_ENDS
    with in_words():
        return verbs.end(loaded.value, collaboration.pk, by=Party(by), day=day, ends_service=ends_service)


def plan_end(loaded: Loaded, collaboration: Collaboration, on: date | None, *, day: date) -> Outcome:
    """Nothing changes where no end is planned that could be removed."""
    seats = {seat.key: seat for seat in loaded.value.seats}
    if on is None and (collaboration.pk not in seats or seats[collaboration.pk].ends_on is None):
        return Outcome(loaded.value, ())
    with in_words():
        return verbs.plan_end(loaded.value, collaboration.pk, on, day=day)


def outlook_of_hand_over(
    subscription: Subscription, hand_over: HandOver | None, *, reader: int | None, day: date
) -> list[Row]:
    """Outlook if the company approved another firm today, and chose so; None: it keeps all."""
    loaded = load(subscription, day=day)
    outcome = foretell_hand_over(loaded.value, hand_over, day=day) if hand_over else Outcome(loaded.value, ())
    if hand_over:
        loaded.names.know([hand_over.payer])
    return tell(loaded, outcome, reader=reader, day=day)


def fingerprint(rows: Sequence[Row]) -> str:
    """What a page foretold, in any language: the deed compares it with what it would do."""
    return facts.fingerprint(row.fact for row in rows)


def worth_telling(found: Iterable[Fact]) -> list[Fact]:
    """Those that the list has a sentence for, in its order: what waits first, and of a day what falls unanswered."""
    told = [fact for fact in found if type(fact) in WORDS and not goes_with_the_end(fact)]
    return sorted(told, key=lambda fact: (fact.day or date.min, not is_unanswered(fact)))


def goes_with_the_end(fact: Fact) -> bool:
    """Whether it is told by the end of the service alone."""
    match fact:
        case facts.SeatEnded(with_all=True) | facts.Closed(why=Why.ENDS):
            return True
        case facts.Agreed(change=change):
            return change.state != ChangeState.IN_FORCE  # it is told on the day it comes into force
    return False


def is_unanswered(fact: Fact) -> bool:
    return isinstance(fact, facts.Waits) or (isinstance(fact, facts.Closed) and fact.change.is_proposed)


# --- The words


class Telling(NamedTuple):
    """What a sentence is made of besides its fact."""

    loaded: Loaded
    reader: int | None
    today: date

    def name(self, party: Party) -> str:
        return party_name(self.loaded.names.firm(party), self.reader)

    def row(self, change: Change) -> SubscriptionChange:
        return self.loaded.change_row(change)


def tell(loaded: Loaded, outcome: Outcome, *, reader: int | None, day: date) -> list[Row]:
    telling = Telling(loaded, reader, day)
    rows = [
        Row(told_on(fact, day), WORDS[type(fact)](fact, telling), fact)
        for fact in worth_telling(days.foretell(outcome, day))
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row.day or date.min)


def told_on(fact: Fact, today: date) -> date | None:
    """What ends on a day to come is told on its last day, as everywhere; what begins, on its first."""
    is_end = isinstance(fact, facts.SeatEnded | facts.Ended) or is_unanswered(fact)
    if fact.day is None or fact.day == today or not is_end:
        return fact.day
    return fact.day - timedelta(days=1)


def leaves(fact: facts.SeatEnded, telling: Telling) -> str:
    name = {"name": telling.name(fact.seat.firm)}
    if fact.day != telling.today:
        return _("Siste dag %(name)s har tilgang til tjenesten.") % name
    return capfirst(_("%(name)s mister tilgangen til tjenesten.") % name)


def changes(fact: facts.CameIntoForce | facts.Agreed, telling: Telling) -> str:
    change = telling.row(fact.change)
    if change.kind == Kind.VARIANT and change.from_variant and change.to_variant:
        names = {"old": change.from_variant.name, "new": change.to_variant.name}
        return _("Varianten endres fra %(old)s til %(new)s.") % names
    if change.kind == Kind.PAYER:
        return capfirst(_("%(name)s blir fakturamottaker.") % {"name": party_name(change.to_firm, telling.reader)})
    return _("Avtaleperioden endres til %(length)s.") % {"length": months_in_words(change.to_months or 0)}


def closed(fact: facts.Closed, telling: Telling) -> str:
    return unanswered(fact, telling) if fact.change.is_proposed else falls(fact, telling)


def unanswered(fact: facts.Closed | facts.Waits, telling: Telling) -> str:
    """A question without an answer: falls today, on a later day, or waits."""
    change = telling.row(fact.change)
    values = {
        "name": party_name(change.answering_firm, telling.reader),
        "what": subject_of(change, telling.reader),
    }
    if fact.day is None:
        return capfirst(_("Forslaget %(what)s venter på svar fra %(name)s.") % values)
    if fact.day == telling.today:
        return _("Forslaget %(what)s bortfaller.") % values
    return _("Siste dag %(name)s kan svare. Uten et ja bortfaller forslaget %(what)s.") % values


def falls(fact: facts.Closed, telling: Telling) -> str:
    return _("Avtalen %(what)s bortfaller.") % {"what": subject_of(telling.row(fact.change), telling.reader)}


def subject_of(change: SubscriptionChange, reader: int | None) -> str:
    if change.kind == Kind.VARIANT and change.to_variant:
        return _("om varianten %(name)s") % {"name": change.to_variant.name}
    if change.kind == Kind.PAYER:
        return _("om at %(name)s skal betale") % {"name": party_name(change.to_firm, reader)}
    return _("om avtaleperiode på %(length)s") % {"length": months_in_words(change.to_months or 0)}


def renews(fact: facts.Renewed, telling: Telling) -> str:
    period = telling.loaded.names.period(fact.period)
    begins = _("Avtalen fornyes for %(length)s.") % {"length": months_in_words(period.months)}
    return f"{begins} {who_pays(period, telling.reader)}"


def who_pays(period: Period, reader: int | None) -> str:
    if period.per_month == 0:
        return _("Tjenesten er gratis.")
    if period.payer != reader:
        return capfirst(_("%(name)s betaler.") % {"name": party_name(period.paying_firm, reader)})
    return _("Dere betaler %(month)s kr per måned, %(amount)s kr for perioden, eks. mva.") % {
        "month": format_nok(period.per_month),
        "amount": format_nok(period.amount),
    }


def ends(fact: facts.Ended, telling: Telling) -> str:
    if fact.question is not None:
        name = {"name": party_name(telling.row(fact.question).answering_firm, telling.reader)}
        return _("Siste dag med tjenesten for alle, hvis ikke %(name)s har sagt ja til å betale innen da.") % name
    if fact.day == telling.today:
        return _("Tjenesten slutter for alle. Etter det kan dataene bare leses.")
    return _("Siste dag med tjenesten for alle. Etter det kan dataene bare leses.")


def unreadable(fact: facts.Unreadable, telling: Telling) -> str:
    if telling.reader is None:
        return _("Siste dag dere kan lese dataene.")
    return _("Siste dag kunden kan lese dataene.")


WORDS: dict[type, Callable[[Any, Telling], str]] = {
    facts.SeatEnded: leaves,
    facts.CameIntoForce: changes,
    facts.Agreed: changes,
    facts.Closed: closed,
    facts.Waits: unanswered,
    facts.Renewed: renews,
    facts.Ended: ends,
    facts.Unreadable: unreadable,
}
