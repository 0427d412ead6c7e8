"""A small register of enterprises on loopback, in the shapes of data.brreg.no, about the demo's companies alone.

    python -m devtools.register --port 29000

Cases: dissolved, removed, bankrupt, being wound up, renamed, moved, without roles, other people than the firm knows,
slow (it drips for half a minute), broken (a page of HTML). Every person in it is one of the demo's cast.
"""

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from business_register.names import words_of
from devtools.demo import cast

ROOT = "/enhetsregisteret/api"
SLOW_SECONDS = 30
Json = dict[str, Any]

TITLES = {
    "DAGL": "Daglig leder",
    "INNH": "Innehaver",
    "LEDE": "Styrets leder",
    "MEDL": "Styremedlem",
    "REGN": "Regnskapsfører",
}

# What the register says otherwise than the firms' cards do, by the client's number.
CHANGED: dict[int, Json] = {
    1021: {"underTvangsavviklingEllerTvangsopplosning": True},
    1030: {"slettedato": "2026-09-30", "respons_klasse": "SlettetEnhet"},
    1032: {"underAvvikling": True},
    1033: {"navn": "Kildal Rådgivning AS"},
    1038: {"forretningsadresse": ("Brygga 14", "3960", "STATHELLE")},
    1047: {"konkurs": True, "forretningsadresse": ("Steinbruddet 2", "3770", "KRAGERØ")},
}
OTHER_PEOPLE = {1035: (("DAGL", "Eva Ås"), ("LEDE", "Line Berg"), ("MEDL", "Per Rør"))}
WITHOUT_ROLES = (1052,)
SLOW, BROKEN, REMOVED = (1049,), (1050,), (1054,)

# Nobody's clients yet: to be looked up by who makes a new one.
FRESH = (
    cast.Card(3101, "Nordlys Bakeri AS", "Fjordgata 12", "9008", "Tromsø", contact_name="Line Berg", local_part="line"),
    cast.Card(3102, "Nordlys Keramikk", "Verkstedveien 3", "9016", "Tromsø", True, "ENK", "Eva Ås", "eva"),
    cast.Card(3103, "Sjøbris Rør AS", "Havnegata 5", "6004", "Ålesund", contact_name="Per Rør", local_part="per"),
    cast.Card(3104, "Konkursen AS", "Torggata 8", "0181", "Oslo", contact_name="Per Rør", local_part="per"),
    cast.Card(
        3105, "Slettet Butikk AS", "Storgata 2", "2000", "Lillestrøm", contact_name="Line Berg", local_part="line"
    ),
)
CHANGED |= {3104: {"konkurs": True}, 3105: {"slettedato": "2026-05-04", "respons_klasse": "SlettetEnhet"}}
SUBUNIT = cast.synthetic_org_number(3190)  # the bakery's shop


