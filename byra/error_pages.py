"""The pages for what Django refuses to read (too many fields, a foreign Host), and for what is tried too often."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from organisations.middleware import language_of_the_browser


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 400, in the browser's language where it comes before the middleware that knows the person.

    The way on leads to the house's own address: the request's may be one that only others call ours.
    """
    language = getattr(request, "LANGUAGE_CODE", None) or language_of_the_browser(request)
    with translation.override(language):
        page = render_to_string("400.html", {"home": f"{settings.BASE_URL}/"})
    return HttpResponse(page, status=400, headers={"Content-Language": language, "Vary": "Accept-Language"})


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """The page for 429, of allauth's pages; all of those limits are counted by the minute."""
    page = render(request, "429.html", status=429)
    page.headers["Retry-After"] = "60"
    return page
