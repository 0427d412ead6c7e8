"""What the columns of a file hold: by what the firm chose before, by their headings, or by what stands in them."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from ground.org_number import clean_org_number, is_org_number

SAMPLE = 200  # rows that are looked at
MOSTLY = 0.7  # of a column's cells
LONGEST_HEADING = 80


class Field(models.TextChoices):
    """What a column can be; one without any is not read."""

    NUMBER = "number", _("Kundenummer")
    NAME = "name", _("Navn")
    ORG_NUMBER = "org_number", _("Organisasjonsnummer")
    LEGAL_FORM = "legal_form", _("Organisasjonsform")
    STREET = "street", _("Adresse")
    POSTAL_CODE = "postal_code", _("Postnummer")
    CITY = "city", _("Poststed")
    EMAIL = "email", _("E-post")
    PHONE = "phone", _("Telefon")
    CONTACT_NAME = "contact_name", _("Hovedkontakt: navn")
    CONTACT_EMAIL = "contact_email", _("Hovedkontakt: e-post")
    CONTACT_PHONE = "contact_phone", _("Hovedkontakt: telefon")
    ACCOUNT_MANAGER = "account_manager", _("Kundeansvarlig")
    TASK_TYPE = "task_type", _("Oppgavetype")


# As spreadsheets and other programs call them, in Norwegian and English; without case, space and signs.
HEADINGS: dict[str, tuple[str, ...]] = {
    Field.NUMBER: (
        "kundenummer", "kundenr", "kundeid", "klientnummer", "klientnr", "klientid", "nr", "nummer", "kunde#",
        "customernumber", "customerno", "customerid", "custno", "clientnumber", "clientno", "clientid", "number", "no",
        "id", "kontaktnr", "reskontronr", "reskontronummer",
    ),
    Field.NAME: (
        "navn", "kundenavn", "kunde", "klientnavn", "klient", "firma", "firmanavn", "selskap", "selskapsnavn",
        "foretaksnavn", "bedrift", "bedriftsnavn", "virksomhet", "name", "customer", "customername", "client",
        "clientname", "company", "companyname",
    ),
    Field.ORG_NUMBER: (
        "organisasjonsnummer", "orgnr", "orgnummer", "organisasjonsnr", "foretaksnummer", "foretaksnr", "mvanr",
        "mvanummer", "vatnumber", "vatno", "vatid", "orgno", "orgnumber", "organisationnumber", "organizationnumber",
        "organisationno", "organizationno", "orgid", "companynumber", "companyregistrationnumber", "registrationnumber",
    ),
    Field.LEGAL_FORM: (
        "organisasjonsform", "orgform", "selskapsform", "foretaksform", "juridiskform", "form", "legalform",
        "companyform", "companytype", "organisationform", "organizationform",
    ),
    Field.STREET: (
        "adresse", "adresse1", "adresselinje1", "gateadresse", "gate", "postadresse", "besøksadresse",
        "forretningsadresse", "address", "address1", "addressline1", "street", "streetaddress", "postaladdress",
    ),
    Field.POSTAL_CODE: ("postnummer", "postnr", "postkode", "zip", "zipcode", "postcode", "postalcode"),
    Field.CITY: ("poststed", "sted", "by", "city", "town", "postalplace"),
    Field.EMAIL: (
        "epost", "epostadresse", "mail", "mailadresse", "epostkunde", "firmaepost", "email", "emailaddress",
        "fakturaepost",
    ),
    Field.PHONE: (
        "telefon", "telefonnummer", "tlf", "tlfnr", "telefonnr", "mobil", "mobiltelefon", "mobilnr", "phone",
        "phonenumber", "telephone", "mobile", "tel",
    ),
    Field.CONTACT_NAME: (
        "hovedkontakt", "hovedkontaktnavn", "kontakt", "kontaktperson", "kontaktnavn", "navnkontaktperson",
        "kontaktpersonnavn", "daglig leder", "dagligleder", "maincontact", "maincontactname", "contact", "contactname",
        "contactperson", "attention", "att",
    ),
    Field.CONTACT_EMAIL: (
        "hovedkontaktepost", "kontaktepost", "epostkontakt", "epostkontaktperson", "kontaktpersonepost",
        "epostdagligleder", "hovedkontaktepostadresse", "contactemail", "maincontactemail", "contactpersonemail",
        "emailcontact",
    ),
    Field.CONTACT_PHONE: (
        "hovedkontakttelefon", "kontakttelefon", "telefonkontakt", "telefonkontaktperson", "kontaktpersontelefon",
        "kontaktmobil", "hovedkontaktmobil", "contactphone", "maincontactphone", "contactpersonphone", "contactmobile",
    ),
    Field.ACCOUNT_MANAGER: (
        "kundeansvarlig", "ansvarlig", "klientansvarlig", "oppdragsansvarlig", "regnskapsfører", "saksbehandler",
        "konsulent", "medarbeider", "kundeansvarligepost", "accountmanager", "manager", "responsible", "accountant",
        "clientmanager", "owner",
    ),
    Field.TASK_TYPE: (
        "oppgavetype", "oppgave", "oppdrag", "oppdragstype", "tjeneste", "tasktype", "task", "assignment", "service",
    ),
}  # fmt: skip
BY_HEADING = {heading.replace(" ", ""): field for field, headings in HEADINGS.items() for heading in headings}
PHONE = re.compile(r"\+?[\d ()./-]{8,20}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def heading_key(heading: str) -> str:
    """The heading without case, space and signs, as firms' choices are remembered by."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(sign for sign in text if sign.isalnum())[:LONGEST_HEADING]


