"""Back to where one came from, if that is one of our own pages."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address in `next`, of the form or of the link; `fallback` where there is none or it leads elsewhere."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_ours(request, asked) else fallback


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether it is the whole address or the path of a page here; Django's redirect() takes a bare word for a name."""
    return address.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
