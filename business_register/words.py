"""What is wrong with a unit, in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from business_register.lookups import Found, State
from business_register.values import Unit


def troubles_of(found: Found) -> list[tuple[str, str]]:
    """Code and sentence of everything in the register that makes one think before an agreement is made."""
    if found.state is State.MISSING:
        return [("missing", _("Organisasjonsnummeret finnes ikke i Enhetsregisteret."))]
    if found.state is State.REMOVED:
        return [("dissolved", _("Enheten er fjernet fra Enhetsregisteret."))]
    if found.unit is None:
        return [("away", _("Enhetsregisteret svarer ikke, så opplysningene er ikke kontrollert mot det."))]
    return troubles_of_unit(found.unit)


def troubles_of_unit(unit: Unit) -> list[tuple[str, str]]:
    found = []
    if unit.is_deleted:
        found.append(("dissolved", deleted_in_words(unit)))
    if unit.is_bankrupt:
        found.append(("bankrupt", _("%(name)s er konkurs.") % {"name": unit.name}))
    if unit.is_winding_up:
        found.append(("winding_up", _("%(name)s er under avvikling.") % {"name": unit.name}))
    if unit.is_forced_to_wind_up:
        sentence = _("%(name)s er under tvangsavvikling eller tvangsoppløsning.")
        found.append(("forced_to_wind_up", sentence % {"name": unit.name}))
    if unit.parent:
        sentence = _("Nummeret er en underenhets. Avtaler inngås med hovedenheten, %(number)s.")
        found.append(("sub_unit", sentence % {"number": unit.parent}))
    return found


def deleted_in_words(unit: Unit) -> str:
    if not unit.deleted_on:
        return _("%(name)s er slettet fra Enhetsregisteret.") % {"name": unit.name}
    day = date_format(date.fromisoformat(unit.deleted_on))
    return _("%(name)s ble slettet fra Enhetsregisteret %(day)s.") % {"name": unit.name, "day": day}
