"""What Enhetsregisteret says against sending: yellow, and never green while it has not answered.

Reads what is kept, as it is called under locks; the page asks beforehand (`ask_register`).
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from business_register.lookups import Found, State, find_roles, find_unit, is_on, kept_roles
from business_register.names import is_same_name, is_same_person
from business_register.requests import Deadline
from business_register.values import Role, Unit, people_of
from business_register.words import troubles_of
from clients.models import Client
from collaboration.facts import Facts
from collaboration.findings import Finding, Level
from collaboration.models import Activation
from ground.clock import database_clock
from ground.org_number import is_org_number
from organisations.places.redirects import with_next

# The parameter by which a page is asked to begin with one of the register's people, by the place in its list: no name
# stands in an address.
PERSON = "rolle"
AWAY = "register_away"


def ask_register(client: Client) -> None:
    """Have the register's answers about the client kept, within the time that a page may wait. Outside of locks."""
    if client.org_number:
        deadline = Deadline()
        find_unit(client.org_number, deadline=deadline)
        find_roles(client.org_number, deadline=deadline)


def check_register(activation: Activation, receiver: str, facts: Facts) -> Iterator[Finding]:
    """What the register says of the client, and of whoever is to be asked; nothing where there is none to ask."""
    client = activation.client
    if not is_on() or not client.org_number or not is_org_number(client.org_number):
        return
    found, roles = facts.find_registered(client.org_number)
    troubles = troubles_of(found)
    for code, sentence in troubles:
        yield Finding(Level.YELLOW, f"register_{code}", sentence)
    unit = found.unit
    if unit is None:
        return
    is_same = is_same_name(unit.name, client.name)
    if not is_same:
        yield name_differs(client, unit)
    if {code for code, _sentence in troubles} & {"dissolved", "sub_unit"}:
        return
    if not troubles and is_same:
        registered = _("%(name)s står i Enhetsregisteret, og er verken slettet eller konkurs.")
        yield Finding(Level.GREEN, "register", registered % {"name": unit.name})
    yield from check_roles(activation, roles, receiver)


def name_differs(client: Client, unit: Unit) -> Finding:
    text = _("I Enhetsregisteret heter selskapet «%(register)s», hos dere heter kunden «%(client)s».")
    return Finding(
        Level.YELLOW,
        "register_name_differs",
        text % {"register": unit.name, "client": client.name},
        link_url=reverse("office:client-register", args=[client.number]),
        link_label=_("Sammenlign med Enhetsregisteret"),
    )


def check_roles(activation: Activation, roles: Found, receiver: str) -> Iterator[Finding]:
    """Whether the receiver is one of the unit's own people. An accountant or an auditor is none."""
    if roles.state is not State.FOUND:
        yield Finding(Level.YELLOW, AWAY, _("Enhetsregisteret svarer ikke, så mottakerens rolle er ikke kontrollert."))
        return
    people = people_of(roles.roles)
    if not people:
        text = _("Enhetsregisteret nevner ingen personer hos kunden, så mottakeren kan ikke kontrolleres.")
        yield Finding(Level.YELLOW, "register_without_roles", text)
        return
    if not receiver:
        return
    own = next((person for person in people if is_same_person(person.name, receiver)), None)
    if own is not None:
        text = _("%(name)s står i Enhetsregisteret med rollen %(role)s.")
        yield Finding(Level.GREEN, "register_role", text % {"name": own.name, "role": lower_first(own.title)})
        return
    yield Finding(
        Level.YELLOW,
        "receiver_without_role",
        _("%(name)s har ingen rolle hos kunden i Enhetsregisteret. Velg en som har det, eller gå videre:")
        % {"name": receiver},
        choices=tuple(
            (f"{person.name}, {lower_first(person.title)}", choose_url(activation, place, person))
            for place, person in enumerate(people)
        ),
    )


def lower_first(title: str) -> str:
    return title[:1].lower() + title[1:]


def choose_url(activation: Activation, place: int, person: Role) -> str:
    """Where the person becomes the receiver: the wizard's page, for who is no contact yet by way of a new one."""
    client, service = activation.client, activation.service
    page = "activation-check" if activation.keeps_agreement else "activation-agreement"
    asked = {PERSON: str(place)}
    wizard = with_next(reverse(f"collaboration:{page}", args=[client.number, service.code]), "", **asked)
    if activation.scenario == Activation.Scenario.NEW or find_contact(client, person.name):
        return wizard
    return with_next(reverse("clients:contact-create", args=[client.number]), wizard, **asked)


def find_contact(client: Client, name: str):
    """The client's contact who may be this person; None where there is none."""
    return next((contact for contact in client.contacts.all() if is_same_person(contact.name, name)), None)


def find_person(client: Client, place: str) -> Role | None:
    """The register's person at this place of the client's list; None for anything else."""
    if not (is_on() and client.org_number and place.isascii() and place.isdecimal() and len(place) < 4):
        return None
    people = people_of(kept_roles(client.org_number, at=database_clock()).roles)
    return people[int(place)] if int(place) < len(people) else None
