"""The firm ends a collaboration, cancels an agreement, resumes it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from agreement_pages.change_views import Frame
from agreement_pages.end_views import cancel_page, carry_out_shown, end, end_page, is_over, resume_page, take_seat
from agreement_pages.ending import endings
from agreements.models import Collaboration
from office.service.lookups import get_client_and_service, service_breadcrumbs, service_url
from organisations.places.requests import FirmRequest


def collaboration_end(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """The firm gives its access up. Where it has ended already, its page says so."""
    collaboration, frame = find_latest(request, number, code)
    if not collaboration.may_be_ended_by(request.employee):
        raise Http404
    if request.method != "POST":
        if is_over(collaboration):
            return redirect(frame.back_url)
        seat = take_seat(collaboration.subscription, request.employee)
        return end_page(request, collaboration, endings(seat, collaboration), frame)
    done = _("Samarbeidet i %(service)s er avsluttet.") % {"service": collaboration.service.name}
    return carry_out_shown(request, frame, done, lambda shown: end(request, collaboration, request.employee, shown))


def subscription_cancel(request: FirmRequest, number: int, code: str) -> HttpResponse:
    collaboration, frame = find_latest(request, number, code)
    return cancel_page(request, collaboration.subscription, request.employee, frame)


def subscription_resume(request: FirmRequest, number: int, code: str) -> HttpResponse:
    collaboration, frame = find_latest(request, number, code)
    return resume_page(request, collaboration.subscription, request.employee, frame)


def find_latest(request: FirmRequest, number: int, code: str) -> tuple[Collaboration, Frame]:
    """The firm's latest collaboration with the client in the service, also one that has ended: it may still pay."""
    client, service = get_client_and_service(request, number, code)
    collaborations = Collaboration.objects.visible_to(request.employee).filter(client=client, service=service)
    collaboration = collaborations.with_names().order_by("-pk").first()
    if collaboration is None:
        raise Http404
    return collaboration, Frame(service_breadcrumbs(client, service), client.name, service_url(client, service))
