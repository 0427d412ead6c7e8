"""What Django refuses to read: too many fields, a foreign Host."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
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