class Register:
    """What is in it. `units` and `roles` by number; a test may put in what it likes."""

    def __init__(self) -> None:
        self.units: dict[str, Json] = {}
        self.subunits: dict[str, Json] = {}
        self.roles: dict[str, Json] = {}
        self.slow: set[str] = set()
        self.broken: set[str] = set()
        self.removed: set[str] = set()
        self.asked: list[str] = []

    def add(self, card: cast.Card) -> None:
        number = card.org_number
        if number is None or number in self.units:
            return
        changes = CHANGED.get(card.number, {})
        self.units[number] = unit_of(card) | changes
        if isinstance(place := changes.get("forretningsadresse"), tuple):
            self.units[number]["forretningsadresse"] = address_of(*place)
        leads = "INNH" if card.legal_form == "ENK" else "DAGL"
        people = OTHER_PEOPLE.get(card.number, ((leads, card.contact_name),))
        self.roles[number] = roles_of(() if card.number in WITHOUT_ROLES else people)
        for numbers, kind in ((SLOW, self.slow), (BROKEN, self.broken), (REMOVED, self.removed)):
            if card.number in numbers:
                kind.add(number)

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Json]:
        """Status and body, as the register has them."""
        match path.removeprefix(ROOT).strip("/").split("/"):
            case ["enheter"]:
                return self.search(query)
            case ["enheter", number] if number in self.units:
                return (410, {}) if number in self.removed else (200, self.units[number])
            case ["underenheter", number] if number in self.subunits:
                return 200, self.subunits[number]
            case ["enheter", number, "roller"] if number in self.units:
                return 200, self.roles.get(number, roles_of(()))
        return 404, {}

    def search(self, query: dict[str, list[str]]) -> tuple[int, Json]:
        words = words_of(" ".join(query.get("navn", [])))
        if not words:
            return 400, {"status": 400, "feilmelding": "Feilaktig forespørsel"}
        found = [
            unit
            for unit in self.units.values()
            if "slettedato" not in unit and all(any(one in own for own in words_of(unit["navn"])) for one in words)
        ]
        size = int(query.get("size", ["20"])[0])
        page = {"size": size, "totalElements": len(found), "totalPages": -(-len(found) // size), "number": 0}
        return 200, ({"_embedded": {"enheter": found[:size]}} if found else {}) | {"page": page}


def unit_of(card: cast.Card) -> Json:
    unit: Json = {
        "organisasjonsnummer": card.org_number,
        "navn": card.name,
        "organisasjonsform": {"kode": card.legal_form, "beskrivelse": card.legal_form},
        "registrertIMvaregisteret": True,
        "konkurs": False,
        "underAvvikling": False,
        "underTvangsavviklingEllerTvangsopplosning": False,
        "epostadresse": card.email,
        "telefon": card.phone,
        "respons_klasse": "Enhet",
    }
    if card.street:
        unit["forretningsadresse"] = address_of(card.street, card.postal_code, card.city.upper())
    return unit


def address_of(street: str, postal_code: str, city: str) -> Json:
    return {"adresse": [street], "postnummer": postal_code, "poststed": city, "land": "Norge", "landkode": "NO"}


def roles_of(people: tuple[tuple[str, str], ...]) -> Json:
    """In the register's groups, and an accountant beside who has a role: an enterprise, no person."""
    groups: list[Json] = []
    for code, name in people:
        first, _, last = name.rpartition(" ")
        person = {"navn": {"fornavn": first or name, "etternavn": last}, "erDoed": False}
        groups.append({"type": kind(code), "roller": [{"type": kind(code), "person": person, "fratraadt": False}]})
    if people:
        office = cast.OFFICES[0]
        unit = {"organisasjonsnummer": office.org_number, "navn": [office.name]}
        groups.append({"type": kind("REGN"), "roller": [{"type": kind("REGN"), "enhet": unit, "fratraadt": False}]})
    return {"rollegrupper": groups}


def kind(code: str) -> Json:
    return {"kode": code, "beskrivelse": TITLES[code]}


def make_register() -> Register:
    """That of the demo: the firms' clients, and some who are not yet."""
    register = Register()
    for card in (*(card for cards in cast.CARDS.values() for card in cards), *FRESH):
        register.add(card)
    shop = cast.Card(3190, "Ærlig Bakeri avd. Sentrum", "Torgallmenningen 1", "5014", "Bergen")
    parent = {"overordnetEnhet": cast.synthetic_org_number(1001)}
    register.subunits[SUBUNIT] = unit_of(shop) | parent
    return register


class Handler(BaseHTTPRequestHandler):
    register: Register

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.register.asked.append(self.path)
        numbers = set(address.path.split("/"))
        with suppress(ConnectionError):
            if numbers & self.register.broken:
                self.send(200, b"<!doctype html><title>Vedlikehold</title>", "text/html; charset=utf-8")
                return
            status, body = self.register.answer(address.path, parse_qs(address.query))
            sent = json.dumps(body, ensure_ascii=False).encode()
            self.send(status, sent, "application/json", is_slow=bool(numbers & self.register.slow))

    def send(self, status: int, body: bytes, kind: str, *, is_slow: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for piece in drip(body) if is_slow else (body,):
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what is asked is of no interest to who runs the demo."""


def drip(body: bytes) -> Iterator[bytes]:
    for at in range(len(body)):
        time.sleep(SLOW_SECONDS / len(body))
        yield body[at : at + 1]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked may have gone; anything else is a mistake of ours, and told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def make_server(register: Register, port: int = 0) -> Server:
    """On loopback; port 0 takes a free one."""
    return Server(("127.0.0.1", port), type("RegisterHandler", (Handler,), {"register": register}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt):
        make_server(make_register(), options.port).serve_forever()


if __name__ == "__main__":
    main()
