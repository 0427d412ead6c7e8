"""Avslutt samarbeidet: the firm gives its access up."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from collaboration import actions
from collaboration.models import Collaboration
from collaboration.views.lookups import get_client_and_service, service_breadcrumbs, service_url
from organisations.refusals import NotAllowed
from organisations.requests import FirmRequest


def collaboration_end(request: FirmRequest, number: int, code: str) -> HttpResponse:
    """Ask, telling what happens; then do it. Where it has ended already, its page says so."""
    client, service = get_client_and_service(request, number, code)
    collaborations = Collaboration.objects.visible_to(request.employee).filter(client=client, service=service)
    collaboration = collaborations.with_everything().order_by("-pk").first()
    if collaboration is None or not collaboration.may_be_ended_by(request.employee):
        raise Http404
    if request.method != "POST":
        if not collaboration.is_active:
            return redirect(service_url(client, service))
        breadcrumbs = service_breadcrumbs(client, service, _("Avslutt samarbeidet"))
        context = {"client": client, "service": service, "collaboration": collaboration, "breadcrumbs": breadcrumbs}
        return render(request, "collaboration/collaboration_end.html", context)
    try:
        actions.end_collaboration(collaboration=collaboration, by=request.employee)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("Samarbeidet i %(service)s er avsluttet.") % {"service": service.name})
    return redirect(service_url(client, service))
