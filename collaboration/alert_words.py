"""What an alert says, in the reader's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import SubscriptionChange
from agreements.words.change_news import change_in_words
from collaboration.client_words import change_in_words as change_in_words_of_client
from collaboration.models.activation import decline_in_words
from ground.mail_addresses import shown_address
from ground.money import format_nok
from notifications.models import Alert
from subscriptions.months import months_in_words


@dataclass(frozen=True)
class AlertKind:
    """How the alerts of one kind are called and coloured; `sentence` names the client and the service."""

    label: Any
    tone: str
    sentence: Any


@dataclass(frozen=True)
class AlertLine:
    """One alert as a person reads it."""

    alert: Alert
    label: str
    tone: str
    text: str
    detail: str


# In the order of the digest: first what somebody has to do something about.
KINDS = {
    "activation_bounced": AlertKind(
        gettext_lazy("I retur"), "danger", gettext_lazy("E-posten til %(client)s om %(service)s kom i retur")
    ),
    "activation_disowned": AlertKind(
        gettext_lazy("Feil person"),
        "danger",
        gettext_lazy("Den som fikk forespørselen til %(client)s om %(service)s, er feil person"),
    ),
    "activation_undelivered": AlertKind(
        gettext_lazy("Ikke kommet fram"),
        "danger",
        gettext_lazy("E-posten til %(client)s om %(service)s kunne ikke leveres"),
    ),
    "activation_declined": AlertKind(
        gettext_lazy("Avslått"), "danger", gettext_lazy("%(client)s har avslått samarbeidet i %(service)s")
    ),
    "client_ended": AlertKind(
        gettext_lazy("Enhetsregisteret"),
        "danger",
        gettext_lazy("%(client)s: alvorlig endring i Enhetsregisteret"),
    ),
    "collaboration_ended": AlertKind(
        gettext_lazy("Avsluttet"), "warning", gettext_lazy("%(client)s har avsluttet samarbeidet i %(service)s")
    ),
    "forward_proposed": AlertKind(
        gettext_lazy("Ny mottaker"),
        "warning",
        gettext_lazy("%(client)s foreslår en annen mottaker for %(service)s"),
    ),
    "activation_expiring": AlertKind(
        gettext_lazy("Utløper snart"),
        "warning",
        gettext_lazy("Forespørselen til %(client)s om %(service)s utløper snart"),
    ),
    "change_proposed": AlertKind(
        gettext_lazy("Venter på dere"),
        "warning",
        gettext_lazy("Avtalen med %(client)s om %(service)s: en endring venter på svar fra dere"),
    ),
    "end_planned": AlertKind(
        gettext_lazy("Siste dag"),
        "warning",
        gettext_lazy("%(client)s har valgt om samarbeidet i %(service)s skal slutte"),
    ),
    "subscription_cancelled": AlertKind(
        gettext_lazy("Sagt opp"), "warning", gettext_lazy("Avtalen for %(client)s om %(service)s er sagt opp")
    ),
    "subscription_ended": AlertKind(
        gettext_lazy("Tjenesten er slutt"), "warning", gettext_lazy("Avtalen for %(client)s om %(service)s er slutt")
    ),
    "client_changed": AlertKind(
        gettext_lazy("Enhetsregisteret"),
        "neutral",
        gettext_lazy("%(client)s er endret i Enhetsregisteret"),
    ),
    "renewal_notice": AlertKind(
        gettext_lazy("Fornyes"), "neutral", gettext_lazy("Avtalen for %(client)s om %(service)s fornyes")
    ),
    "change_settled": AlertKind(
        gettext_lazy("Endring"), "neutral", gettext_lazy("Endringen av avtalen for %(client)s om %(service)s")
    ),
    "activation_expired": AlertKind(
        gettext_lazy("Utløpt"), "neutral", gettext_lazy("Forespørselen til %(client)s om %(service)s er utløpt")
    ),
    "subscription_resumed": AlertKind(
        gettext_lazy("Gjenopptatt"), "success", gettext_lazy("Avtalen for %(client)s om %(service)s fortsetter likevel")
    ),
    "activation_approved": AlertKind(
        gettext_lazy("Godkjent"), "success", gettext_lazy("%(client)s har godkjent samarbeidet i %(service)s")
    ),
    "bulk_run_finished": AlertKind(
        gettext_lazy("Ferdig"), "neutral", gettext_lazy("Det du satte i gang for mange kunder, er ferdig")
    ),
}
UNKNOWN = AlertKind(gettext_lazy("Varsel"), "neutral", gettext_lazy("%(client)s: %(service)s"))


def describe(alert: Alert) -> AlertLine:
    """The sentence and what comes after it."""
    kind = KINDS.get(alert.kind, UNKNOWN)
    names = {"client": alert.words.get("client", ""), "service": alert.words.get("service", "")}
    return AlertLine(
        alert=alert,
        label=str(kind.label),
        tone=kind.tone,
        text=str(kind.sentence) % names,
        detail=detail_of(alert.kind, alert.words),
    )


def detail_of(kind: str, words: dict[str, Any]) -> str:
    match kind:
        case "activation_bounced":
            return address_in_words(words, _("Rett e-postadressen og send på nytt."))
        case "activation_disowned":
            return address_in_words(words, _("Rett e-postadressen og send på nytt."))
        case "activation_undelivered":
            return address_in_words(words, _("Send på nytt, eller rett e-postadressen."))
        case "activation_declined":
            return decline_in_words(words["reason"], words["comment"])
        case "activation_expiring":
            return _("Siste dag å svare er %(day)s.") % {"day": day_of(words["last_day"])}
        case "client_ended" | "client_changed":
            return change_in_words_of_client(words)
        case "activation_expired":
            return _("Ingen svarte. Forespørselen kan startes på nytt.")
        case "collaboration_ended":
            return _("Byråets tilgang er stanset.")
        case "forward_proposed":
            return _("%(name)s er foreslått. Svar ja eller nei.") % {"name": words["proposed"]}
        case "bulk_run_finished":
            return _("%(done)s utført, %(failed)s mislyktes, %(skipped)s ble hoppet over.") % {
                name: words[name] for name in ("done", "failed", "skipped")
            }
        case "activation_approved" if words.get("attached"):
            return _("Samarbeidet gjelder abonnementet som kunden selv har fått i mellomtiden.")
    return agreement_detail_of(kind, words)


def agreement_detail_of(kind: str, words: dict[str, Any]) -> str:
    match kind:
        case "change_proposed" if words["last_day"]:
            last_day = _("Siste dag å svare er %(day)s.") % {"day": day_of(words["last_day"])}
            return f"{change_in_words(words)}. {last_day}"
        case "change_proposed":
            return f"{change_in_words(words)}."
        case "change_settled":
            return f"{change_in_words(words)}. {outcome_in_words(words)}"
        case "subscription_cancelled":
            return _("Siste dag er %(day)s.") % {"day": day_of(words["last_day"])}
        case "subscription_ended":
            return _("Byråets tilgang er stanset.")
        case "renewal_notice":
            return _("Fra %(day)s: %(price)s kr per måned eks. mva., %(length)s.") % {
                "day": day_of(words["renews_on"]),
                "price": format_nok(Decimal(words["per_month"])),
                "length": months_in_words(words["months"]),
            }
        case "end_planned" if words["last_day"]:
            return _("Siste dag er %(day)s.") % {"day": day_of(words["last_day"])}
        case "end_planned":
            return _("Samarbeidet fortsetter likevel.")
    return ""


def day_of(kept: str) -> str:
    return date_format(date.fromisoformat(kept))


def outcome_in_words(words: dict[str, Any]) -> str:
    """What became of the change."""
    match words["status"]:
        case SubscriptionChange.Status.REFUSED:
            return _("Svaret er nei. Avtalen er som før.")
        case SubscriptionChange.Status.TAKEN_BACK:
            return _("Tatt tilbake. Avtalen er som før.")
        case SubscriptionChange.Status.LAPSED:
            return _("Falt bort. Avtalen er som før.")
    return _("Avtalt. Gjelder fra %(day)s.") % {"day": day_of(words["effective_on"])}


def address_in_words(words: dict[str, Any], what_to_do: str) -> str:
    """The address that a request did not reach the right person by, why, and what to do."""
    address = shown_address(words["to"])
    if not words["reason"]:
        return f"{address}. {what_to_do}"
    return f"{address}: {words['reason'].rstrip('.')}. {what_to_do}"


def group_by_kind(lines: list[AlertLine]) -> list[tuple[str, list[AlertLine]]]:
    """The lines under their labels, in the order of KINDS; within a label as they came."""
    groups = [
        (str(kind.label), [line for line in lines if KINDS.get(line.alert.kind, UNKNOWN) is kind])
        for kind in (*KINDS.values(), UNKNOWN)
    ]
    return [(label, own) for label, own in groups if own]
