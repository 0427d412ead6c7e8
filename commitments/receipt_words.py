"""What a receipt says: in words, from its signed record, the same on the page and in the PDF."""

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.words.moments import moment
from commitments import words as commitment_words
from commitments.commitment import Commitment, commitment_in
from commitments.models import Receipt
from ground.mail_addresses import shown_address
from ground.org_number import display_org_number
from organisations.models import Employee, Firm
from subscriptions.comparison import Row
from subscriptions.models import Variant
from subscriptions.months import months_in_words
from subscriptions.price_words import price

SIGNED_IN_BY = {
    "password": gettext_lazy("Passord"),
    "code": gettext_lazy("Engangskode på e-post"),
    "password_reset": gettext_lazy("Nytt passord, valgt med lenke på e-post"),
    "mfa": gettext_lazy("To-trinns innlogging"),
}


def receipt_rows(receipt: Receipt, *, reader: Firm | None) -> list[Row]:
    """Who, on whose behalf, when, signed in how, and what. `reader` is the firm that looks, None the company.

    A firm is told of no other one, nor the approver's address.
    """
    record = receipt.record
    return [
        (_("Nummer"), str(receipt.number)),
        (_("Godkjent av"), approver(receipt, reader)),
        (_("På vegne av"), named(receipt.company.name, record["org_number"])),
        (_("Tidspunkt"), moment(datetime.fromisoformat(record["approved_at"]))),
        (_("Logget inn med"), str(SIGNED_IN_BY.get(record["signed_in_by"], _("Ikke registrert")))),
        *own_domain_rows(record),
        (_("Gjelder"), subject(receipt)),
        *agreement_rows(receipt, reader),
        *people_rows(record),
        *hand_over_rows(record, reader),
        *terms_rows(record),
    ]


def own_domain_rows(record: dict[str, Any]) -> list[Row]:
    """What whoever reads the receipt weighs: an address that was the firm's, where it should be the customer's."""
    sentences = {
        "receiver_own_domain": _("Forespørselen gikk til en e-postadresse på byråets eget domene, %(domain)s."),
        "approver_own_domain": _("Den som godkjente, har en e-postadresse på byråets eget domene, %(domain)s."),
    }
    named = {name: {"domain": shown_address(record[name])} for name in sentences if record.get(name)}
    said = [sentences[name] % domain for name, domain in named.items()]
    return [(_("Merk"), " ".join(said))] if said else []


def summary_rows(receipt: Receipt) -> list[Row]:
    """What the mail to who approved or ordered says of it."""
    record = receipt.record
    return [
        (_("Godkjenningsbevis"), str(receipt.number)),
        *agreement_rows(receipt, None),
        *people_rows(record),
        *hand_over_rows(record, None),
        *own_domain_rows(record),
        *terms_rows(record),
    ]


def agreement_rows(receipt: Receipt, reader: Firm | None) -> list[Row]:
    """Service, variant, price, period, payer, as far as the service has them; and what the yes binds to."""
    record, service = receipt.record, receipt.subscription.service
    rows = [(_("Tjeneste"), service.name)]
    if service.has_variants:
        rows.append((_("Variant"), variant_name(receipt)))
    commitment = commitment_in(record, service)
    rows.append((_("Pris"), approved_price(record, commitment)))
    if service.has_period:
        rows.append((_("Avtaleperiode"), months_in_words(record["period_months"])))
    if service.has_payer:
        rows.append((_("Fakturamottaker"), payer(receipt, reader)))
    if commitment is None:
        return rows
    bound = commitment_words.commitment_rows(
        commitment, with_firm=receipt.firm is not None, for_firm=reader is not None
    )
    return [*rows, *coming_payer_rows(receipt, commitment, reader), *bound]


def variant_name(receipt: Receipt) -> str:
    """Of the one that was approved, under the name that it has now; it may have been changed since."""
    code, has_now = receipt.record["variant"], receipt.subscription.variant
    if has_now.code == code:
        return has_now.name
    approved = Variant.objects.filter(service=receipt.subscription.service_id, code=code).first()
    return approved.name if approved else code


def coming_payer_rows(receipt: Receipt, commitment: Commitment, reader: Firm | None) -> list[Row]:
    """Who is to pay after the one who pays today, from when and how much; and who was asked to pay instead."""
    rows, day = [], date_format(commitment.new_payer_from) if commitment.new_payer_from else ""
    if commitment.asked_payer:
        name = another_firm(commitment.asked_payer_number, reader)
        by = date_format(commitment.answer_by) if commitment.answer_by else ""
        words = _("%(name)s, som må si ja senest %(day)s") if by else _("%(name)s, som ikke har svart")
        rows.append((_("Spurt om å betale"), words % {"name": name, "day": by}))
    if commitment.new_payer is None:
        return rows
    label = _("Fakturamottaker uten et ja") if rows else _("Ny fakturamottaker")
    number = commitment.new_payer_number
    values = {"name": another_firm(number, reader) if number else receipt.company.name, "day": day}
    if not (commitment.new_payer_per_month and commitment_words.is_payer_known(commitment.new_payer)):
        return [*rows, (label, _("%(name)s fra %(day)s") % values)]
    values["price"] = price(commitment.new_payer_per_month, commitment.new_payer_months)
    return [*rows, (label, _("%(name)s fra %(day)s: %(price)s") % values)]


