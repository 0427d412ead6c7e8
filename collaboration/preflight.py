"""The check before anything is sent: red stops, yellow asks for a tick, green goes. Nothing tells of another firm."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from business_register.names import is_same_name
from clients.models import Client
from collaboration.facts import ASKED, Facts
from collaboration.findings import Finding, Level
from collaboration.models import Activation
from collaboration.register_check import check_register
from collaboration.scenarios import Standing
from ground.mail_addresses import shown_address
from ground.org_number import display_org_number, is_org_number
from ground.refusals import NotAllowed
from organisations.forms.addresses import clean_address
from organisations.models import Company, Firm
from organisations.reach import help_desk
from subscriptions.models import Service

RECEIVER_IS_EMPLOYEE = gettext_lazy(
    "E-postadressen tilhører en medarbeider i byrået. Kunden må selv godkjenne: skriv kundens adresse."
)

OWN_DOMAIN_IS_THE_CUSTOMERS = gettext_lazy("Adressen er kundens, selv om den er på byråets domene")

HAS_DISOWNED = gettext_lazy("Den som har e-postadressen, har svart at det er feil person. Skriv en annen adresse.")


def check(activation: Activation, standing: Standing, *, today: date, facts: Facts = ASKED) -> list[Finding]:
    """Everything that speaks for or against sending this draft now, red first.

    `facts` are asked of the database one by one, unless they were gathered for many clients.
    """
    client, service = activation.client, activation.service
    findings = [
        *check_client(client),
        *check_running(client, service, besides=activation, facts=facts),
        *check_task(activation, facts),
        *check_receiver(activation, today, facts),
        *check_company(client, standing, facts),
        *check_offer(activation, standing, today, facts),
        *check_register(activation, receiver_of(activation)[0], facts),
    ]
    order = list(Level)
    return sorted(findings, key=lambda finding: order.index(finding.level))


def find_obstacles(
    client: Client, service: Service, standing: Standing, draft: Activation | None = None
) -> list[Finding]:
    """What stops an activation before any question is asked: the red ones that the service page shows."""
    findings = [
        *check_client(client),
        *check_running(client, service, besides=draft),
        *check_open_tasks(client),
        *check_company(client, standing),
    ]
    return [finding for finding in findings if finding.level is Level.RED]


def red(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.RED]


def unacknowledged(findings: list[Finding], ticked: set[str]) -> list[Finding]:
    """The yellow ones without a tick."""
    return [finding for finding in findings if finding.level is Level.YELLOW and finding.code not in ticked]


def check_client(client: Client) -> Iterator[Finding]:
    edit: dict[str, Any] = {
        "link_url": reverse("office:client-edit", args=[client.number]),
        "link_label": _("Rett kunden"),
    }
    if not client.is_active:
        yield Finding(Level.RED, "client_inactive", _("Kunden er deaktivert."))
    if not client.org_number:
        yield Finding(
            Level.RED,
            "org_number_missing",
            _("Kunden mangler organisasjonsnummer. Samarbeid kan bare aktiveres med et selskap."),
            **edit,
        )
    elif not is_org_number(client.org_number):
        yield Finding(Level.RED, "org_number_wrong", _("Organisasjonsnummeret er ikke gyldig."), **edit)
    else:
        number = display_org_number(client.org_number)
        yield Finding(Level.GREEN, "org_number", _("Organisasjonsnummer %(number)s er gyldig.") % {"number": number})
    if not client.has_full_address:
        yield Finding(Level.YELLOW, "address_incomplete", _("Kundens adresse er ikke fullstendig."), **edit)


def check_running(
    client: Client, service: Service, *, besides: Activation | None, facts: Facts = ASKED
) -> Iterator[Finding]:
    if facts.has_request(client, service, besides=besides.pk if besides else None):
        yield Finding(Level.RED, "request_open", _("Det finnes allerede en åpen forespørsel for denne tjenesten."))
    if facts.collaborates(client, service):
        yield Finding(Level.RED, "collaboration_active", _("Dere samarbeider allerede i denne tjenesten."))


def check_open_tasks(client: Client, facts: Facts = ASKED) -> Iterator[Finding]:
    if not facts.has_open_task(client):
        yield Finding(
            Level.RED,
            "no_task",
            _("Kunden har ingen åpen oppgave. De som står på oppgaven, er de som får tilgang til tjenesten."),
            link_url=reverse("clients:task-create", args=[client.number]) if client.is_active else "",
            link_label=_("Ny oppgave"),
        )


def check_task(activation: Activation, facts: Facts = ASKED) -> Iterator[Finding]:
    task = activation.task
    if task is None:
        yield from check_open_tasks(activation.client, facts)
        yield Finding(Level.RED, "task_missing", _("Velg en oppgave."))
        return
    edit: dict[str, Any] = {"link_url": reverse("clients:task-edit", args=[activation.client.number, task.pk])}
    people = [person for person in task.people if person.is_active]
    if not task.is_open:
        yield Finding(Level.RED, "task_closed", _("Oppgaven er lukket. Velg en åpen oppgave."))
    elif not people:
        yield Finding(
            Level.RED,
            "task_nobody",
            _("Ingen aktive medarbeidere står på oppgaven, så ingen ville fått tilgang."),
            **edit,
            link_label=_("Endre oppgaven"),
        )
    else:
        names = ", ".join(person.user.name for person in people)
        yield Finding(Level.GREEN, "task", _("Disse får tilgang hos dere: %(names)s.") % {"names": names})


def check_receiver(activation: Activation, today: date, facts: Facts = ASKED) -> Iterator[Finding]:
    name, address = receiver_of(activation)
    edit: dict[str, Any] = {
        "link_url": reverse("office:client-edit", args=[activation.client.number]),
        "link_label": _("Rett kunden"),
    }
    if not address:
        yield Finding(Level.RED, "receiver_missing", _("Mottakeren mangler e-postadresse."), **edit)
        return
    try:
        clean_address(address)
    except NotAllowed:
        yield Finding(Level.RED, "receiver_malformed", _("Mottakerens e-postadresse er ikke gyldig."), **edit)
        return
    if facts.is_employees(activation.firm_id, address):
        yield Finding(
            Level.RED,
            "receiver_is_employee",
            str(RECEIVER_IS_EMPLOYEE),
        )
        return
    if warning := warn_of_domain(facts.find_own_domain(activation.firm, address)):
        yield Finding(Level.YELLOW, "receiver_own_domain", warning, **edit)
    if facts.has_disowned(activation.client_id, address, today):
        yield Finding(
            Level.YELLOW,
            "receiver_disowned",
            _("Den som har e-postadressen, har svart at det er feil person. Send bare hvis kunden har bekreftet den."),
            **edit,
        )
    yield Finding(
        Level.GREEN,
        "receiver",
        _("E-posten går til %(name)s, %(address)s.") % {"name": name, "address": shown_address(address)},
    )


def receiver_of(activation: Activation) -> tuple[str, str]:
    """Name and address: typed in the wizard for a new customer, else the chosen contact's as it is now."""
    if activation.scenario == Activation.Scenario.NEW or not activation.is_draft:
        return activation.contact_name, activation.contact_email
    contact = activation.contact
    return (contact.name, contact.email) if contact else ("", "")


