"""What an alert says, in the reader's language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.models.activation import decline_in_words
from notifications.models import Alert


@dataclass(frozen=True)
class Kind:
    """How the alerts of one kind are called and coloured; `sentence` names the client and the service."""

    label: Any
    tone: str
    sentence: Any


@dataclass(frozen=True)
class Line:
    """One alert as a person reads it."""

    alert: Alert
    label: str
    tone: str
    text: str
    detail: str


# In the order of the digest: first what somebody has to do something about.
KINDS = {
    "activation_bounced": Kind(
        gettext_lazy("I retur"), "danger", gettext_lazy("E-posten til %(client)s om %(service)s kom i retur")
    ),
    "activation_undelivered": Kind(
        gettext_lazy("Ikke levert"), "danger", gettext_lazy("E-posten til %(client)s om %(service)s kunne ikke leveres")
    ),
    "activation_declined": Kind(
        gettext_lazy("Avslått"), "danger", gettext_lazy("%(client)s har avslått samarbeidet i %(service)s")
    ),
    "collaboration_ended": Kind(
        gettext_lazy("Avsluttet"), "warning", gettext_lazy("%(client)s har avsluttet samarbeidet i %(service)s")
    ),
    "forward_proposed": Kind(
        gettext_lazy("Ny mottaker"),
        "warning",
        gettext_lazy("%(client)s foreslår en annen mottaker for %(service)s"),
    ),
    "activation_expiring": Kind(
        gettext_lazy("Utløper snart"),
        "warning",
        gettext_lazy("Forespørselen til %(client)s om %(service)s utløper snart"),
    ),
    "activation_expired": Kind(
        gettext_lazy("Utløpt"), "neutral", gettext_lazy("Forespørselen til %(client)s om %(service)s er utløpt")
    ),
    "activation_approved": Kind(
        gettext_lazy("Godkjent"), "success", gettext_lazy("%(client)s har godkjent samarbeidet i %(service)s")
    ),
}
UNKNOWN = Kind(gettext_lazy("Varsel"), "neutral", gettext_lazy("%(client)s: %(service)s"))


def describe(alert: Alert) -> Line:
    """The sentence and what comes after it."""
    kind = KINDS.get(alert.kind, UNKNOWN)
    names = {"client": alert.words.get("client", ""), "service": alert.words.get("service", "")}
    return Line(
        alert=alert,
        label=str(kind.label),
        tone=kind.tone,
        text=str(kind.sentence) % names,
        detail=detail_of(alert.kind, alert.words),
    )


def detail_of(kind: str, words: dict[str, Any]) -> str:
    match kind:
        case "activation_bounced":
            return bounce_in_words(words, _("Rett e-postadressen og send på nytt."))
        case "activation_undelivered":
            return bounce_in_words(words, _("Send på nytt, eller rett e-postadressen."))
        case "activation_declined":
            return decline_in_words(words["reason"], words["comment"])
        case "activation_expiring":
            day = date_format(date.fromisoformat(words["last_day"]), "j. F Y")
            return _("Siste dag å svare er %(day)s.") % {"day": day}
        case "activation_expired":
            return _("Ingen svarte. Forespørselen kan startes på nytt.")
        case "collaboration_ended":
            return _("Byråets tilgang er stanset.")
        case "forward_proposed":
            return _("%(name)s er foreslått. Svar ja eller nei.") % {"name": words["proposed"]}
        case "activation_approved" if words.get("attached"):
            return _("Samarbeidet gjelder abonnementet som kunden selv har fått i mellomtiden.")
    return ""


def bounce_in_words(words: dict[str, Any], what_to_do: str) -> str:
    if not words["reason"]:
        return f"{words['to']}. {what_to_do}"
    return f"{words['to']}: {words['reason'].rstrip('.')}. {what_to_do}"


def group_by_kind(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under their labels, in the order of KINDS; within a label as they came."""
    groups = [
        (str(kind.label), [line for line in lines if KINDS.get(line.alert.kind, UNKNOWN) is kind])
        for kind in (*KINDS.values(), UNKNOWN)
    ]
    return [(label, own) for label, own in groups if own]
