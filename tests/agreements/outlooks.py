"""What the pages foretell of a deed that a single agreement is loaded for, in one call."""

from datetime import date

from agreements.models import Collaboration
from agreements.rows.load import load
from agreements.rules import verbs
from agreements.rules.values import Party
from agreements.words.outlook import Coming, end, plan_end, tell_outlook
from agreements.words.refusals import in_words
from subscriptions.models import Subscription


def outlook_of_end(
    collaboration: Collaboration, *, by: int | None, outcome: str, reader: int | None, day: date
) -> list[Coming]:
    """Outlook if the party ended the collaboration today, with that outcome."""
    loaded = load(collaboration.subscription, day=day)
    return tell_outlook(loaded, end(loaded, collaboration, by=by, outcome=outcome, day=day), reader=reader, day=day)


def outlook_of_planned_end(
    collaboration: Collaboration, *, on: date | None, reader: int | None, day: date
) -> list[Coming]:
    """Outlook if the firm's last day moved to `on`, or were removed (None)."""
    loaded = load(collaboration.subscription, day=day)
    return tell_outlook(loaded, plan_end(loaded, collaboration, on, day=day), reader=reader, day=day)


def outlook_of_cancelling(subscription: Subscription, *, by: int | None, reader: int | None, day: date) -> list[Coming]:
    """Outlook if the party cancelled the agreement today."""
    loaded = load(subscription, day=day)
    with in_words():
        return tell_outlook(loaded, verbs.cancel(loaded.value, by=Party(by), day=day), reader=reader, day=day)


def outlook_of_resuming(subscription: Subscription, *, by: int | None, reader: int | None, day: date) -> list[Coming]:
    """Outlook if the party resumed the agreement today."""
    loaded = load(subscription, day=day)
    with in_words():
        return tell_outlook(loaded, verbs.resume(loaded.value, by=Party(by), day=day), reader=reader, day=day)
