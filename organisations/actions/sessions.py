"""Deeds about sessions: how they end, and what is deleted after them."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from ground.clock import Clock, database_clock
from organisations.models import CacheEntry, User
from sweeps.batches import delete_some
from sweeps.sweep import Done


def end_session(*, session: UserSession) -> None:
    """Sign out the browser that the session is of. The caller has seen to it whose it is."""
    get_adapter().end_sessions([session])


def end_all_sessions(*, user: User) -> None:
    """Sign the person out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def forget_device(*, session_key: str | None) -> None:
    """Delete the device of a session that ends now, its address and its browser; a session without a key has none."""
    UserSession.objects.filter(session_key=session_key).delete()


def note_use(*, session_key: str | None) -> None:
    """Note that the session is used now, for the person's list of devices."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now())


def delete_old_sessions() -> Done:
    """Delete sessions whose time is over by the cookie's age; returns how many."""
    return delete_some(Session.objects.filter(expire_date__lt=timezone.now()))


def delete_old_counts(*, clock: Clock = database_clock) -> Done:
    """Delete counts of tries that are over, since they hold addresses of machines; returns how many."""
    return delete_some(CacheEntry.objects.expired(clock()))
