"""What the register says, as plain values, read from the shapes that it documents.

Nothing of an answer is believed: text is cleaned and cut, and whatever has another shape counts as not said.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ground.lines import clean_line
from ground.mail_addresses import NoAddress, address_form
from ground.org_number import has_nine_digits

NORWAY = "NO"
# They look after the company, and answer for nothing that it agrees to.
OUTSIDERS = frozenset({"REVI", "REGN"})
MANAGERS = ("DAGL", "INNH", "BEST", "FFØR")  # who runs it from day to day, in the order in which one is looked for
MOST_ROLES = 200
UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # by a database, or not by UTF-8 at all
MOST_HITS = 20


class Malformed(ValueError):
    """Raised for an answer that is not what was asked for."""


@dataclass(frozen=True)
class Unit:
    """A unit of the register. Empty text: the register does not say. `parent` is the number of a sub-unit's unit.

    `deleted_on` is the day in ISO form; `is_deleted` holds also where no day is told.
    """

    org_number: str
    name: str
    form: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    mail_street: str = ""
    mail_postal_code: str = ""
    mail_city: str = ""
    email: str = ""
    phone: str = ""
    parent: str = ""
    deleted_on: str = ""
    is_deleted: bool = False
    is_bankrupt: bool = False
    is_winding_up: bool = False
    is_forced_to_wind_up: bool = False

    @property
    def addresses(self) -> tuple[tuple[str, str, str], ...]:
        """Where it is, and where its post goes."""
        return self.address, (self.mail_street, self.mail_postal_code, self.mail_city)

    @property
    def address(self) -> tuple[str, str, str]:
        return self.street, self.postal_code, self.city

    @property
    def has_full_address(self) -> bool:
        return all(self.address)


@dataclass(frozen=True)
class Role:
    """Somebody's role in a unit: a living person's, or another unit's."""

    code: str
    title: str
    name: str
    is_person: bool = True


def read_unit(answer: Any, *, org_number: str = "") -> Unit:
    """The unit of `/enheter/{orgnr}`, `/underenheter/{orgnr}`, or of a line of a search.

    Raises Malformed for anything else, and for another unit than the one of `org_number`.
    """
    if not isinstance(answer, dict):
        raise Malformed("no object")
    number = answer.get("organisasjonsnummer")
    name = line(answer.get("navn"), 150)
    if not isinstance(number, str) or not has_nine_digits(number) or (org_number and number != org_number):
        raise Malformed("another unit")
    deleted_on = day(answer.get("slettedato"))
    if not name:
        raise Malformed("no name")
    street, postal_code, city = read_address(
        *(answer.get(kind) for kind in ("forretningsadresse", "beliggenhetsadresse", "postadresse"))
    )
    mail_street, mail_postal_code, mail_city = read_address(answer.get("postadresse"))
    return Unit(
        org_number=number,
        name=name,
        form=line(code_of(answer.get("organisasjonsform")), 10),
        street=street,
        postal_code=postal_code,
        city=city,
        mail_street=mail_street,
        mail_postal_code=mail_postal_code,
        mail_city=mail_city,
        email=mail_address(answer.get("epostadresse")),
        phone=line(answer.get("telefon"), 30) or line(answer.get("mobil"), 30),
        parent=line(answer.get("overordnetEnhet"), 9),
        deleted_on=deleted_on,
        is_deleted=bool(deleted_on) or answer.get("respons_klasse") in ("SlettetEnhet", "SlettetUnderenhet"),
        is_bankrupt=answer.get("konkurs") is True,
        is_winding_up=answer.get("underAvvikling") is True,
        is_forced_to_wind_up=answer.get("underTvangsavviklingEllerTvangsopplosning") is True,
    )


