"""Addresses of our own pages: which page one is of, whether it is ours, and how it is carried along as `next`."""

import re
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.http import url_has_allowed_host_and_scheme

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The address in `next`, of the form or of the link; `fallback` where there is none or it leads elsewhere."""
    asked = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    return asked if is_ours(request, asked) else fallback


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether it is the whole address or the path of a page here; Django's redirect() takes a bare word for a name."""
    return address.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def find_page(address: str) -> ResolverMatch | None:
    """The view that answers at the address, a whole one or only its path; None where none does."""
    try:
        return resolve(re.split("[?#]", address)[0] if address.startswith("/") else urlsplit(address).path)
    except (Resolver404, ValueError):
        return None


def name_of_page(address: str) -> str:
    """The name of the view that answers at the address; empty where none does."""
    match = find_page(address)
    return match.view_name if match else ""


def with_next(address: str, wanted: str, **more: str) -> str:
    """The address with `wanted` as where its page leads on to, if there is any, and `more` in its query."""
    values = more | ({REDIRECT_FIELD_NAME: wanted} if wanted else {})
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}" if values else address
