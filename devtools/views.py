"""The demo's own pages: the mails, and the place that the doors to the services lead to."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from byra.middleware import POLICY
from collaboration.models import Collaboration
from devtools.demo.caught_mails import Mail, caught_mails
from devtools.demo.mails import find_mail, render_samples
from ground.org_number import display_org_number, is_org_number
from organisations.models import CompanyUser, Employee, User
from organisations.places.requests import SignedInRequest
from subscriptions.models import Service, Variant

NEWEST = 50
FRAMES_POLICY = f"{POLICY}; frame-src 'self'"
# The mail's own look and nothing else: it may run, send and load nothing.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The caught mails, newest first, and a sample of every kind that can be made now."""
    samples, left_out = render_samples()
    context = {"caught": caught_mails(newest=NEWEST)[::-1], "samples": samples, "left_out": left_out}
    return render(request, "devtools/mail_list.html", context)


@login_not_required
@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    mail = find_mail_or_404(name)
    breadcrumbs = [(_("E-post"), reverse("devtools:mail-list")), (mail.subject, "")]
    response = render(request, "devtools/mail_detail.html", {"mail": mail, "breadcrumbs": breadcrumbs})
    response.headers["Content-Security-Policy"] = FRAMES_POLICY
    return response


@login_not_required
@require_safe
@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's HTML by itself, as the frame on its page shows it."""
    response = HttpResponse(find_mail_or_404(name).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@login_not_required
@require_safe
def inbox(request: HttpRequest) -> JsonResponse:
    """What was caught, newest last, for tests and scripts."""
    rows = [
        {
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "received_at": mail.received_at,
        }
        for mail in caught_mails()
    ]
    return JsonResponse(rows, safe=False)


@require_safe
def service_arrival(request: SignedInRequest, code: str) -> HttpResponse:
    """In place of the service: who came, for which company, in which variant. 404 for a company of others."""
    service = get_object_or_404(Service, code=code)
    asked = {name: request.GET.get(name, "").replace("\0", "") for name in ("orgnr", "variant")}
    if not is_org_number(asked["orgnr"]):
        raise Http404
    company = find_own_name(request.user, asked["orgnr"])
    if company is None:
        raise Http404
    variant = get_object_or_404(Variant.objects.select_related("service"), service=service, code=asked["variant"])
    context = {
        "service": service,
        "company": company,
        "org_number": display_org_number(asked["orgnr"]),
        "variant": variant,
        "is_read_only": request.GET.get("lesetilgang") == "1",
    }
    return render(request, "devtools/service_arrival.html", context)


def find_own_name(person: User, org_number: str) -> str | None:
    """What the company is called where the person acts for it: in the company itself, or on a firm's card of a client
    that it collaborates with. None when the person acts for it nowhere.
    """
    place = CompanyUser.objects.active().filter(user=person, company__org_number=org_number).first()
    if place is not None:
        return place.company.name
    for employee in Employee.objects.active().filter(user=person):
        begun = Collaboration.objects.visible_to(employee).active().filter(company__org_number=org_number).first()
        if begun is not None:
            return begun.client.name
    return None


def find_mail_or_404(name: str) -> Mail:
    """404 also for a sample that cannot be made now: the list tells why."""
    mail = find_mail(name)
    if not isinstance(mail, Mail):
        raise Http404
    return mail
