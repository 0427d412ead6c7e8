"""Where mail providers tell how a delivery goes: /anymail/<provider>/tracking/, as django-anymail has them.

It has them for every provider at once, and those that nobody has set up answer with an error; here they are not there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailConfigurationError, AnymailImproperlyInstalled
from anymail.urls import urlpatterns as every_provider
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

app_name = "anymail"
WITHDRAWN = ("sendgrid", "sendinblue")  # anymail supports them no more


def if_set_up(view: Callable) -> Callable:
    """404 for a provider whose key or package is missing."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except (AnymailConfigurationError, AnymailImproperlyInstalled):
            raise Http404 from None

    return guarded


urlpatterns = [
    path(str(provider.pattern), if_set_up(provider.callback), name=provider.name)
    for provider in every_provider
    if provider.name.endswith("_tracking_webhook") and not provider.name.startswith(WITHDRAWN)
]
