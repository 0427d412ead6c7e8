"""The way over to another of one's companies."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from organisations.requests import CompanyRequest


def offer_switch(request: CompanyRequest, *, company_id: int | str) -> HttpResponse:
    """Offer the switch to the company that the page belongs to, telling its name alone; 404 if it is not one's own."""
    for place in request.places:
        if str(place.pk) == str(company_id):
            return render(request, "my_services/company_switch.html", {"asked": place})
    raise Http404
