"""A client's card beside what Enhetsregisteret says, and taking that over."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from business_register.lookups import is_on, kept_roles, kept_unit
from business_register.names import is_same_person
from business_register.values import Role, Unit, people_of
from business_register.words import troubles_of
from clients.models import Client
from collaboration import actions
from collaboration.register_changes import differing_fields, fingerprint
from collaboration.register_check import ask_register
from ground.clock import database_clock
from ground.refusals import perform
from office.clients.card import breadcrumbs, get_client
from organisations.places.requests import FirmRequest

Row = tuple[str, str, str, bool]


@require_safe
def client_register(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    if not is_on() or not client.org_number:
        return redirect("office:client-detail", client.number)
    ask_register(client)
    at = database_clock()
    found, roles = kept_unit(client.org_number, at=at), kept_roles(client.org_number, at=at)
    fields = differing_fields(client, found.unit) if found.unit else {}
    context = {
        "client": client,
        "warnings": [sentence for _code, sentence in troubles_of(found)],
        "rows": comparison_rows(client, found.unit, fields) if found.unit else [],
        "fields": fields,
        "shown": fingerprint(fields),
        "people": people_rows(client, people_of(roles.roles)),
        "breadcrumbs": breadcrumbs(client, (_("Enhetsregisteret"), "")),
    }
    return render(request, "office/client_register.html", context)


@require_POST
def client_take_over(request: FirmRequest, number: int) -> HttpResponse:
    client = get_client(request, number)
    perform(
        request,
        actions.take_over_from_register,
        done=_("Kundekortet er som i Enhetsregisteret."),
        client=client,
        by=request.employee,
        shown=request.POST.get("shown", ""),
    )
    return redirect("office:client-register", client.number)


def comparison_rows(client: Client, unit: Unit, fields: dict[str, str]) -> list[Row]:
    """Label, the card's words, the register's, and whether they differ in more than spelling."""
    return [
        (_("Navn"), client.name, unit.name, "name" in fields),
        (
            _("Adresse"),
            in_one_line(client.street, client.postal_code, client.city),
            in_one_line(*unit.address),
            "street" in fields,
        ),
    ]


def in_one_line(street: str, postal_code: str, city: str) -> str:
    return ", ".join(filter(None, (street, f"{postal_code} {city}".strip())))


def people_rows(client: Client, people: list[Role]) -> list[tuple[Role, str]]:
    """Each with the address that makes a contact of who is none yet; empty for who is one."""
    known = list(client.contacts.all())
    new = reverse("clients:contact-create", args=[client.number])
    return [
        (person, "" if any(is_same_person(one.name, person.name) for one in known) else f"{new}?rolle={place}")
        for place, person in enumerate(people)
    ]
