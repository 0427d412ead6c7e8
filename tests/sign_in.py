"""Signed in without the pages: the session as signing in leaves it."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.test import Client as Browser

MINUTE = 60


def sign_in_as(user, browser: Browser | None = None, *, method: str = "password", age: float = 0) -> Browser:
    """A browser in which the user has given a password (or `method`) so many seconds ago."""
    browser = browser or Browser()
    browser.force_login(user)
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": time.time() - age}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return browser
