"""The leaver's report: every client that a co-worker has, or had, access to, why, and what companies gave directly."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Task
from collaboration.actions.deactivate_employee import responsibilities_of
from collaboration.models import Collaboration
from collaboration.spreadsheets import Cell
from history.clock import oslo_date
from history.models import Event
from organisations.models import CompanyUser, Employee
from subscriptions.models import ServiceAccess, Subscription


@dataclass(frozen=True)
class AccessLine:
    client_number: int
    client: str
    org_number: str
    reason: str
    services: str
    given_by: str
    ended_on: date | None


COLUMNS: dict[Any, Callable[[AccessLine], Cell]] = {
    gettext_lazy("Kundenummer"): lambda line: line.client_number,
    gettext_lazy("Kunde"): lambda line: line.client,
    gettext_lazy("Organisasjonsnummer"): lambda line: line.org_number,
    gettext_lazy("Hvorfor"): lambda line: line.reason,
    gettext_lazy("Tjenester"): lambda line: line.services,
    gettext_lazy("Gitt av"): lambda line: line.given_by,
    gettext_lazy("Sluttet"): lambda line: line.ended_on,
}


def find_lines(employee: Employee) -> list[AccessLine]:
    """By client number: what the firm gave, then what the company gave itself, which the firm cannot take away."""
    clients = list(Client.objects.filter(firm=employee.firm).order_by("number"))
    by_firm, by_companies = given_by_the_firm(employee, clients), given_by_companies(employee, clients)
    return [line for client in clients for lines in (by_firm, by_companies) for line in lines.get(client.pk, ())]


def given_by_the_firm(employee: Employee, clients: list[Client]) -> dict[int, list[AccessLine]]:
    reasons = find_reasons(employee)
    services = services_by_client(employee)
    saw_all = has_seen_all(employee)
    ended_on = oslo_date(employee.deactivated_at) if employee.deactivated_at else None
    lines = {}
    for client in clients:
        why = reasons.get(client.pk, []) + ([_("ser alle kunder")] if saw_all else [])
        if why:
            names = ", ".join(services.get(client.pk, []))
            org_number = client.org_number or ""
            lines[client.pk] = [
                AccessLine(client.number, client.name, org_number, ", ".join(why), names, _("byrået"), ended_on)
            ]
    return lines


def find_reasons(employee: Employee) -> dict[int, list[str]]:
    """By client. What was handed over on leaving stands in the deed's event, what went before in other ones."""
    held = held_until_leaving(employee)
    owned = Q(owner=employee) | Q(pk__in=held["owned"])
    participated = Q(participants=employee) | Q(pk__in=held["participated"])
    tasks = Task.objects.filter(firm=employee.firm)
    found: dict[int, list[str]] = defaultdict(list)
    for reason, rows in (
        (_("kundeansvarlig"), held["managed"]),
        (_("tidligere kundeansvarlig"), earlier_clients(employee, held["managed"])),
        (_("oppgaveansvarlig"), tasks.filter(owned).values_list("client_id", flat=True)),
        (_("deltaker"), tasks.filter(participated).values_list("client_id", flat=True)),
        (_("tidligere på oppgave"), tasks.filter(pk__in=earlier_tasks(employee)).values_list("client_id", flat=True)),
    ):
        for client in dict.fromkeys(rows):
            found[client].append(reason)
    return found


def held_until_leaving(employee: Employee) -> dict[str, list[int]]:
    """What the person answers for now, and did on each leaving: who came back has left before."""
    held = responsibilities_of(employee).ids
    for event in Event.objects.about(employee).filter(verb="deactivate").order_by("pk"):
        held = {name: list(dict.fromkeys([*ids, *event.before.get(name, [])])) for name, ids in held.items()}
    return held


def earlier_clients(employee: Employee, known: list[int]) -> list[int]:
    """Those that somebody else got before the leaving."""
    edits = Event.objects.filter(firm=employee.firm, subject_type="clients.client", verb="edit")
    given_away = edits.filter(before__account_manager=employee.pk).exclude(subject_id__in=known)
    return list(given_away.values_list("subject_id", flat=True))


def earlier_tasks(employee: Employee) -> list[int]:
    """Those that somebody else got, or that the person was taken off, before the leaving."""
    edits = Event.objects.filter(firm=employee.firm, subject_type="clients.task", verb="edit")
    before = Q(before__owner=employee.pk) | Q(before__participants__contains=[employee.pk])
    after = Q(after__owner=employee.pk) | Q(after__participants__contains=[employee.pk])
    return list(edits.filter(before).exclude(after).values_list("subject_id", flat=True))


def has_seen_all(employee: Employee) -> bool:
    changes = Event.objects.about(employee).filter(verb__in=("change_role", "deactivate"))
    return employee.sees_all_clients or changes.filter(before__client_access=Employee.ClientAccess.ALL).exists()


def services_by_client(employee: Employee) -> dict[int, list[str]]:
    """The services that the firm's collaborations opened to the person: those with a task of his."""
    held = held_until_leaving(employee)
    ids = [*held["owned"], *held["participated"], *earlier_tasks(employee)]
    tasks = Q(task__in=ids) | Q(task__owner=employee) | Q(task__participants=employee)
    rows = Collaboration.objects.filter(tasks, firm=employee.firm).order_by("service__position", "service__name")
    found: dict[int, list[str]] = defaultdict(list)
    for client, service in dict.fromkeys(rows.values_list("client_id", "service__name")):
        found[client].append(service)
    return found


def given_by_companies(employee: Employee, clients: list[Client]) -> dict[int, list[AccessLine]]:
    """The person's own places in companies that are clients of the firm."""
    client_of = {client.org_number: client for client in clients if client.org_number}
    places = CompanyUser.objects.filter(user=employee.user, company__org_number__in=client_of).select_related("company")
    services = services_by_place(places)
    lines = {}
    for place in places:
        client = client_of[place.company.org_number]
        reason = _("%(role)s for selskapet") % {"role": place.get_role_display()}
        ended_on = oslo_date(place.deactivated_at) if place.deactivated_at else None
        names = ", ".join(services[place.pk])
        lines[client.pk] = [
            AccessLine(
                client.number, client.name, client.org_number or "", reason, names, _("selskapet selv"), ended_on
            )
        ]
    return lines


def services_by_place(places: Iterable[CompanyUser]) -> dict[int, list[str]]:
    """What each place opens, or did until it was taken away; then what the company had taken back before that."""
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
        found[place.pk] = now + [_("%(service)s (tidligere)") % {"service": name} for name in before_that]
    return found


def events_with_services(places: Iterable[CompanyUser]) -> QuerySet[Event]:
    """Those of the deeds that took services from the places' people: the rows of access are gone."""
    about = Event.objects.filter(subject_type=CompanyUser._meta.label_lower, subject_id__in=[p.pk for p in places])
    return about.filter(before__has_key="subscriptions").order_by("pk")


def names_of_services(subscriptions: set[int]) -> dict[int, str]:
    return dict(Subscription.objects.filter(pk__in=subscriptions).values_list("pk", "service__name"))