def people_rows(record: dict[str, Any]) -> list[Row]:
    """Who of the firm was approved to get in, under the names that they have now; nothing where it was not kept."""
    if "people" not in record:
        return []
    people = {one.pk: one.user.name for one in Employee.objects.filter(pk__in=record["people"]).select_related("user")}
    names = [people.get(pk) or _("Navnet er slettet") for pk in record["people"]]
    return [(_("Tilgang hos byrået"), ", ".join(names) or _("Ingen ennå"))]


def hand_over_rows(record: dict[str, Any], reader: Firm | None) -> list[Row]:
    """Which other firm's collaboration the approval ended, and its last day, where it did."""
    org_number = record.get("ended_firm_org_number")
    if org_number is None:
        return []
    last_day = date_format(date.fromisoformat(record["ended_firm_last_day"]))
    return [
        (_("Avslutter samarbeidet med"), another_firm(org_number, reader)),
        (_("Siste dag for det"), last_day),
    ]


def terms_rows(record: dict[str, Any]) -> list[Row]:
    if record["terms_sha256"] is None:
        return [(_("Vilkår"), _("Ingen. Avtalen er inngått utenfor portalen."))]
    version = _("Versjon %(version)s") % {"version": record["terms_version"]}
    return [(_("Vilkår"), version), (_("Vilkårenes SHA-256"), record["terms_sha256"])]


def approver(receipt: Receipt, reader: Firm | None) -> str:
    if not receipt.approver_name:
        return _("Navnet er slettet")
    return receipt.approver_name if reader else f"{receipt.approver_name}, {shown_address(receipt.approver_email)}"


def named(name: str, org_number: str) -> str:
    return _("%(name)s, organisasjonsnummer %(number)s") % {"name": name, "number": display_org_number(org_number)}


def subject(receipt: Receipt) -> str:
    if receipt.firm is None:
        return _("Bestilling av tjenesten")
    firm = named(receipt.firm.name, receipt.record["firm_org_number"])
    return _("Samarbeid i tjenesten med %(firm)s") % {"firm": firm}


def approved_price(record: dict[str, Any], commitment: Commitment | None) -> str:
    if record["price_per_month"] is None and commitment and commitment.new_payer_from:
        last_day = commitment.new_payer_from - timedelta(days=1)
        return _("Uendret til og med %(day)s") % {"day": date_format(last_day)}
    if record["price_per_month"] is None:
        return _("Uendret, ingenting nytt å betale")
    return price(Decimal(record["price_per_month"]), record["period_months"])


def payer(receipt: Receipt, reader: Firm | None) -> str:
    """By the record, not by who pays today."""
    org_number = receipt.record["paid_by_firm"]
    if org_number is None:
        return receipt.company.name
    return another_firm(org_number, reader)


def another_firm(org_number: str, reader: Firm | None) -> str:
    """A firm of the record, as the reader may know it."""
    if reader:
        return reader.name if reader.org_number == org_number else _("Et annet byrå")
    firm = Firm.objects.filter(org_number=org_number).first()
    return named(firm.name if firm else _("Et byrå"), org_number)


def terms_text(receipt: Receipt) -> str:
    """The text that was accepted; nothing if it is not the one that the record's hash is of."""
    text = receipt.terms.text if receipt.terms else ""
    return text if hashlib.sha256(text.encode()).hexdigest() == receipt.record["terms_sha256"] else ""


def check_address(receipt: Receipt) -> str:
    """The whole address of the open page where anybody can check the receipt."""
    return settings.BASE_URL + reverse("links:receipt-check", args=[receipt.number, receipt.code])


def check_rows(receipt: Receipt) -> list[Row]:
    """What the open page tells: no names."""
    record = receipt.record
    return [
        (_("Nummer"), str(receipt.number)),
        (_("Tjeneste"), receipt.subscription.service.name),
        (_("Organisasjonsnummer"), display_org_number(record["org_number"])),
        (_("Godkjent"), date_format(localtime(datetime.fromisoformat(record["approved_at"])))),
        (_("Vilkårenes SHA-256"), record["terms_sha256"] or _("Ingen vilkår")),
    ]


def terms_in_words(receipt: Receipt | None) -> str:
    """The version of the terms that stands in the receipt; scenario 1 of an outside agreement has none."""
    version = receipt.record["terms_version"] if receipt else None
    if version is None:
        return _("Ingen: avtalen er inngått utenfor portalen")
    return _("Versjon %(version)s") % {"version": version}
