"""The leaver's report: every client that a co-worker has or had access to, why, and what companies gave directly."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Task
from collaboration.actions.firm.deactivate_employee import responsibilities_of
from collaboration.scenarios import known_to
from ground.clock import oslo_date
from ground.mail_addresses import shown_address
from ground.spreadsheets import Cell
from history.models import Event
from office.employees.leaver_periods import Period, latest, periods_of_work, periods_on_tasks, services_opened
from organisations.models import CompanyUser, Employee
from subscriptions.models import ServiceAccess, Subscription

Ends = dict[Any, datetime | None]  # of each thing that opened something, None while it does
Reasons = dict[int, dict[str, list[datetime | None]]]  # by client, and when each came to its end

LETTERS = str.maketrans({"æ": "ae", "ø": "o"})  # what NFKD does not take apart


@dataclass(frozen=True)
class AccessLine:
    employee: Employee
    client_number: int
    client: str
    org_number: str
    reason: str
    services: str
    given_by: str
    ended_on: date | None


COLUMNS: dict[Any, Callable[[AccessLine], Cell]] = {
    gettext_lazy("Medarbeider"): lambda line: line.employee.user.name,
    gettext_lazy("E-post"): lambda line: shown_address(line.employee.user.email),
    gettext_lazy("Rolle i byrået"): lambda line: line.employee.get_role_display(),
    gettext_lazy("I byrået fra"): lambda line: oslo_date(line.employee.created_at),
    gettext_lazy("I byrået til"): lambda line: day_of(line.employee.deactivated_at),
    gettext_lazy("Kundenummer"): lambda line: line.client_number,
    gettext_lazy("Kunde"): lambda line: line.client,
    gettext_lazy("Organisasjonsnummer"): lambda line: line.org_number,
    gettext_lazy("Hvorfor"): lambda line: line.reason,
    gettext_lazy("Tjenester"): lambda line: line.services,
    gettext_lazy("Gitt av"): lambda line: line.given_by,
    gettext_lazy("Tilgang til"): lambda line: line.ended_on,
}


def name_file(employee: Employee) -> str:
    """The file's name, with the person's; with the employee's number for a name without Latin letters."""
    name = slugify(employee.user.name.lower().translate(LETTERS)) or employee.pk
    return f"{slugify(_('Tilganger'))}-{name}"


def find_lines(employee: Employee) -> list[AccessLine]:
    """The report's lines by client number: what the firm gave, then what the company gave.

    The firm cannot take away the latter.
    """
    clients = list(Client.objects.filter(firm=employee.firm).order_by("number"))
    by_firm, by_companies = given_by_the_firm(employee, clients), given_by_companies(employee, clients)
    return [line for client in clients for lines in (by_firm, by_companies) for line in lines.get(client.pk, ())]


def given_by_the_firm(employee: Employee, clients: list[Client]) -> dict[int, list[AccessLine]]:
    on_tasks = periods_on_tasks(employee)
    found = find_reasons(employee, on_tasks)
    add_seeing_all(found, employee, clients)
    services = services_opened(employee, on_tasks)
    lines = {}
    for client in clients:
        if reasons := found.get(client.pk):
            lines[client.pk] = [
                AccessLine(
                    employee=employee,
                    client_number=client.number,
                    client=client.name,
                    org_number=client.org_number or "",
                    reason=", ".join(reasons),
                    services=", ".join(tell_services(services.get(client.pk, {}), employee)),
                    given_by=_("byrået"),
                    ended_on=day_of(latest(chain(*reasons.values())) or employee.deactivated_at),
                )
            ]
    return lines


def find_reasons(employee: Employee, on_tasks: dict[int, list[Period]]) -> Reasons:
    """Why the person had each client: from the event of his leaving, and earlier ones."""
    leavings = list(Event.objects.about(employee).filter(verb="deactivate").order_by("-pk"))
    held = held_until_leaving(employee, leavings)
    tasks = Task.objects.filter(firm=employee.firm)
    owned = held["owned"] | dict.fromkeys(tasks.filter(owner=employee).values_list("pk", flat=True))
    participated = held["participated"] | dict.fromkeys(
        tasks.filter(participants=employee).values_list("pk", flat=True)
    )
    left_at = {event.at for event in leavings}
    earlier: Ends = {}
    for task, periods in on_tasks.items():
        if taken_off_at := {period.end for period in periods} - {None, *left_at}:
            earlier[task] = latest(taken_off_at)
    client_of = dict(tasks.filter(pk__in={*owned, *participated, *earlier}).values_list("pk", "client_id"))
    found: Reasons = defaultdict(lambda: defaultdict(list))
    for reason, ends in (
        (_("kundeansvarlig"), held["managed"]),
        (_("tidligere kundeansvarlig"), earlier_clients(employee, held["managed"])),
    ):
        for client, end in ends.items():
            found[client][reason].append(end)
    for reason, ends in (
        (_("oppgaveansvarlig"), owned),
        (_("deltaker"), participated),
        (_("tidligere på oppgave"), earlier),
    ):
        for task, end in ends.items():
            if task in client_of:  # one that an import made is gone when the import was undone
                found[client_of[task]][reason].append(end)
    return found


