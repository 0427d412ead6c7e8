"""The way over to another of one's companies."""

from functools import reduce
from operator import or_

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from collaboration.models import Activation, Collaboration
from organisations.requests import CompanyRequest


def offer_switch(request: CompanyRequest, *, company_id: int | str) -> HttpResponse:
    """Offer the switch to the company that the page belongs to, telling its name alone; 404 if it is not one's own."""
    for place in request.places:
        if str(place.pk) == str(company_id):
            return render(request, "my_services/company_switch.html", {"asked": place})
    raise Http404


def offer_switch_to_the_one_of(
    request: CompanyRequest, model: type[Activation] | type[Collaboration], pk: int
) -> HttpResponse:
    """Offer the switch to that one of this person's companies which the row belongs to; 404 if it is none's."""
    own = reduce(or_, (model.objects.of(place.row.company) for place in request.places))
    row = get_object_or_404(own.only("company"), pk=pk)
    return offer_switch(request, company_id=row.company_id)
