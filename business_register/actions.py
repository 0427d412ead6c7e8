"""Deeds about what the register has answered: kept, refreshed, thrown away; and the pause of one that is away."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Value, When

from business_register.models import RESTS_FOR, Answer, Breaker
from ground.clock import Clock, database_clock
from sweeps.batches import delete_some
from sweeps.sweep import Done

MOST_FAILURES = 3  # in a row; then nobody asks for a while, and then one tries
THE_ROW = 1


def keep_answer(*, about: str, asked: str, content: Any, at: datetime) -> Answer:
    """Keep what was answered, in place of what was answered before, and end the pause."""
    answer = Answer(about=about, asked=asked, content=content, answered_at=at)
    upsert(answer, "content", "answered_at", "failed_at")
    Breaker.objects.exclude(failures=0).update(failures=0, rests_until=None)
    return answer


def keep_failure(*, about: str, asked: str, at: datetime, rests: float = 0) -> None:
    """Note that no answer came. The third in a row, or a wish to be left alone for `rests` seconds, begins a pause."""
    upsert(Answer(about=about, asked=asked, failed_at=at), "failed_at")
    rests_until = at + max(RESTS_FOR, timedelta(seconds=rests))
    Breaker.objects.bulk_create([Breaker(pk=THE_ROW)], ignore_conflicts=True)
    in_a_row = Case(When(failed_at__gt=at - 5 * RESTS_FOR, then=F("failures") + 1), default=Value(1))
    Breaker.objects.update(failures=in_a_row, failed_at=at)
    rows = Breaker.objects.all() if rests else Breaker.objects.filter(failures__gte=MOST_FAILURES)
    rows.update(rests_until=rests_until)


def take_turn(*, at: datetime) -> bool:
    """Whether the register may be asked now. When its pause is over one asks, and the others go on without."""
    if not Breaker.objects.filter(rests_until__isnull=False).exists():
        return True
    return bool(Breaker.objects.filter(rests_until__lte=at).update(rests_until=at + RESTS_FOR))


def delete_old_answers(*, clock: Clock = database_clock) -> Done:
    """Throw away what nobody has asked about for a day: addresses and people of companies; returns how many."""
    return delete_some(Answer.objects.old(clock()))


def upsert(answer: Answer, *columns: str) -> None:
    Answer.objects.bulk_create(
        [answer], update_conflicts=True, unique_fields=["about", "asked"], update_fields=list(columns)
    )
