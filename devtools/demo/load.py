"""Loads the demo's data: all of it in one transaction, and once."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from clients.models import Client, Contact, Task, TaskParticipant, TaskType
from devtools.demo import cast
from devtools.demo.catalogue import make_catalogue
from devtools.demo.history import play_requests
from history.clock import database_clock, oslo_date
from organisations.models import Company, CompanyUser, Employee, Firm, User
from subscriptions.actions import give_access
from subscriptions.models import Charge, Subscription, Terms, Variant
from subscriptions.periods import add_months

LOAD_LOCK = 4_207_001  # any number that no other advisory lock has


@dataclass
class Demo:
    """What has been made so far, by the names that the cast uses."""

    now: datetime
    password: str
    employees: dict[str, Employee] = field(default_factory=dict)  # by e-mail
    clients: dict[tuple[str, int], Client] = field(default_factory=dict)  # by firm's slug and number
    companies: dict[int, Company] = field(default_factory=dict)  # by the number in the cast

    @property
    def today(self) -> date:
        return oslo_date(self.now)

    def ago(self, days: int, *, hour: int = 10, minute: int = 0) -> datetime:
        """That hour in UTC, so many days before the load."""
        return (self.now - timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)


@transaction.atomic
def load_demo() -> bool:
    """Make the cast and its history. False when it was there already; nothing is changed then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    if Firm.objects.filter(slug=cast.OFFICES[0].slug).exists():
        return False
    demo = Demo(now=database_clock(), password=make_password(cast.PASSWORD))
    make_catalogue()
    make_platform_administrator(demo)
    for office in cast.OFFICES:
        make_office(demo, office)
    for office in cast.OFFICES:
        for card in cast.CARDS[office.slug]:
            make_company(demo, card)
            make_client(demo, office, card)
    for agreement in cast.AGREEMENTS:
        make_agreement(demo, agreement)
    play_requests(demo)
    return True


def make_user(demo: Demo, email: str, name: str, *, phone: str = "", is_platform: bool = False) -> User:
    user = User.objects.create(
        email=email,
        name=name,
        phone=phone,
        password=demo.password,
        is_staff=is_platform,
        is_superuser=is_platform,
        date_joined=demo.ago(760),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_platform_administrator(demo: Demo) -> None:
    name, email = cast.PLATFORM_ADMINISTRATOR
    make_user(demo, email, name, is_platform=True)


def make_office(demo: Demo, office: cast.Office) -> None:
    firm = Firm.objects.create(
        slug=office.slug,
        name=office.name,
        org_number=office.org_number,
        email=office.email,
        phone=office.phone,
        first_client_number=office.first_client_number,
    )
    TaskType.objects.bulk_create(TaskType(firm=firm, name=name) for name in TaskType.STANDARD)
    for worker in office.workers:
        demo.employees[worker.email] = Employee.objects.create(
            firm=firm,
            user=make_user(demo, worker.email, worker.name, phone=worker.phone),
            role=worker.role,
            client_access=worker.client_access,
        )


def make_company(demo: Demo, card: cast.Card) -> None:
    """The company behind a client, where Mine tjenester knows it already."""
    if not card.is_known or card.company:
        return
    company = Company.objects.create(
        org_number=card.org_number, name=card.name, confirmed_at=demo.ago(750 - card.number % 40)
    )
    demo.companies[card.company or card.number] = company
    has_left = card.number in cast.WITHOUT_ADMINISTRATOR
    CompanyUser.objects.create(
        company=company,
        user=make_user(demo, card.email, card.contact_name, phone=card.phone),
        email=card.email,
        name=card.contact_name,
        phone=card.phone,
        role=CompanyUser.Role.ADMINISTRATOR,
        is_main_contact=not has_left,
        invited_at=company.confirmed_at - timedelta(days=2),
        accepted_at=company.confirmed_at,
        deactivated_at=demo.ago(30) if has_left else None,
    )


def make_client(demo: Demo, office: cast.Office, card: cast.Card) -> None:
    manager = demo.employees[office.workers[0].email]
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
    made_at = demo.ago(755, minute=card.number % 60)
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
    demo.clients[office.slug, card.number] = client
    if office is not cast.OFFICES[0] or card.number not in cast.WITHOUT_TASK:
        make_task(demo, office, card, client)


def make_task(demo: Demo, office: cast.Office, card: cast.Card, client: Client) -> None:
    """The open task; Ola's clients have him as the owner and Kari as a participant."""
    lead, *others = (demo.employees[worker.email] for worker in office.workers)
    is_shared = office is cast.OFFICES[0] and card.number in cast.OLAS_CLIENTS
    task = Task.objects.create(
        firm=client.firm,
        client=client,
        type=TaskType.objects.get(firm=client.firm, name=card.task),
        owner=others[0] if is_shared else lead,
        due_on=demo.today + timedelta(days=3 + card.number % 60),
        opened_at=demo.ago(754),
    )
    if is_shared:
        TaskParticipant.objects.create(firm=client.firm, task=task, employee=lead)


def make_agreement(demo: Demo, agreement: cast.Agreement) -> Subscription:
    """A subscription from outside the portal: paid before, up to its next renewal."""
    company = demo.companies[agreement.company]
    variant = Variant.objects.select_related("service").get(service__code=agreement.service, code=agreement.variant)
    first_day = demo.today - timedelta(days=agreement.days_ago)
    renews_on = add_months(first_day, agreement.months)
    cancelled = agreement.cancelled_days_ago
    subscription = Subscription.objects.create(
        company=company,
        service=variant.service,
        variant=variant,
        period_months=agreement.months,
        terms=Terms.objects.get(service=variant.service, version=1),
        started_on=first_day,
        renews_on=renews_on,
        cancelled_on=None if cancelled is None else demo.today - timedelta(days=cancelled),
    )
    Charge.objects.create(
        subscription=subscription,
        kind=Charge.Kind.OPENING,
        period=DateRange(first_day, renews_on),
        monthly_price=variant.price_on(first_day, agreement.months),
        amount=Decimal(0),
    )
    for person in CompanyUser.objects.of(company).active():
        give_access(company_user=person, subscription=subscription, at=demo.ago(agreement.days_ago))
    return subscription
