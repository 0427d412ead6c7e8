"""Deeds with the catalogue: services, variants, prices and terms, for the platform's administrators."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock, oslo_date
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.invitations.rules import check_platform_administrator
from organisations.models import User
from subscriptions.models import Price, Service, Variant

CATALOGUE = 4711  # names the lock


def lock_catalogue() -> None:
    """Let whoever changes the catalogue wait for who does, until the deed is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CATALOGUE])


@transaction.atomic
def keep_row(*, row: models.Model, by: User, clock: Clock = database_clock) -> None:
    """Add a row of the catalogue, or change it, with an event that says what it was and is.

    Variants are checked as a set by whoever has all of them (`check_set`). Raises NotAllowed for a price that is a
    fact.
    """
    check_platform_administrator(by)
    lock_catalogue()
    at = clock()
    stored: Any = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    if isinstance(row, Price):
        check_price(row, stored, today=oslo_date(at))
    row.save()
    before, after = (written(stored) if stored else {}), written(row)
    changed = {name for name in after if before.get(name) != after[name]}
    if not changed:
        return
    record_event(
        subject=row, verb="edit" if stored else "add", by=by, at=at,
        before={name: value for name, value in before.items() if name in changed},
        after={name: after[name] for name in after if name in changed},
    )  # fmt: skip


@transaction.atomic
def remove_row(*, row: models.Model, by: User, clock: Clock = database_clock) -> None:
    """Remove a row of the catalogue that nothing refers to. Raises NotAllowed for a price that is a fact."""
    check_platform_administrator(by)
    lock_catalogue()
    at = clock()
    if isinstance(row, Price) and row.is_fact(oslo_date(at)):
        raise NotAllowed(in_force_already())
    record_event(subject=row, verb="remove", by=by, at=at, before=written(row))
    row.delete()


def written(row: models.Model) -> dict[str, Any]:
    """The row's columns as an event keeps them."""
    values = {
        field.attname: field.value_from_object(row) for field in row._meta.concrete_fields if not field.primary_key
    }
    return {name: value if isinstance(value, bool | int | None) else str(value) for name, value in values.items()}


def in_force_already() -> str:
    return _("Prisen gjelder allerede. Legg til en ny pris fra en senere dag i stedet.")


def check_price(price: Price, stored: Price | None, *, today: date) -> None:
    """Raise NotAllowed for a price that is a fact, and for a new one that would change the past.

    The first price of a variant and length may begin on any day: nobody has had another.
    """
    if stored and stored.is_fact(today):
        raise NotAllowed(in_force_already())
    others = Price.objects.on(today).filter(variant=price.variant_id, months=price.months).exclude(pk=price.pk)
    if price.valid_from < today and others.exists():
        raise NotAllowed(_("Det er en pris i dag. Den nye kan ikke gjelde fra en dag som er gått."), field="valid_from")


def check_set(service: Service, variants: Iterable[Variant]) -> None:
    """Raise NotAllowed unless these, all of the service, can be its variants."""
    variants = list(variants)
    if not variants:
        raise NotAllowed(_("Legg til en variant. En tjeneste som ikke kommer i varianter, har én."))
    if not service.has_variants and len(variants) > 1:
        raise NotAllowed(
            _("En tjeneste som ikke kommer i varianter, kan bare ha én. Kryss av for «Kommer i varianter».")
        )
    for name, told in (
        ("code", _("To varianter kan ikke ha samme kode.")),
        ("rank", _("To varianter kan ikke ha samme størrelse.")),
    ):
        values = [getattr(one, name) for one in variants]
        if len(set(values)) < len(values):
            raise NotAllowed(told, field=name)
    if any(one.rank < 1 for one in variants):
        raise NotAllowed(_("Størrelsen begynner på 1."), field="rank")
    if sum(one.is_firms_own for one in variants) > 1:
        raise NotAllowed(_("Bare én variant kan være byråets egen."), field="is_firms_own")


def check_door(url: str) -> None:
    """Raise NotAllowed unless it is a secure address, or a page of our own."""
    refusal = NotAllowed(_("Adressen skal begynne med https:// eller være en side her, som /side/."), field="url")
    own = url.startswith("/") and not url.startswith("//") and "\\" not in url
    try:
        if "#" in url or any(letter.isspace() for letter in url):
            raise refusal
        if not own:
            URLValidator(schemes=["https"])(url)
        if urlsplit(url).username is not None:
            raise refusal
    except (ValidationError, ValueError):
        raise refusal from None
