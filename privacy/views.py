"""The pages of one's own data and of the privacy policy."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from organisations.places.requests import SignedInRequest
from privacy.export import make_archive
from privacy.policy import policy_rows


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@cache_control(no_store=True)
def own_data(request: SignedInRequest) -> HttpResponse:
    """What the file holds, and the button that makes it. An older sign-in is asked for anew."""
    if request.method != "POST":
        return render(request, "privacy/own_data.html", {"privacy_email": settings.PRIVACY_EMAIL})
    return archive_response(make_archive(request.user.email))


@login_not_required
@require_safe
def privacy_policy(request: HttpRequest) -> HttpResponse:
    """What is kept, for how long, and whom to ask; open to everybody."""
    context = {"rows": policy_rows(), "privacy_email": settings.PRIVACY_EMAIL}
    return render(request, "privacy/policy.html", context)


def archive_response(archive: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="opplysninger.zip"', "Cache-Control": "no-store"}
    return HttpResponse(archive, content_type="application/zip", headers=headers)
