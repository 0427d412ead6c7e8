"""Looking a new client up in the register, and filling its form with what was found."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from business_register.lookups import Found, State, find_by_name, find_roles, find_unit, is_on, kept_roles, kept_unit
from business_register.requests import Deadline
from business_register.values import Unit, find_manager
from business_register.words import troubles_of, troubles_of_unit
from clients.models import Client
from clients.numbers import find_taken
from ground.clock import database_clock
from ground.lines import clean_line
from ground.mail_addresses import shown_address
from office.clients.lookup_forms import LookupForm, read_lookup
from organisations.models import Employee

LOOK_UP, CHOOSE, CREATE = "look_up", "choose", "create"  # the buttons
Fields = dict[str, str]


@dataclass(frozen=True)
class Hit:
    """A line of a search by name. `client` is the firm's own card of it, where the reader sees one."""

    unit: Unit
    warning: str
    client: Client | None


@dataclass
class Lookup:
    """What stands above a new client's form, and what its fields begin with."""

    form: LookupForm
    fields: Fields = field(default_factory=dict)
    unit: Unit | None = None
    said: str = ""
    warnings: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    client: Client | None = None


def start_lookup() -> Lookup | None:
    """What an empty page shows; None where there is no register to ask."""
    return Lookup(LookupForm()) if is_on() else None


def find_wanted(posted: QueryDict) -> str | None:
    """The text to look up, by the button that was pressed; None to go on and make the client.

    Enter in a field presses none: then a text that has not been looked up yet is.
    """
    if not is_on() or CREATE in posted:
        return None
    if CHOOSE in posted:
        return posted.get(CHOOSE, "")
    typed = posted.get("lookup", "").strip()
    if LOOK_UP in posted:
        return typed
    return typed if typed and typed != posted.get("looked_up", "") else None


def look_up(text: str, posted: QueryDict, *, by: Employee) -> Lookup:
    """Ask the register, and fill the fields that are empty, or that an earlier answer has filled."""
    form = LookupForm({"lookup": posted.get("lookup", ""), "filled": posted.get("filled", "")})
    lookup = Lookup(form, fields={name: posted.get(name, "") for name in posted})
    if not form.is_valid():
        return lookup
    try:
        number, name = read_lookup(clean_line(text))
    except ValidationError as error:
        form.add_error("lookup", error)
        return lookup
    if number:
        look_up_number(lookup, number, by=by)
    else:
        look_up_name(lookup, name, by=by)
    typed, filled = form.cleaned_data["lookup"], form.cleaned_data["filled"]
    is_answered = lookup.unit or lookup.hits or lookup.client
    lookup.form = LookupForm(
        initial={
            "lookup": typed,
            "looked_up": typed if is_answered else "",
            "filled": lookup.unit.org_number if lookup.unit else filled,
        }
    )
    return lookup


def look_up_number(lookup: Lookup, number: str, *, by: Employee) -> None:
    if taken := find_taken(number, by=by):
        lookup.client, lookup.said = taken.client, taken.sentence
        return
    deadline = Deadline()
    found = find_unit(number, deadline=deadline)
    lookup.unit = found.unit
    if found.unit is None:
        lookup.warnings = [sentence for _code, sentence in troubles_of(found)]
        if found.state is State.AWAY:
            lookup.warnings = [_("Enhetsregisteret svarer ikke akkurat nå. Fyll ut selv, eller slå opp igjen om litt.")]
        lookup.fields["org_number"] = lookup.fields.get("org_number") or number
        return
    roles = find_roles(number, deadline=deadline)
    lookup.said = _("%(name)s er hentet fra Enhetsregisteret. Se over, og fyll ut resten.") % {"name": found.unit.name}
    lookup.warnings = [sentence for _code, sentence in troubles_of_unit(found.unit)]
    before = kept_filling(lookup.form.cleaned_data["filled"])
    lookup.fields = merge(lookup.fields, before, filling(found.unit, roles))


def look_up_name(lookup: Lookup, name: str, *, by: Employee) -> None:
    found = find_by_name(name)
    numbers = [unit.org_number for unit in found.units]
    own: QuerySet[Client] = Client.objects.visible_to(by).filter(org_number__in=numbers)
    cards = {client.org_number: client for client in own}
    lookup.hits = [Hit(unit, warning_of(unit), cards.get(unit.org_number)) for unit in found.units]
    if lookup.hits:
        return
    if found.state is State.AWAY:
        lookup.warnings = [_("Enhetsregisteret svarer ikke akkurat nå. Fyll ut selv, eller slå opp igjen om litt.")]
    else:
        lookup.warnings = [_("Ingen i Enhetsregisteret heter «%(name)s».") % {"name": name}]
    lookup.fields["name"] = lookup.fields.get("name") or name


def warning_of(unit: Unit) -> str:
    return " ".join(sentence for _code, sentence in troubles_of_unit(unit))


def kept_filling(number: str) -> Fields:
    """What an earlier answer has filled in on this page; nothing where it is not kept any more."""
    at = database_clock()
    unit = kept_unit(number, at=at).unit
    return filling(unit, kept_roles(number, at=at)) if unit else {}


def filling(unit: Unit, roles: Found) -> Fields:
    """The form's fields as the register has them, by the names under which they are sent."""
    manager = find_manager(roles.roles)
    postal_code = unit.postal_code if len(unit.postal_code) == 4 and unit.postal_code.isdecimal() else ""
    return {
        "name": unit.name,
        "org_number": unit.org_number,
        "legal_form": unit.form if unit.form in Client.LegalForm.values else "",
        "street": unit.street,
        "postal_code": postal_code,
        "city": unit.city,
        "email": shown_address(unit.email),
        "phone": unit.phone,
        "contact-name": manager.name if manager and manager.is_person else "",
    }


def merge(typed: Fields, before: Fields, now: Fields) -> Fields:
    """What was typed stays; what is empty, or is as it was filled before, is as the register has it now."""
    kept = {name: value for name, value in typed.items() if value and value != before.get(name)}
    return typed | now | kept
