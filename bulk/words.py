"""What a row says of itself, in the reader's language: from the codes that it keeps."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

FINDINGS = {
    "client_inactive": gettext_lazy("Kunden er deaktivert"),
    "org_number_missing": gettext_lazy("Mangler organisasjonsnummer"),
    "org_number_wrong": gettext_lazy("Organisasjonsnummeret er ikke gyldig"),
    "address_incomplete": gettext_lazy("Adressen er ikke fullstendig"),
    "request_open": gettext_lazy("En forespørsel venter allerede"),
    "collaboration_active": gettext_lazy("Dere samarbeider allerede"),
    "no_task": gettext_lazy("Ingen åpen oppgave"),
    "no_task_of_type": gettext_lazy("Ingen åpen oppgave av typen som er valgt"),
    "several_tasks": gettext_lazy("Flere åpne oppgaver å velge mellom"),
    "task_missing": gettext_lazy("Oppgave er ikke valgt"),
    "task_closed": gettext_lazy("Oppgaven er lukket"),
    "task_nobody": gettext_lazy("Ingen aktive medarbeidere står på oppgaven"),
    "receiver_missing": gettext_lazy("Hovedkontakten mangler, eller har ingen e-postadresse"),
    "receiver_malformed": gettext_lazy("Hovedkontaktens e-postadresse er ikke gyldig"),
    "receiver_is_employee": gettext_lazy("E-postadressen tilhører en medarbeider i byrået"),
    "receiver_own_domain": gettext_lazy("E-postadressen er på byråets eget domene"),
    "receiver_disowned": gettext_lazy("Den som har e-postadressen, har svart at det er feil person"),
    "company_without_administrator": gettext_lazy("Selskapet har ingen administrator på Mine tjenester"),
    "name_differs": gettext_lazy("Selskapet heter noe annet på Mine tjenester"),
    "subscription_cancelled": gettext_lazy("Kundens abonnement er sagt opp"),
    "variant_missing": gettext_lazy("Variant er ikke valgt"),
    "variant_withdrawn": gettext_lazy("Varianten selges ikke lenger"),
    "agreement_missing": gettext_lazy("Fakturamottaker og avtaleperiode er ikke valgt"),
    "price_missing": gettext_lazy("Ingen pris for denne avtaleperioden"),
    "terms_missing": gettext_lazy("Tjenesten mangler vilkår"),
    "draft_there": gettext_lazy("Et påbegynt utkast blir sendt, med valgene her"),
    "register_away": gettext_lazy("Enhetsregisteret har ikke svart"),
    "register_dissolved": gettext_lazy("Slettet i Enhetsregisteret"),
    "register_bankrupt": gettext_lazy("Konkurs ifølge Enhetsregisteret"),
    "register_missing": gettext_lazy("Finnes ikke i Enhetsregisteret"),
    "register_winding_up": gettext_lazy("Under avvikling ifølge Enhetsregisteret"),
    "register_forced_to_wind_up": gettext_lazy("Under tvangsavvikling ifølge Enhetsregisteret"),
    "register_sub_unit": gettext_lazy("Nummeret er en underenhet"),
    "register_name_differs": gettext_lazy("Heter noe annet i Enhetsregisteret"),
    "register_without_roles": gettext_lazy("Enhetsregisteret nevner ingen personer hos kunden"),
    "receiver_without_role": gettext_lazy("Mottakeren har ingen rolle i Enhetsregisteret"),
    "not_waiting": gettext_lazy("Forespørselen venter ikke på kunden"),
    "wrong_person": gettext_lazy("Mottakeren har svart at det er feil person"),
    "sent_lately": gettext_lazy("E-posten ble sendt for under ti minutter siden"),
    "is_manager": gettext_lazy("Er kundeansvarlig fra før"),
    "not_yours_to_give": gettext_lazy("Bare en administrator eller den som er kundeansvarlig, kan bytte"),
    "manager_left": gettext_lazy("Den du valgte, arbeider ikke lenger i byrået"),
    "in_use": gettext_lazy("Har en åpen forespørsel eller et aktivt samarbeid"),
    "not_ticked": gettext_lazy("Ikke krysset av"),
    "changed": gettext_lazy("Endret siden forhåndsvisningen"),
    "not_seen": gettext_lazy("Du har ikke tilgang til kunden lenger"),
    "stopped": gettext_lazy("Stanset da du angret"),
    "left": gettext_lazy("Kunne ikke angres: e-posten var sendt, eller kunden hadde svart"),
    "gave_up": gettext_lazy("Noe gikk galt hos oss. Prøv igjen, eller gjør det på kundens side"),
}


def finding_in_words(code: str) -> str:
    """A finding of the check in a few words; one that is not known here by its code."""
    return str(FINDINGS.get(code, code))


def findings_in_words(codes: Iterable[str]) -> list[str]:
    return [finding_in_words(code) for code in codes]


def reason_in_words(reason: dict[str, Any]) -> str:
    """Why a row was left out or refused; empty where there is nothing to say.

    A refusal without a code is in the language of the one whose run it was.
    """
    if sentence := reason.get("sentence"):
        return str(sentence)
    return "; ".join(findings_in_words(reason.get("codes", ())))