def own_domain_warning(firm: Firm, address: str) -> str:
    """What whoever sends there is told; empty of an address that is at no domain of the firm's own."""
    return warn_of_domain(ASKED.find_own_domain(firm, address))


def warn_of_domain(domain: str) -> str:
    """The sentence about one of the firm's own domains; empty for none."""
    words = _(
        "E-postadressen er på byråets eget domene, %(domain)s. Kunden må selv svare: send bare hvis adressen er "
        "kundens. Godkjenningsbeviset sier fra om det."
    )
    return words % {"domain": shown_address(domain)} if domain else ""


def check_company(client: Client, standing: Standing, facts: Facts = ASKED) -> Iterator[Finding]:
    company = standing.company
    if company is None:
        return
    yield from check_administrator(company, facts)
    if not is_same_name(company.name, client.name):
        yield Finding(
            Level.YELLOW,
            "name_differs",
            _("Selskapet heter «%(company)s» på Mine tjenester, kunden heter «%(client)s» hos dere.")
            % {"company": company.name, "client": client.name},
            link_url=reverse("office:client-edit", args=[client.number]),
            link_label=_("Rett kunden"),
        )


def check_administrator(company: Company, facts: Facts = ASKED) -> Iterator[Finding]:
    """Nobody of the firm or the company can put it right: only a platform administrator invites one."""
    if not facts.has_administrator(company):
        yield Finding(
            Level.RED,
            "company_without_administrator",
            _(
                "Selskapet har ingen administrator på Mine tjenester, så ingen kan godkjenne. Spør kunden hvem det "
                "skal være, og si fra til oss, så inviterer vi:"
            ),
            call=help_desk(),
        )


def check_offer(activation: Activation, standing: Standing, today: date, facts: Facts = ASKED) -> Iterator[Finding]:
    subscription = standing.subscription
    if subscription is not None:
        if subscription.is_cancelled and subscription.last_day:
            last_day = date_format(subscription.last_day, "SHORT_DATE_FORMAT")
            yield Finding(
                Level.YELLOW,
                "subscription_cancelled",
                _("Kundens abonnement er sagt opp, siste dag er %(date)s.") % {"date": last_day},
            )
        return
    variant, months = activation.variant, activation.period_months
    if variant is None:
        yield Finding(Level.RED, "variant_missing", _("Velg en variant."))
    elif not variant.is_for_sale:
        yield Finding(Level.RED, "variant_withdrawn", _("Varianten selges ikke lenger. Velg en annen."))
    elif months is None or not activation.payer:
        yield Finding(Level.RED, "agreement_missing", _("Velg fakturamottaker og avtaleperiode."))
    elif facts.find_price(variant, months, today) is None:
        yield Finding(Level.RED, "price_missing", _("Varianten har ingen pris for denne avtaleperioden."))
    if not facts.has_terms(activation.service):
        yield Finding(Level.RED, "terms_missing", _("Tjenesten mangler vilkår som kunden kan godkjenne."))
