"""How a client's card and the register differ: plain values, no database."""

import hashlib
from dataclasses import dataclass
from typing import Any

from business_register.lookups import Found, State
from business_register.names import is_same_name, is_same_place, words_of
from business_register.values import Unit
from clients.models import Client

ENDED = ("dissolved", "bankrupt", "winding_up", "forced_to_wind_up")
CHANGED = ("renamed", "moved", "new_manager")


@dataclass(frozen=True)
class Change:
    """`now` is what the register says; empty where the code tells all. `mark` tells one change from the next."""

    code: str
    now: str = ""
    mark: str = ""

    @property
    def kind(self) -> str:
        """The kind of alert that tells of it."""
        return "client_ended" if self.code in ENDED else "client_changed"


def find_changes(client: Client, found: Found, *, new_manager: str = "") -> list[Change]:
    """What the client's people should know; `new_manager` is the mark of one who is another than before.

    Nothing of a unit that is not there: a number can be wrong, and the check before sending says so.
    """
    unit = found.unit
    if found.state is State.REMOVED or (unit and unit.is_deleted):
        return [Change("dissolved")]
    if unit is None or unit.parent:
        return []
    is_so = (unit.is_bankrupt, unit.is_winding_up, unit.is_forced_to_wind_up)
    changes = [Change(code) for code, holds in zip(ENDED[1:], is_so, strict=True) if holds]
    if not is_same_name(unit.name, client.name):
        changes.append(Change("renamed", unit.name, mark_of(unit.name)))
    if has_moved(client, unit):
        address = address_in_words(unit)
        changes.append(Change("moved", address, mark_of(address)))
    if new_manager:
        changes.append(Change("new_manager", mark=new_manager))
    return changes


def has_moved(client: Client, unit: Unit) -> bool:
    """Whether the card's address is none of the unit's two. A card without one has not moved."""
    known = (client.street, client.postal_code, client.city)
    return any(known) and unit.has_full_address and not any(is_same_place(known, own) for own in unit.addresses)


def differing_fields(client: Client, unit: Unit) -> dict[str, str]:
    """The card's columns as the register has them, where they differ in more than spelling."""
    fields = {} if is_same_name(unit.name, client.name) else {"name": unit.name}
    known = (client.street, client.postal_code, client.city)
    if unit.has_full_address and not any(is_same_place(known, own) for own in unit.addresses):
        fields |= {"street": unit.street, "postal_code": unit.postal_code, "city": unit.city}
    return fields


def fingerprint(fields: dict[str, str]) -> str:
    """Names what a page has shown, so that nothing else is taken over."""
    return mark_of(repr(sorted(fields.items())))


def address_in_words(unit: Unit) -> str:
    return f"{unit.street}, {unit.postal_code} {unit.city}"


def mark_of(text: Any) -> str:
    """A short digest of the words, however they are spelled; empty of nothing."""
    plain = " ".join(words_of(str(text)))
    return hashlib.sha256(plain.encode()).hexdigest()[:20] if plain else ""
