"""Deeds about sessions: how they end, and what is deleted after them."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from ground.clock import Clock, database_clock
from organisations.models import CacheEntry, User

BATCH = 1000  # rows to a statement: who counts a try meanwhile waits for no more of them


def end_session(*, session: UserSession) -> None:
    """Sign out the browser that the session is of. The caller has seen to it whose it is."""
    get_adapter().end_sessions([session])


def end_all_sessions(*, user: User) -> None:
    """Sign the person out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def delete_old_sessions() -> None:
    """Delete the sessions whose time is over by the cookie's age."""
    SessionStore.clear_expired()


def delete_old_counts(*, clock: Clock = database_clock) -> int:
    """Delete counts of tries that are over, since they hold addresses of machines; returns how many."""
    expired, deleted = CacheEntry.objects.expired(clock()), 0
    while keys := list(expired.values_list("pk", flat=True)[:BATCH]):
        deleted += expired.filter(pk__in=keys).delete()[0]
    return deleted
