"""Hent mine opplysninger: each person's own data, to take along."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from organisations.requests import SignedInRequest
from privacy.export import make_archive


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@cache_control(no_store=True)
def own_data(request: SignedInRequest) -> HttpResponse:
    """What the file holds, and the button that makes it. Asked for anew when the sign-in is older."""
    if request.method != "POST":
        return render(request, "privacy/own_data.html", {"privacy_email": settings.PRIVACY_EMAIL})
    return archive_response(make_archive(request.user.email))


def archive_response(archive: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="opplysninger.zip"', "Cache-Control": "no-store"}
    return HttpResponse(archive, content_type="application/zip", headers=headers)
