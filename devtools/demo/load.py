"""Loads the demo's data: all of it in one transaction, and once."""

from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from clients.actions import create_standard_task_types
from clients.models import Client, Contact, Task, TaskParticipant, TaskType
from devtools.demo import cast
from devtools.demo.catalogue import make_catalogue
from devtools.demo.history import play_history
from devtools.demo.people import make_user
from devtools.demo.stage import Stage
from ground.clock import database_clock
from organisations.models import Company, CompanyUser, Employee, Firm

LOAD_LOCK = 4_207_001  # any number that no other advisory lock has


@transaction.atomic
def load_demo() -> bool:
    """Make the cast and its history. False when it was there already; nothing is changed then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        # Planning the deeds' long joins is a fifth of the load; in the order they are written they are good.
        cursor.execute("SET LOCAL join_collapse_limit = 1")
    if Firm.objects.filter(slug=cast.OFFICES[0].slug).exists():
        return False
    stage = Stage(now=database_clock(), password=make_password(cast.PASSWORD))
    make_catalogue()
    make_platform_administrator(stage)
    for office in cast.OFFICES:
        make_office(stage, office)
    for office in cast.OFFICES:
        for card in cast.CARDS[office.slug]:
            make_company(stage, card)
            make_client(stage, office, card)
    play_history(stage)
    make_next_returns(stage)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit TO DEFAULT")
        cursor.execute("ANALYZE")  # the first pages would else be planned for empty tables
    return True


def make_platform_administrator(stage: Stage) -> None:
    name, email = cast.PLATFORM_ADMINISTRATOR
    make_user(stage, email, name, is_platform=True)


def make_office(stage: Stage, office: cast.Office) -> None:
    firm = Firm.objects.create(
        slug=office.slug,
        name=office.name,
        org_number=office.org_number,
        email=office.email,
        phone=office.phone,
        first_client_number=office.first_client_number,
    )
    create_standard_task_types(firm=firm)
    for worker in office.workers:
        stage.employees[worker.email] = Employee.objects.create(
            firm=firm,
            user=make_user(stage, worker.email, worker.name, phone=worker.phone),
            role=worker.role,
            client_access=worker.client_access,
        )


def make_company(stage: Stage, card: cast.Card) -> None:
    """The company behind a client, where Mine tjenester knows it already."""
    if not card.is_known or card.company:
        return
    assert card.org_number
    confirmed_at = stage.ago(750 - card.number % 12)
    company = Company.objects.create(org_number=card.org_number, name=card.name, confirmed_at=confirmed_at)
    stage.companies[card.company or card.number] = company
    has_left = card.number in cast.WITHOUT_ADMINISTRATOR
    CompanyUser.objects.create(
        company=company,
        user=make_user(stage, card.email, card.contact_name, phone=card.phone),
        email=card.email,
        name=card.contact_name,
        phone=card.phone,
        role=CompanyUser.Role.ADMINISTRATOR,
        is_main_contact=not has_left,
        invited_at=confirmed_at - timedelta(days=2),
        accepted_at=confirmed_at,
        deactivated_at=stage.ago(30) if has_left else None,
    )


def make_client(stage: Stage, office: cast.Office, card: cast.Card) -> None:
    manager = stage.employees[office.workers[0].email]
    client = Client.objects.create(
        firm=manager.firm,
        number=card.number,
        name=card.name,
        org_number=card.org_number,
        legal_form=card.legal_form,
        street=card.street,
        postal_code=card.postal_code,
        city=card.city,
        email=card.email,
        phone=card.phone,
        account_manager=manager,
    )
    made_at = stage.ago(755, card.number)
    Client.objects.filter(pk=client.pk).update(
        created_at=made_at, updated_at=made_at + timedelta(days=card.number % 700)
    )
    Contact.objects.create(
        firm=client.firm,
        client=client,
        name=card.contact_name,
        email=card.email,
        phone=card.phone,
        is_main=True,
    )
    stage.clients[office.slug, card.number] = client
    if office is not cast.OFFICES[0] or card.number not in cast.WITHOUT_TASK:
        make_task(stage, office, card, client)


def make_task(stage: Stage, office: cast.Office, card: cast.Card, client: Client) -> None:
    """The open task; Ola's clients have him as the owner and Kari as a participant."""
    lead, *others = (stage.employees[worker.email] for worker in office.workers)
    is_shared = office is cast.OFFICES[0] and card.number in cast.OLAS_CLIENTS
    task = Task.objects.create(
        firm=client.firm,
        client=client,
        type=TaskType.objects.get(firm=client.firm, name=card.task),
        period=period_of(card.task, stage.today),
        owner=others[0] if is_shared else lead,
        due_on=stage.today + timedelta(days=3 + card.number % 60),
        opened_at=stage.ago(754),
    )
    if is_shared:
        TaskParticipant.objects.create(firm=client.firm, task=task, employee=lead)


def make_next_returns(stage: Stage) -> None:
    """Clients with two open tasks of one type and owner, which their periods tell apart."""
    in_two_months = stage.today + timedelta(days=61)
    for number in cast.WITH_TWO_RETURNS:
        first = Task.objects.get(client=stage.clients[cast.OFFICES[0].slug, number])
        Task.objects.create(
            firm_id=first.firm_id,
            client_id=first.client_id,
            type_id=first.type_id,
            period=period_of("Mva-melding", in_two_months),
            owner_id=first.owner_id,
            due_on=in_two_months,
            opened_at=stage.ago(2),
        )


def period_of(task_type: str, day: date) -> str:
    """What tells a task of the type from the one before: the VAT return's two months, the accounts' year, or ""."""
    if task_type == "Mva-melding":
        return f"{(day.month + 1) // 2}. termin {day.year}"
    return str(day.year - 1) if task_type == "Årsoppgjør" else ""