def read_address(*addresses: Any) -> tuple[str, str, str]:
    """Street, postal code and city of the first address that says where; abroad the city names the country too."""
    for address in addresses:
        if not isinstance(address, dict):
            continue
        lines = address.get("adresse")
        street = ", ".join(filter(None, (line(one, 150) for one in lines if one))) if isinstance(lines, list) else ""
        code, city = line(address.get("postnummer"), 10), line(address.get("poststed"), 80)
        country = address.get("landkode")
        if isinstance(country, str) and country and country != NORWAY:
            parts = (" ".join(filter(None, (code, city))), line(address.get("land"), 40))
            code, city = "", ", ".join(filter(None, parts))
        if street or city:
            return street[:150].rstrip(), code, city[:80].rstrip()
    return "", "", ""


def read_roles(answer: Any) -> tuple[Role, ...]:
    """The roles of `/enheter/{orgnr}/roller` that somebody has now. Raises Malformed for anything else."""
    groups = answer.get("rollegrupper", []) if isinstance(answer, dict) else None
    if not isinstance(groups, list):
        raise Malformed("no groups of roles")
    listed = [group.get("roller") for group in groups if isinstance(group, dict)]
    roles = [read_role(one) for group in listed if isinstance(group, list) for one in group if isinstance(one, dict)]
    found = [role for role in roles if role]
    return tuple(dict.fromkeys(found))[:MOST_ROLES]


def read_role(answer: dict[str, Any]) -> Role | None:
    """None for a role that nobody has any more, and for one without a name."""
    if answer.get("fratraadt") is True or answer.get("avregistrert") is True:
        return None
    kind, person, unit = answer.get("type"), answer.get("person"), answer.get("enhet")
    code = line(code_of(kind), 10)
    title = line(kind.get("beskrivelse"), 80) if isinstance(kind, dict) else ""
    if isinstance(person, dict):
        if person.get("erDoed") is True:
            return None
        names = person.get("navn")
        parts = [names.get(part) for part in ("fornavn", "mellomnavn", "etternavn")] if isinstance(names, dict) else []
        name = line(" ".join(part for part in parts if isinstance(part, str)), 150)
        return Role(code, title or code, name) if name and code else None
    if isinstance(unit, dict):
        names = unit.get("navn")
        joined = " ".join(part for part in names if isinstance(part, str)) if isinstance(names, list) else names
        name = line(joined, 150)
        return Role(code, title or code, name, is_person=False) if name and code else None
    return None


def read_hits(answer: Any) -> tuple[Unit, ...]:
    """The units that a search by name found; a line that is no unit is left out. Raises Malformed for anything else."""
    if not isinstance(answer, dict):
        raise Malformed("no object")
    embedded = answer.get("_embedded", {})
    lines = embedded.get("enheter", []) if isinstance(embedded, dict) else None
    if not isinstance(lines, list):
        raise Malformed("no list of units")
    found = []
    for one in lines[:MOST_HITS]:
        try:
            found.append(read_unit(one))
        except Malformed:
            continue
    return tuple(found)


def find_manager(roles: tuple[Role, ...]) -> Role | None:
    """Who runs the unit from day to day; None where the register names nobody."""
    for code in MANAGERS:
        if found := next((role for role in roles if role.code == code), None):
            return found
    return None


def people_of(roles: tuple[Role, ...]) -> list[Role]:
    """Each person of the unit's own once, with the first of the roles that the person has."""
    people: dict[str, Role] = {}
    for role in roles:
        if role.is_person and role.code not in OUTSIDERS:
            people.setdefault(role.name.casefold(), role)
    return list(people.values())


def line(value: Any, most: int) -> str:
    """The text as one line, cut; empty for anything but text."""
    return clean_line(UNSTORABLE.sub(" ", value[: most * 4]))[:most].rstrip() if isinstance(value, str) else ""


def code_of(value: Any) -> Any:
    return value.get("kode") if isinstance(value, dict) else None


def day(value: Any) -> str:
    """The day in ISO form; empty for anything else."""
    try:
        return date.fromisoformat(value[:10]).isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""


def mail_address(value: Any) -> str:
    """The address as ours are stored; empty for what no mail could go to."""
    try:
        return address_form(value) if isinstance(value, str) else ""
    except NoAddress:
        return ""


def as_json(value: Unit | Role) -> dict[str, Any]:
    return asdict(value)
