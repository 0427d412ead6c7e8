"""Why the rules of an agreement refuse, as a sentence for the person."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.rules.refusals import Reason, Refused
from ground.refusals import NotAllowed

SENTENCES = {
    Reason.OVER: gettext_lazy("Abonnementet er avsluttet."),
    Reason.CANCELLED: gettext_lazy("Avtalen er sagt opp. Gjenoppta den før den endres."),
    Reason.ALREADY_CANCELLED: gettext_lazy("Avtalen er allerede sagt opp."),
    Reason.NOT_CANCELLED: gettext_lazy("Avtalen er ikke sagt opp."),
    Reason.NO_END_PLANNED: gettext_lazy("Samarbeidet er ikke avtalt avsluttet."),
    Reason.COLLABORATION_ENDED: gettext_lazy("Samarbeidet er allerede avsluttet."),
    Reason.UNDERWAY: gettext_lazy(
        "Det er allerede en endring på vei av det samme. Den må avsluttes eller tas tilbake først."
    ),
    Reason.NOT_FOR_SALE: gettext_lazy("Varianten er ikke til salgs. Velg en annen."),
    Reason.SAME_VARIANT: gettext_lazy("Dere har denne varianten allerede."),
    Reason.ALWAYS_THE_COMPANY: gettext_lazy("Denne tjenesten betaler selskapet alltid selv."),
    Reason.SAME_PAYER: gettext_lazy("Det er denne parten som betaler i dag."),
    Reason.NOT_INSIDE: gettext_lazy("Fakturamottakeren må være selskapet eller et byrå som samarbeider i tjenesten."),
    Reason.LENGTH_NOT_OFFERED: gettext_lazy("Avtaleperioden kan ikke være %(months)s måneder for denne tjenesten."),
    Reason.SAME_LENGTH: gettext_lazy("Avtalen har denne lengden allerede."),
    Reason.NO_PRICE: gettext_lazy("Varianten har ingen pris for denne avtaleperioden."),
    Reason.PAYER_IS_CHANGING: gettext_lazy(
        "Fakturamottakeren er i ferd med å byttes. Vent til det er gjort, eller ta det tilbake først."
    ),
    Reason.PAYER_IS_GONE: gettext_lazy(
        "Den som betaler, samarbeider ikke lenger og kan ikke svare. Bytt fakturamottaker først."
    ),
    Reason.SETTLED: gettext_lazy("Dette er allerede avgjort."),
    Reason.NEXT_PAYER_COUNTS_ON_IT: gettext_lazy(
        "Den nye fakturamottakeren har sagt ja til prisen med denne endringen. Ta tilbake byttet først."
    ),
    Reason.PAYER_HAS_AGREED_SINCE: gettext_lazy(
        "Fakturamottakeren har siden sagt ja til en pris med denne endringen i. Det må tas tilbake først."
    ),
}


@contextmanager
def in_words() -> Iterator[None]:
    """Turn Refused into NotAllowed."""
    try:
        yield
    except Refused as refusal:
        raise NotAllowed(str(SENTENCES[refusal.reason]) % refusal.about) from None


def missing_price() -> NotAllowed:
    return NotAllowed(_("Prislisten mangler prisen for en periode som skulle ha begynt. Ta kontakt med brukerstøtten."))
