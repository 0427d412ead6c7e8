"""Where a person is signed in: the browser's name in words, when it was last used, and when its session ends."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.places.current import Place

SESSION_KEY = "seen_at"
NOTED_EVERY = 60  # seconds; as exact is the end of a session that nobody uses

# The first that fits: Edge calls itself Chrome too, and Chrome Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internett"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """The browser in words, such as "Chrome på Windows"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s på %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Ukjent nettleser")


def end_old_session(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: sign out a person who signed in, or was active, too long ago. Django's own end moves with every
    write.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        reason = why_over(request)
        if reason:
            UserSession.objects.filter(session_key=request.session.session_key).delete()
            remember_what_was(request)
            logout(request)
            messages.info(request, reason)
        return get_response(request)

    return middleware


def remember_what_was(request: HttpRequest) -> None:
    """Note on the request whose session ends and where it was, so that the sign-in leads back and keeps what was
    typed.
    """
    ended: Any = request
    ended.ended_user_id = request.user.pk
    ended.ended_places = {name: request.session.get(name, "") for name in (Place.FIRM_FIELD, Place.COMPANY_FIELD)}


def why_over(request: HttpRequest) -> str:
    """Why the person is signed out now, in a sentence; empty where he is not. A session without a recorded sign-in
    is Django's.
    """
    records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
    if not records:
        return ""
    now = time.time()
    if now - records[0]["at"] >= settings.SESSION_COOKIE_AGE:
        return _("Du er logget ut fordi det er lenge siden du logget inn.")
    if now - max(request.session.get(SESSION_KEY, 0), records[-1]["at"]) >= settings.SESSION_IDLE_SECONDS:
        return _("Du er logget ut fordi du ikke har brukt siden på en stund.")
    return ""


def note_activity(get_response: Callable[[HttpRequest], HttpResponse]):
    """Middleware: note once a minute at most that the session is used. allauth's own would write on every page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
        if records:
            now = time.time()
            if now - request.session.get(SESSION_KEY, records[0]["at"]) > NOTED_EVERY:
                request.session[SESSION_KEY] = now
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())
        return get_response(request)

    return middleware
