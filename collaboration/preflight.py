"""The check before anything is sent: red stops, yellow asks for a tick, green goes. Nothing tells of another firm."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Collaboration
from business_register.names import is_same_name
from clients.models import Client
from collaboration.findings import Finding, Level
from collaboration.models import Activation, ReplacedLink
from collaboration.register_check import check_register
from collaboration.scenarios import Standing
from ground.mail_addresses import find_form, shown_address
from ground.org_number import display_org_number, is_org_number
from ground.refusals import NotAllowed
from organisations.forms.addresses import REST, clean_address
from organisations.models import Company, CompanyUser, Employee, Firm
from organisations.own_domains import find_own_domain
from organisations.reach import help_desk
from subscriptions.models import Price, Service, Terms

RECEIVER_IS_EMPLOYEE = gettext_lazy(
    "E-postadressen tilhører en medarbeider i byrået. Kunden må selv godkjenne: skriv kundens adresse."
)

OWN_DOMAIN_IS_THE_CUSTOMERS = gettext_lazy("Adressen er kundens, selv om den er på byråets domene")

HAS_DISOWNED = gettext_lazy("Den som har e-postadressen, har svart at det er feil person. Skriv en annen adresse.")


def check(activation: Activation, standing: Standing, *, today: date) -> list[Finding]:
    """Everything that speaks for or against sending this draft now, red first."""
    client, service = activation.client, activation.service
    findings = [
        *check_client(client),
        *check_running(client, service, besides=activation),
        *check_task(activation),
        *check_receiver(activation, today),
        *check_company(client, standing),
        *check_offer(activation, standing, today),
        *check_register(activation, receiver_of(activation)[0]),
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


def check_running(client: Client, service: Service, *, besides: Activation | None) -> Iterator[Finding]:
    requests = Activation.objects.live().filter(client=client, service=service)
    if besides is not None:
        requests = requests.exclude(pk=besides.pk)
    if requests.exists():
        yield Finding(Level.RED, "request_open", _("Det finnes allerede en åpen forespørsel for denne tjenesten."))
    if Collaboration.objects.active().filter(client=client, service=service).exists():
        yield Finding(Level.RED, "collaboration_active", _("Dere samarbeider allerede i denne tjenesten."))


def check_open_tasks(client: Client) -> Iterator[Finding]:
    if not client.tasks.open().exists():
        yield Finding(
            Level.RED,
            "no_task",
            _("Kunden har ingen åpen oppgave. De som står på oppgaven, er de som får tilgang til tjenesten."),
            link_url=reverse("clients:task-create", args=[client.number]) if client.is_active else "",
            link_label=_("Ny oppgave"),
        )


def check_task(activation: Activation) -> Iterator[Finding]:
    task = activation.task
    if task is None:
        yield from check_open_tasks(activation.client)
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


def check_receiver(activation: Activation, today: date) -> Iterator[Finding]:
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
    if is_employees_address(activation.firm_id, address):
        yield Finding(
            Level.RED,
            "receiver_is_employee",
            str(RECEIVER_IS_EMPLOYEE),
        )
        return
    if warning := own_domain_warning(activation.firm, address):
        yield Finding(Level.YELLOW, "receiver_own_domain", warning, **edit)
    if has_disowned(activation.client_id, address, today):
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
    domain = find_own_domain(firm, address)
    words = _(
        "E-postadressen er på byråets eget domene, %(domain)s. Kunden må selv svare: send bare hvis adressen er "
        "kundens. Godkjenningsbeviset sier fra om det."
    )
    return words % {"domain": shown_address(domain)} if domain else ""


def is_employees_address(firm_id: int, address: str) -> bool:
    return Employee.objects.active().filter(firm_id=firm_id, user__email=find_form(address)).exists()


def has_disowned(client_id: int, address: str, today: date) -> bool:
    """Whether its holder has answered a request to the client, less than REST ago, that he is somebody else."""
    address, of_late = find_form(address), {"disowned_at__date__gt": today - REST}
    return (
        Activation.objects.filter(client_id=client_id, contact_email=address, **of_late).exists()
        or ReplacedLink.objects.filter(activation__client_id=client_id, disowned_email=address, **of_late).exists()
    )


def check_company(client: Client, standing: Standing) -> Iterator[Finding]:
    company = standing.company
    if company is None:
        return
    yield from check_administrator(company)
    if not is_same_name(company.name, client.name):
        yield Finding(
            Level.YELLOW,
            "name_differs",
            _("Selskapet heter «%(company)s» på Mine tjenester, kunden heter «%(client)s» hos dere.")
            % {"company": company.name, "client": client.name},
            link_url=reverse("office:client-edit", args=[client.number]),
            link_label=_("Rett kunden"),
        )


def check_administrator(company: Company) -> Iterator[Finding]:
    """Nobody of the firm or the company can put it right: only a platform administrator invites one."""
    if not CompanyUser.objects.of(company).active().administrators().exists():
        yield Finding(
            Level.RED,
            "company_without_administrator",
            _(
                "Selskapet har ingen administrator på Mine tjenester, så ingen kan godkjenne. Spør kunden hvem det "
                "skal være, og si fra til oss, så inviterer vi:"
            ),
            call=help_desk(),
        )


def check_offer(activation: Activation, standing: Standing, today: date) -> Iterator[Finding]:
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
    elif not Price.objects.on(today).filter(variant=variant, months=months).exists():
        yield Finding(Level.RED, "price_missing", _("Varianten har ingen pris for denne avtaleperioden."))
    if not Terms.objects.filter(service=activation.service).exists():
        yield Finding(Level.RED, "terms_missing", _("Tjenesten mangler vilkår som kunden kan godkjenne."))
