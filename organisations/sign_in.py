"""How a person proved who he is, as allauth keeps it in the session."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest

from organisations.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in_by(request: HttpRequest) -> str:
    """The way of the latest proof in this session: "password", "code" …; "unknown" where none was recorded."""
    records = get_authentication_records(request, request.user)
    return records[-1]["method"] if records else "unknown"


def sign_in_with_new_password(request: HttpRequest, user: User) -> None:
    """Sign in somebody who has set a password this moment. The session's key changes."""
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", email=user.email)
