"""The machine's cast and its hour."""

import os
from datetime import date, datetime, timedelta

from django.db import connection

from clients.models import Client
from collaboration.models import Activation
from organisations.models import Company, CompanyUser, Employee
from subscriptions.models import Service
from tests import factories

SCENARIOS = ("subscribed", "known", "new")
CUSTOMERS = {
    "subscribed": ("Ærlig Bakeri AS", "Line Berg", "line@aerligbakeri.example", 0),
    "known": ("Ørsta Rør AS", "Per Rør", "per@orstaror.example", 1),
    "new": ("Ås Blomster", "Eva Ås", "eva@aasblomster.example", 2),
}
OF_VIDDA = {"new": ("Aas Blomster", "Anne Vik", "anne@eksempel.example", 2)}  # the same company, and somebody else
ADDRESSES = (
    "line@aerligbakeri.example",
    "per@orstaror.example",
    "eva@aasblomster.example",
    "anne@eksempel.example",
    "kari@fjordregnskap.example",  # of the one firm
    "nils@vidda.example",  # of the other
)

# PostgreSQL's own clock, as everything in the product reads it: set by the machine, and by nothing else.
MOVABLE_CLOCK = """
CREATE SCHEMA machine;
CREATE FUNCTION machine.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS $$ SELECT current_setting('machine.now')::timestamptz $$;
SET LOCAL search_path = machine, public, pg_catalog;
"""


def make_clock_movable() -> None:
    """For the rest of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(MOVABLE_CLOCK)


def set_clock(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('machine.now', %s, false)", [at.isoformat()])


class World:
    """Two firms, three companies of which each firm has a client, one service. Rows by their ids: none goes stale."""

    def __init__(self) -> None:
        self.service = factories.eaccounting()
        fjord = factories.FirmFactory(name="Fjord Regnskap AS", slug="fjord")
        vidda = factories.FirmFactory(name="Vidda Økonomi AS", slug="vidda")
        self.kari = employee(fjord, "Kari Nordmann", "kari@fjordregnskap.example", role="administrator")
        self.eli = employee(fjord, "Eli Dahl", "eli@fjordregnskap.example")
        self.nils = employee(vidda, "Nils Vidda", "nils@vidda.example", role="administrator")
        self.admin = factories.UserFactory(name="Admin", email="admin@byra.example", is_staff=True)
        self.clients: list[tuple[str, int]] = []  # (scenario at the start, client id)
        for asker in (self.kari, self.nils):
            for number, scenario in enumerate(SCENARIOS, start=1001):
                name, contact, address, org_number = (CUSTOMERS if asker == self.kari else CUSTOMERS | OF_VIDDA)[
                    scenario
                ]
                client = factories.ClientFactory(
                    firm=asker.firm, number=number, name=name, org_number=factories.org_number(org_number)
                )
                factories.ContactFactory(client=client, name=contact, email=address)
                factories.TaskFactory(client=client, owner=self.eli if asker == self.kari else asker)
                self.clients.append((scenario, client.pk))
        for scenario in ("subscribed", "known"):
            name, person, address, org_number = CUSTOMERS[scenario]
            company = factories.CompanyFactory(name=name, org_number=factories.org_number(org_number))
            user = factories.UserFactory(name=person, email=address)
            factories.CompanyUserFactory(company=company, user=user, is_main_contact=True)
            if scenario == "subscribed":
                factories.SubscriptionFactory(company=company, service=self.service)

    def client(self, line: int) -> Client:
        return Client.objects.select_related("firm").get(pk=self.clients[line][1])

    def employee_for(self, client: Client) -> Employee:
        """Who acts for the firm today: Kari as long as she works there, then Eli."""
        return Employee.objects.active().filter(firm=client.firm_id).select_related("firm", "user").order_by("pk")[0]

    def company_of(self, client: Client) -> Company | None:
        """The one that everybody knows, or this firm alone, because it has asked it; no row of a request's own."""
        rows = Company.objects.filter(org_number=client.org_number, merged_into=None)
        known = rows.exclude(confirmed_at=None).first()
        return known or rows.exclude(provisional_at=None).filter(activations__firm=client.firm_id).first()

    def activation(self, line: int, earlier: int = 0) -> Activation | None:
        """The line's newest request, or the one so many before it."""
        own = (
            Activation.objects.select_related("firm", "client", "company", "service")
            .filter(client=self.clients[line][1])
            .order_by("-pk")
        )
        return own[earlier : earlier + 1].first() if earlier else own.first()

    @property
    def smart(self):
        return Service.objects.get(pk=self.service.pk).variants.get(code="smart")


def employee(firm, name: str, address: str, **fields) -> Employee:
    return factories.EmployeeFactory(firm=firm, user=factories.UserFactory(name=name, email=address), **fields)


def people_of(company: Company | None) -> list[CompanyUser]:
    """Everybody with a place that was taken, of whatever role and state."""
    if company is None:
        return []
    return list(CompanyUser.objects.of(company).filter(user__isnull=False).select_related("user").order_by("pk"))


def may_decide(person: CompanyUser, activation: Activation) -> bool:
    """Written from the product's rules, not from the code: see docs of the request."""
    place = CompanyUser.objects.select_related("user").get(pk=person.pk)
    works_there = Employee.objects.filter(firm=activation.firm_id, user=place.user_id, deactivated_at=None).exists()
    return (
        place.company_id == activation.company_id
        and place.role == "administrator"
        and place.deactivated_at is None
        and place.user.is_active
        and not works_there
    )


def seed_of_today() -> int:
    """HYPOTHESIS_SEED, or a number that is another one each day: what one day does not find, another may."""
    return int(os.environ.get("HYPOTHESIS_SEED") or date.today().toordinal())


# --- Days


def easter(year: int) -> date:
    """The anonymous Gregorian reckoning (Meeus 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_norwegian_workday(day: date) -> bool:
    """Counted here by another way than the product's."""
    fixed = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
    moving = {easter(day.year) + timedelta(days=days) for days in (-3, -2, 0, 1, 39, 49, 50)}
    return day.weekday() < 5 and (day.month, day.day) not in fixed and day not in moving