def has_headings(first: list[str], remembered: dict[str, str]) -> bool:
    """Whether the first row names the columns: one of its cells is a heading that is known.

    Or none of it looks like what a client has, as a number or an address.
    """
    keys = {heading_key(cell) for cell in first}
    if keys & (BY_HEADING.keys() | remembered.keys()):
        return True
    return not any("@" in cell or any(sign.isdecimal() for sign in cell) for cell in first) and len(first) > 1


def recognise(table: list[list[str]], *, headed: bool, remembered: dict[str, str]) -> list[str]:
    """The field of each column, empty for one that is not read; no field twice.

    `remembered` are the firm's own earlier choices by the heading's key, empty for a column that it leaves out. Where
    two columns have one heading, the first one counts.
    """
    width = find_width(table, headed=headed)
    fields = [""] * width
    decided = set()
    if headed:
        keys = [heading_key(cell) for cell in table[0][:width]]
        for known in (remembered, BY_HEADING):
            for column, key in enumerate(keys):
                if column in decided or key not in known:
                    continue
                decided.add(column)
                if known[key] not in fields:
                    fields[column] = known[key]
    rows = table[headed : SAMPLE + headed]
    for column in range(width):
        if column not in decided and not (headed and column < len(table[0]) and table[0][column]):
            found = guess([row[column] for row in rows if column < len(row) and row[column]], but=fields)
            fields[column] = found
    return fields


def find_width(table: list[list[str]], *, headed: bool) -> int:
    """How many columns the table has: as many as its headings, unless most rows are wider; a single one is broken."""
    widths = sorted(len(row) for row in table[:SAMPLE])
    usual = widths[len(widths) // 2] if widths else 0
    return max(len(table[0]), usual) if headed else max(map(len, table), default=0)


def guess(cells: list[str], *, but: Iterable[str]) -> str:
    """What a column without a heading holds, by its cells; empty where nothing tells."""
    for field, is_like in LOOKS.items():
        if field not in but and cells and sum(map(is_like, cells)) >= MOSTLY * len(cells):
            return field
    return ""


def is_like_a_name(cell: str) -> bool:
    return sum(sign.isalpha() for sign in cell) >= 3 and "@" not in cell


def is_like_a_street(cell: str) -> bool:
    return bool(re.fullmatch(r"[^\W\d][^@]* \d+ ?\w?", cell))


LOOKS: dict[str, Callable[[str], bool]] = {
    Field.ORG_NUMBER: lambda cell: is_org_number(clean_org_number(cell)),
    Field.EMAIL: lambda cell: bool(EMAIL.fullmatch(cell)),
    Field.LEGAL_FORM: lambda cell: cell.upper() in {*Client.LegalForm.values, "ASA", "KS", "BRL", "ESEK"},
    Field.POSTAL_CODE: lambda cell: len(cell) == 4 and cell.isdecimal() and cell.startswith("0"),
    Field.PHONE: lambda cell: bool(PHONE.fullmatch(cell)) and 8 <= sum(map(str.isdecimal, cell)) <= 14,
    Field.NUMBER: lambda cell: cell.isdecimal() and len(cell) <= 7,
    Field.STREET: is_like_a_street,
    Field.NAME: is_like_a_name,
    Field.CITY: lambda cell: cell.isalpha() and len(cell) < 30,
}
