"""How and when a person proved who he is, as allauth's records in the session tell."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from organisations.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in_by(request: HttpRequest) -> str:
    """The way of the latest proof in this session: "password", "code" …; "unknown" where none is recorded."""
    records = get_authentication_records(request, request.user)
    return records[-1]["method"] if records else "unknown"


def is_fresh(request: HttpRequest) -> bool:
    """Whether the latest proof in this session is so young that nobody else is likely to sit there."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def has_proved_second_factor(request: HttpRequest) -> bool:
    """Whether a passkey, a code of the app or a recovery code was given in this session, or set up in it."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def sign_in_with_new_password(request: HttpRequest, user: User) -> None:
    """Sign in a new user who has set a password this moment. The session's key changes."""
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", email=user.email)
    UserSession.objects.create_from_request(request)
