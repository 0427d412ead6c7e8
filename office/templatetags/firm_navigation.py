"""The pages of the firm in the header."""

from django import template
from django.utils.translation import gettext as _

from organisations.models import Employee
from organisations.places.navigation import Way, mark_current, way_to

register = template.Library()


@register.simple_tag
def firm_ways(employee: Employee, path: str, query: str) -> list[Way]:
    """What the employee may see; what the charges are, only administrators."""
    ways = [
        way_to("office:overview", _("Oversikt")),
        way_to("office:client-list", _("Kunder")),
        way_to("office:collaboration-list", _("Samarbeid")),
        way_to("office:my-tasks", _("Mine oppgaver")),
        *([way_to("office:charge-list", _("Fakturagrunnlag"))] if employee.is_administrator else []),
        way_to("office:alert-list", _("Varsler")),
    ]
    return mark_current(ways, path, query)