def add_seeing_all(found: Reasons, employee: Employee, clients: list[Client]) -> None:
    """Add the reason to the clients that existed when the person saw all of them last; none is ever removed."""
    ends = [work.end for work in periods_of_work(employee) if work.sees_all]
    if not ends:
        return
    end = latest(ends)
    reason = _("ser alle kunder") if end == employee.deactivated_at else _("så alle kunder tidligere")
    for client in clients:
        if end is None or client.created_at < end:
            found[client.pk][reason].append(end)


def held_until_leaving(employee: Employee, leavings: list[Event]) -> dict[str, Ends]:
    """What the person answers for now, and what he did at each leaving, the latest first; some have left before."""
    held = {name: dict.fromkeys(ids, None) for name, ids in responsibilities_of(employee).ids.items()}
    for event in leavings:
        held = {name: dict.fromkeys(event.before.get(name, ()), event.at) | ends for name, ends in held.items()}
    return held


def earlier_clients(employee: Employee, known: Iterable[int]) -> Ends:
    """The clients that the person had before the leaving and that somebody else got."""
    edits = Event.objects.filter(firm=employee.firm, subject_type="clients.client", verb="edit")
    given_away = edits.filter(before__account_manager=employee.pk).exclude(subject_id__in=known)
    return dict(given_away.order_by("pk").values_list("subject_id", "at"))


def tell_services(services: Ends, employee: Employee) -> list[str]:
    """Services that the person can open, or could until leaving; then those that were shut earlier."""
    last = [name for name, end in services.items() if end == employee.deactivated_at]
    return last + [earlier_service(name) for name in services if name not in last]


def earlier_service(name: str) -> str:
    return _("%(service)s (tidligere)") % {"service": name}


def day_of(at: datetime | None) -> date | None:
    return oslo_date(at) if at else None


def given_by_companies(employee: Employee, clients: list[Client]) -> dict[int, list[AccessLine]]:
    """The person's own places in companies that are the firm's clients and that it may know."""
    client_of = {client.org_number: client for client in clients if client.org_number}
    companies = known_to(employee.firm).filter(org_number__in=client_of)
    places = CompanyUser.objects.filter(user=employee.user, company__in=companies).select_related("company")
    services = services_by_place(places)
    lines = {}
    for place in places:
        client = client_of[place.company.org_number]
        lines[client.pk] = [
            AccessLine(
                employee=employee,
                client_number=client.number,
                client=client.name,
                org_number=client.org_number or "",
                reason=_("%(role)s for selskapet") % {"role": place.get_role_display()},
                services=", ".join(services[place.pk]),
                given_by=_("selskapet selv"),
                ended_on=day_of(place.deactivated_at),
            )
        ]
    return lines


def services_by_place(places: Iterable[CompanyUser]) -> dict[int, list[str]]:
    """What each place opens, or did until it was taken away; then what the company had taken back before."""
    held: dict[int, set[int]] = defaultdict(set)
    for place_id, subscription in ServiceAccess.objects.filter(company_user__in=places).values_list(
        "company_user_id", "subscription_id"
    ):
        held[place_id].add(subscription)
    earlier: dict[int, set[int]] = defaultdict(set)
    ended = {place.pk for place in places if place.deactivated_at}
    for event in events_with_services(places):
        before = set(event.before["subscriptions"])
        earlier[event.subject_id] |= before
        if event.verb in ("deactivate", "leave") and event.subject_id in ended:
            held[event.subject_id] = before
    name_of = names_of_services(set().union(*held.values(), *earlier.values()))
    found = {}
    for place in places:
        now = sorted({name_of[pk] for pk in held[place.pk]})
        before_that = sorted({name_of[pk] for pk in earlier[place.pk]} - set(now))
        found[place.pk] = now + [earlier_service(name) for name in before_that]
    return found


def events_with_services(places: Iterable[CompanyUser]) -> QuerySet[Event]:
    """The events that took services from the places' people, whose rows of access are gone."""
    about = Event.objects.filter(subject_type=CompanyUser._meta.label_lower, subject_id__in=[p.pk for p in places])
    return about.filter(before__has_key="subscriptions").order_by("pk")


def names_of_services(subscriptions: set[int]) -> dict[int, str]:
    return dict(Subscription.objects.filter(pk__in=subscriptions).values_list("pk", "service__name"))
