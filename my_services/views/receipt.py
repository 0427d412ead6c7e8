"""What the company approved or ordered: the page and the PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collaboration import receipt_pdf as pdf
from collaboration.models import Receipt
from collaboration.receipt_pages import check_address, receipt_rows, terms_text
from my_services.views.switch import offer_switch
from organisations.places.in_address import without_page
from organisations.places.requests import CompanyRequest


@require_safe
def receipt_detail(request: CompanyRequest, number: int) -> HttpResponse:
    company = request.company_user.company
    receipt = Receipt.objects.of(company).with_names().filter(number=number).first()
    if receipt is None:
        return offer_the_company_of(request, number)
    context = {
        "receipt": receipt,
        "rows": receipt_rows(receipt, reader=None) if receipt.is_genuine else [],
        "terms_text": terms_text(receipt) if receipt.is_genuine else "",
        "check_address": check_address(receipt),
        "breadcrumbs": [
            (_("Mine tjenester"), reverse("my_services:overview")),
            (_("Godkjenningsbevis nr. %(number)s") % {"number": receipt.number}, ""),
        ],
    }
    return render(request, "my_services/receipt_detail.html", context)


@without_page
@require_safe
def receipt_pdf(request: CompanyRequest, number: int) -> HttpResponse:
    receipt = Receipt.objects.of(request.company_user.company).with_names().filter(number=number).first()
    if receipt is None:
        return offer_the_company_of(request, number)
    if not receipt.is_genuine:
        raise Http404
    return pdf.respond(receipt, reader=None)


def offer_the_company_of(request: CompanyRequest, number: int) -> HttpResponse:
    """A link in a mail may be of another of one's companies."""
    for place in request.places:
        if Receipt.objects.of(place.row.company).filter(number=number).exists():
            return offer_switch(request, company_id=place.pk)
    raise Http404
