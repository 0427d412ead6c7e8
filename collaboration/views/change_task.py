"""Change the task."""

from django.http import Http404, HttpResponse

from organisations.requests import FirmRequest


def collaboration_change_task(request: FirmRequest, number: int, code: str) -> HttpResponse:
    raise Http404
