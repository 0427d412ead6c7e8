"""Who came by an e-mailed link: kept in the session, so that no later address carries the token."""

from django.http import HttpRequest

from collaboration.links import has_user, make_token
from collaboration.models import Activation
from ground.clock import database_clock

SESSION_KEY = "link"


def remember_link(request: HttpRequest, activation: Activation) -> None:
    """Let the next pages know that this browser has held the request's link, in its present version."""
    request.session[SESSION_KEY] = [activation.pk, activation.link_version]


def remembered_link(request: HttpRequest) -> Activation | None:
    """The request whose link this browser has held; None once the link is replaced."""
    pk, version = request.session.get(SESSION_KEY, (None, None))
    return Activation.objects.with_names().filter(pk=pk, link_version=version).first() if pk else None


def remembered_token(request: HttpRequest) -> str:
    """The token of the link that this browser has held, replaced or not; empty when it has held none."""
    pk, version = request.session.get(SESSION_KEY, (None, None))
    return make_token(pk, version) if pk else ""


def login_context(request: HttpRequest) -> dict:
    """Context processor for the sign-in pages: the names that the mail told as well, never a price."""
    match = request.resolver_match
    if match is None or match.view_name not in ("account_login", "account_request_login_code"):
        return {}
    activation = remembered_link(request)
    if activation is None or not activation.is_answerable(database_clock()):
        return {}
    names = {"firm": activation.firm.name, "company": activation.company.name, "service": activation.service.name}
    return {"login_context": {**names, "has_user": has_user(activation)}}
