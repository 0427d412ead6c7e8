"""The pages for what goes wrong outside of the views: what is not read, what is tried too often, our own errors."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.log import log_response

from ground.database_faults import describe, is_away, is_busy, passes
from organisations.forms.typed import what_was_typed
from organisations.language import language_of_the_browser
from organisations.places.redirects import SAFE_METHODS, find_page

logger = logging.getLogger("byra.database")

NOTED = "byra.fault"  # where request.META keeps the error that is in the log already

UNREADABLE = (
    SuspiciousOperation,
    BadRequest,
    MultiPartParserError,
    UnreadablePostError,
)  # what may be wrong with a body


def bare_page(request: HttpRequest, status: int, context: dict | None = None) -> HttpResponse:
    """The page of a status, without session and database: in the person's language where that is known already."""
    language = getattr(request, "LANGUAGE_CODE", None) or language_of_the_browser(request)
    with translation.override(language):
        page = render_to_string(f"{status}.html", context)
    return HttpResponse(page, status=status, headers={"Content-Language": language, "Vary": "Accept-Language"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 400. Its way on leads to the house's own address: the request's may be one that only others call
    ours.
    """
    return bare_page(request, 400, {"home": f"{settings.BASE_URL}/"})


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """The page for 429, of allauth's pages; all of those limits are counted by the minute."""
    return render(request, "429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error that nobody caught: 503 for one of the database that passes by itself, 400 for a body
    that only another error page tried to read, else 500. All are logged here: Django forgets some, and writes the
    tracebacks of others that tell nothing.
    """
    error = sys.exception()
    if isinstance(error, UNREADABLE):
        return bad_request(request, error)
    if error is None or not passes(error):
        page = bare_page(request, 500)
        log_response("Internal Server Error: %s", request.path, response=page, request=request, exception=error)
        return page
    note_fault(request, error)
    page = try_again(request, is_undone=is_busy(error))
    page._has_been_logged = True  # type: ignore[attr-defined]
    return page


def try_again(request: HttpRequest, *, is_undone: bool) -> HttpResponse:
    """The page for 503: to try again, and what was typed. `is_undone`: it is certain that nothing was stored; of a
    connection that was cut nobody knows whether the last word got through.
    """
    again = request.get_full_path() if request.method in SAFE_METHODS else ""
    return bare_page(request, 503, {"again": again, "is_undone": is_undone, "typed": typed_into(request)})


def typed_into(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into one of our forms; nothing of a page that is nobody's place (settings.PLACES)."""
    page = find_page(request.path_info)
    side = settings.PLACES.get(page.namespace) if page else None
    try:
        return what_was_typed(request.POST, side=side) if side else []
    except (*UNREADABLE, DatabaseError):  # a form's choices may stand in the database that is away
        return []


def note_fault(request: HttpRequest, error: BaseException) -> None:
    """One line a request, without a traceback: it would tell of us, and nothing here is broken.

    Each middleware on the way out may ask the database in vain once more.
    """
    if request.META.setdefault(NOTED, error) is not error:
        return
    level = logging.ERROR if is_away(error) else logging.WARNING
    extra = {"status_code": 503, "request": request}
    logger.log(level, "%s: %s", request.path.encode("unicode_escape").decode(), describe(error), extra=extra)
