"""What happens when, of an agreement: the same rows for all parties, each in the words of the one who reads.

A party is a firm's id, or None: the company. A firm reads "et annet byrå", and no price that it does not pay.

    outlook(subscription, reader=party_of(by), day=today)
    {% include "collaboration/_outlook.html" with rows=outlook only %}
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.agreement_pages import party_name
from collaboration.course import Course, Happening, What
from collaboration.hand_over import HandOver, asks_payer
from collaboration.models import Collaboration
from collaboration.months import months_in_words
from collaboration.plans import Kind
from collaboration.priced_periods import Period
from subscriptions.models import Subscription, SubscriptionChange
from subscriptions.money import format_nok


class Row(NamedTuple):
    """The day is empty for what has none: a question that waits without a last day."""

    day: date | None
    sentence: str


def outlook(subscription: Subscription, *, reader: int | None, day: date) -> list[Row]:
    """What is known to come, in its order."""
    return tell(Course.of(subscription, day=day), reader)


def outlook_of_end(
    collaboration: Collaboration, *, by: int | None, outcome: str, reader: int | None, day: date
) -> list[Row]:
    """The same list as it would be if the party ended the collaboration today, with that outcome."""
    course = Course.of(collaboration.subscription, day=day)
    course.end(collaboration, outcome=outcome, by=by)
    return tell(course, reader)


def outlook_of_planned_end(
    collaboration: Collaboration, *, on: date | None, reader: int | None, day: date
) -> list[Row]:
    """As it would be with another last day of a firm; None: without any."""
    course = Course.of(collaboration.subscription, day=day)
    course.plan_end(collaboration, on)
    return tell(course, reader)


def outlook_of_cancelling(subscription: Subscription, *, by: int | None, reader: int | None, day: date) -> list[Row]:
    course = Course.of(subscription, day=day)
    course.cancel(by)
    return tell(course, reader)


def outlook_of_resuming(subscription: Subscription, *, by: int | None, reader: int | None, day: date) -> list[Row]:
    course = Course.of(subscription, day=day)
    course.resume(by)
    return tell(course, reader)


def outlook_of_hand_over(
    subscription: Subscription, hand_over: HandOver | None, *, reader: int | None, day: date
) -> list[Row]:
    """As it would be if the company approved another firm today, and chose so."""
    course = Course.of(subscription, day=day)
    if hand_over:
        plan_hand_over(course, subscription, hand_over)
    return tell(course, reader)


def plan_hand_over(course: Course, subscription: Subscription, hand_over: HandOver) -> None:
    """What the choice does to the course of the agreement."""
    course.plan_end(hand_over.collaboration, hand_over.on)
    if asks_payer(subscription, hand_over.collaboration):
        course.ask_payer(hand_over.payer)


def fingerprint(rows: Sequence[Row]) -> str:
    """What a page foretold: the deed compares it with what it would do."""
    told = "\n".join(f"{row.day} {row.sentence}" for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


# --- The words


def tell(course: Course, reader: int | None) -> list[Row]:
    happenings = course.foretell()
    rows = [Row(told_on(one, course.today), WORDS[one.what](one, reader, course.today)) for one in happenings]
    return sorted(rows, key=lambda row: row.day or date.min)


def told_on(happening: Happening, today: date) -> date | None:
    """What ends on a day to come is told on its last day, as everywhere; what begins, on its first."""
    if happening.day is None or happening.day == today or happening.what not in (What.LEAVES, What.LAPSES, What.ENDS):
        return happening.day
    return happening.day - timedelta(days=1)


def leaves(happening: Happening, reader: int | None, today: date) -> str:
    name = {"name": party_name(happening.firm, reader)}
    if happening.day != today:
        return _("Siste dag %(name)s har tilgang til tjenesten.") % name
    return capfirst(_("%(name)s mister tilgangen til tjenesten.") % name)


def changes(happening: Happening, reader: int | None, today: date) -> str:
    change = change_of(happening)
    if change.kind == Kind.VARIANT and change.from_variant and change.to_variant:
        names = {"old": change.from_variant.name, "new": change.to_variant.name}
        return _("Varianten endres fra %(old)s til %(new)s.") % names
    if change.kind == Kind.PAYER:
        return capfirst(_("%(name)s blir fakturamottaker.") % {"name": party_name(change.to_firm, reader)})
    return _("Avtaleperioden endres til %(length)s.") % {"length": months_in_words(change.to_months or 0)}


def change_of(happening: Happening) -> SubscriptionChange:
    assert happening.change  # these kinds have one
    return happening.change


def lapses(happening: Happening, reader: int | None, today: date) -> str:
    """A question without an answer: falls today, on a later day, or waits."""
    change = change_of(happening)
    values = {
        "name": party_name(change.answering_firm, reader),
        "what": subject_of(change, reader),
    }
    if happening.day is None:
        return capfirst(_("Forslaget %(what)s venter på svar fra %(name)s.") % values)
    if happening.day == today:
        return _("Forslaget %(what)s bortfaller.") % values
    return _("Siste dag %(name)s kan svare. Uten et ja bortfaller forslaget %(what)s.") % values


def falls(happening: Happening, reader: int | None, today: date) -> str:
    return _("Avtalen %(what)s bortfaller.") % {"what": subject_of(change_of(happening), reader)}


def subject_of(change: SubscriptionChange, reader: int | None) -> str:
    if change.kind == Kind.VARIANT and change.to_variant:
        return _("om varianten %(name)s") % {"name": change.to_variant.name}
    if change.kind == Kind.PAYER:
        return _("om at %(name)s skal betale") % {"name": party_name(change.to_firm, reader)}
    return _("om avtaleperiode på %(length)s") % {"length": months_in_words(change.to_months or 0)}


def renews(happening: Happening, reader: int | None, today: date) -> str:
    period = happening.period
    assert period  # a renewal has one
    begins = _("Avtalen fornyes for %(length)s.") % {"length": months_in_words(period.months)}
    return f"{begins} {who_pays(period, reader)}"


def who_pays(period: Period, reader: int | None) -> str:
    if period.per_month == 0:
        return _("Tjenesten er gratis.")
    if period.payer != reader:
        return capfirst(_("%(name)s betaler.") % {"name": party_name(period.paying_firm, reader)})
    return _("Dere betaler %(month)s kr per måned, %(amount)s kr for perioden, eks. mva.") % {
        "month": format_nok(period.per_month),
        "amount": format_nok(period.amount),
    }


def ends(happening: Happening, reader: int | None, today: date) -> str:
    assert happening.day  # nothing ends without one
    if happening.change is not None:
        name = {"name": party_name(happening.change.answering_firm, reader)}
        return _("Siste dag med tjenesten for alle, hvis ikke %(name)s har sagt ja til å betale innen da.") % name
    if happening.day == today:
        return _("Tjenesten slutter for alle. Etter det kan dataene bare leses.")
    return _("Siste dag med tjenesten for alle. Etter det kan dataene bare leses.")


def unreadable(happening: Happening, reader: int | None, today: date) -> str:
    if reader is None:
        return _("Siste dag dere kan lese dataene.")
    return _("Siste dag kunden kan lese dataene.")


WORDS: dict[What, Callable[[Happening, int | None, date], str]] = {
    What.LEAVES: leaves,
    What.CHANGES: changes,
    What.LAPSES: lapses,
    What.FALLS: falls,
    What.RENEWS: renews,
    What.ENDS: ends,
    What.UNREADABLE: unreadable,
}
