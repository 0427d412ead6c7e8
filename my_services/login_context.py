"""Who asks for what, on the sign-in page of somebody who came by an e-mailed link."""

from django.http import HttpRequest

from collaboration.models import Activation
from history.clock import database_clock

SESSION_KEY = "link_activation"


def remember_link(request: HttpRequest, activation: Activation) -> None:
    """Let the sign-in page know what it is about, without a token in its address."""
    request.session[SESSION_KEY] = activation.pk


def login_context(request: HttpRequest) -> dict:
    """Context processor: `login_context` with the names that the mail told as well, never a price."""
    match = request.resolver_match
    if match is None or match.view_name not in ("account_login", "account_request_login_code"):
        return {}
    activation = (
        Activation.objects.answerable(database_clock())
        .select_related("firm", "company", "service")
        .filter(pk=request.session.get(SESSION_KEY))
        .first()
    )
    if activation is None:
        return {}
    names = {"firm": activation.firm.name, "company": activation.company.name, "service": activation.service.name}
    return {"login_context": names}
