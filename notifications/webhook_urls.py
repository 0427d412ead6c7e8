"""Addresses of mail providers' webhooks: /anymail/<provider>/tracking/, as django-anymail has them.

django-anymail has them for every provider, and answers with an error for one that is not set up; here such a one does
not exist. A call without the secret, or with a body that no provider sends, is refused with one line in the log.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailImproperlyInstalled
from anymail.urls import urlpatterns as every_provider
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import path
from django.utils.log import log_response

app_name = "anymail"
WITHDRAWN = ("sendgrid", "sendinblue")  # anymail supports them no more


class Malformed(SuspiciousOperation):
    """Raised when the body is not what the provider sends."""


@contextlib.contextmanager
def reading_the_body() -> Iterator[None]:
    """Turn an error while anymail reads the body into Malformed, since anymail takes the body's shape for granted."""
    try:
        yield
    except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise Malformed(f"malformed body: {type(error).__name__}") from error


def make_strict(view_class: Any) -> Any:
    """The provider's view with Malformed refused. Errors of ours stay errors, so that the provider calls again."""

    class StrictView(view_class):
        def run_validators(self, request: HttpRequest) -> None:
            with reading_the_body():
                super().run_validators(request)

        def parse_events(self, request: HttpRequest) -> list[Any]:
            with reading_the_body():
                events = super().parse_events(request)
                for event in events:
                    if not (isinstance(event.recipient or "", str) and isinstance(event.metadata or {}, dict)):
                        raise TypeError
                return events

    return StrictView


def if_set_up(view: Callable) -> Callable:
    """The view, which is 404 for a provider whose key or package is missing."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except (AnymailConfigurationError, AnymailImproperlyInstalled):
            raise Http404 from None
        except SuspiciousOperation as refusal:
            response = HttpResponseBadRequest()
            log_response("Refused at %s: %s", request.path, refusal, response=response, request=request)
            return response

    return guarded


urlpatterns = [
    path(str(provider.pattern), if_set_up(make_strict(provider.callback.view_class).as_view()), name=provider.name)
    for provider in every_provider
    if provider.name.endswith("_tracking_webhook") and not provider.name.startswith(WITHDRAWN)
]
