"""What the customer approved, for the firm that asked: the page and the PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collaboration import receipt_pdf as pdf
from collaboration.models import Receipt
from collaboration.receipt_pages import check_address, receipt_rows, terms_text
from collaboration.views.lookups import get_client_and_service, service_breadcrumbs
from organisations.places.in_address import without_page
from organisations.places.requests import FirmRequest


@require_safe
def receipt_detail(request: FirmRequest, number: int, code: str, receipt: int) -> HttpResponse:
    client, service = get_client_and_service(request, number, code)
    found = get_receipt(request, number, code, receipt)
    title = _("Godkjenningsbevis nr. %(number)s") % {"number": found.number}
    context = {
        "client": client,
        "service": service,
        "receipt": found,
        "rows": receipt_rows(found, reader=client.firm) if found.is_genuine else [],
        "terms_text": terms_text(found) if found.is_genuine else "",
        "check_address": check_address(found),
        "breadcrumbs": service_breadcrumbs(client, service, title),
    }
    return render(request, "collaboration/receipt_detail.html", context)


@without_page
@require_safe
def receipt_pdf(request: FirmRequest, number: int, code: str, receipt: int) -> HttpResponse:
    found = get_receipt(request, number, code, receipt)
    if not found.is_genuine:
        raise Http404
    return pdf.respond(found, reader=request.employee.firm)


def get_receipt(request: FirmRequest, number: int, code: str, receipt: int) -> Receipt:
    """404 without a hint for another firm's, another client's, and what a company ordered by itself."""
    receipts = Receipt.objects.visible_to(request.employee).with_names()
    return get_object_or_404(
        receipts, number=receipt, activation__client__number=number, activation__service__code=code
    )
