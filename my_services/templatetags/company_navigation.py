"""The pages of Mine tjenester in the header."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from organisations.models import CompanyUser
from organisations.places.navigation import Way, mark_current, way_to

register = template.Library()


@register.simple_tag
def company_ways(person: CompanyUser, path: str, query: str) -> list[Way]:
    """What the person may see; the users, only administrators."""
    overview = reverse("my_services:overview")
    ways = [
        way_to("my_services:overview", _("Oversikt")),
        way_to("my_services:overview", _("Tjenester"), fragment="#tjenester", below=f"{overview}tjenester/"),
        way_to("my_services:overview", _("Tilgang"), fragment="#tilgang", below=f"{overview}samarbeid/"),
        *([way_to("company_users:user-list", _("Brukere"))] if person.is_administrator else []),
        way_to("my_services:charge-list", _("Kostnader")),
        way_to("my_services:order-list", _("Bestill")),
    ]
    return mark_current(ways, path, query)
