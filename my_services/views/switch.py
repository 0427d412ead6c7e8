"""The way over to another of one's companies."""

from functools import reduce
from operator import or_

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from collaboration.models import Activation, Collaboration
from organisations.places import switching
from organisations.places.in_address import with_place
from organisations.places.requests import CompanyRequest


def offer_switch(request: CompanyRequest, *, company_id: int) -> HttpResponse:
    """Offer the switch to the company that the page belongs to, telling its name alone; 404 if it is not one's own."""
    asked = request.places.called(str(company_id))
    if asked is None:
        raise Http404
    return switching.offer_switch(request, asked, with_place(request.get_full_path(), "company", str(company_id)))


def offer_switch_to_the_one_of(
    request: CompanyRequest, model: type[Activation] | type[Collaboration], pk: int
) -> HttpResponse:
    """Offer the switch to that one of this person's companies which the row belongs to; 404 if it is none's."""
    own = reduce(or_, (model.objects.of(place.row.company) for place in request.places))
    row = get_object_or_404(own.only("company"), pk=pk)
    return offer_switch(request, company_id=row.company_id)
