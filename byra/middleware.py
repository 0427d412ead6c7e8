"""What every answer carries, whoever made it."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from byra import logs

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
# Django's own admin pages write a few style attributes.
ADMIN_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")

SECONDS_UNTIL_AGAIN = {429: 60, 503: 5}  # by the status of the answer

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id(get_response: Callable[[HttpRequest], HttpResponse]):
    """Give the request an id, or keep the one that the proxy in front gave it: for the log, the jobs and the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        own = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.META[logs.REQUEST_ID] = own
        token = logs.request_id.set(own)
        try:
            response = get_response(request)
        finally:
            logs.request_id.reset(token)
        response.headers["X-Request-ID"] = own
        return response

    return middleware


def when_to_come_back(get_response: Callable[[HttpRequest], HttpResponse]):
    """No answer says "later" without saying when; a view that knows better sets the header itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code in SECONDS_UNTIL_AGAIN:
            response.headers.setdefault("Retry-After", str(SECONDS_UNTIL_AGAIN[response.status_code]))
        return response

    return middleware


def explained_refusal_of_a_method(get_response: Callable[[HttpRequest], HttpResponse]):
    """Who opens the address of a button (by the back key, or after signing in again) gets a page, not a void."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware


def content_security_policy(get_response: Callable[[HttpRequest], HttpResponse]):
    """Send a Content-Security-Policy without inline script or style, and keep pages out of caches.

    Also those that one sees without a sign-in: to an e-mailed link's holder they name the firm and the company. A view
    that needs something else (the demo's mail preview) sets the header itself, as WhiteNoise does for files.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = ADMIN_POLICY if request.path.startswith("/admin/") else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
