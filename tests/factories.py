"""Rows for tests. The people are the demo's cast; everything else is plain."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, islice

import factory
from allauth.account.models import EmailAddress
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory
from stdnum.no import orgnr

from clients.models import Client, Contact, Task, TaskParticipant, TaskType
from organisations.models import Company, CompanyUser, Employee, Firm, User
from subscriptions.models import Charge, Feature, Price, Service, ServiceAccess, Subscription, Terms, Variant

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PASSWORD = "demo-demo-demo"


SYNTHETIC = (f"{eight}{digit}" for eight in count(31_000_000) if (digit := -orgnr.checksum(f"{eight}0") % 11) != 10)
known_numbers: list[str] = []


def org_number(n: int) -> str:
    """The n-th synthetic organisation number that begins with 31 and has a right check digit.

    The factories number from 1000 on, each kind of row with its own, and what a test names itself is lower: no client
    is a company's by chance.
    """
    known_numbers.extend(islice(SYNTHETIC, max(0, n + 1 - len(known_numbers))))
    return known_numbers[n]


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = "Kari Nordmann"
    email = factory.Sequence(lambda n: f"person{n}@eksempel.example")
    phone = "22 00 00 00"
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def address(self, create, extracted, **kwargs):
        """Signing in asks for a verified address."""
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class FirmFactory(DjangoModelFactory):
    class Meta:
        model = Firm

    name = factory.Sequence(lambda n: f"Byrå {n} AS")
    slug = factory.Sequence(lambda n: f"byra-{n}")
    org_number = factory.Sequence(lambda n: org_number(1001 + 3 * n))
    phone = "21 00 00 00"


class EmployeeFactory(DjangoModelFactory):
    class Meta:
        model = Employee

    firm = factory.SubFactory(FirmFactory)
    user = factory.SubFactory(UserFactory)
    role = Employee.Role.EMPLOYEE


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    name = factory.Sequence(lambda n: f"Selskap {n} AS")
    org_number = factory.Sequence(lambda n: org_number(1000 + 3 * n))
    confirmed_at = LONG_AGO
    asking_firm = factory.Maybe("confirmed_at", no_declaration=factory.SubFactory(FirmFactory))


class CompanyUserFactory(DjangoModelFactory):
    """An administrator who has accepted; `offered=True` for a place that waits for its mailbox's holder."""

    class Meta:
        model = CompanyUser

    class Params:
        offered = factory.Trait(user=None, accepted_at=None, email="eva@aasblomster.example", name="Eva Ås")

    company = factory.SubFactory(CompanyFactory)
    user = factory.SubFactory(UserFactory, name="Line Berg")
    email = factory.LazyAttribute(lambda place: place.user.email)
    name = factory.LazyAttribute(lambda place: place.user.name)
    role = CompanyUser.Role.ADMINISTRATOR
    invited_at = LONG_AGO
    accepted_at = LONG_AGO


class ClientFactory(DjangoModelFactory):
    class Meta:
        model = Client
        skip_postgeneration_save = True

    firm = factory.SubFactory(FirmFactory)
    number = factory.Sequence(lambda n: 1001 + n)
    name = factory.Sequence(lambda n: f"Kunde {n} AS")
    org_number = factory.Sequence(lambda n: org_number(1002 + 3 * n))
    street = "Storgata 1"
    postal_code = "0155"
    city = "Oslo"


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    client = factory.SubFactory(ClientFactory)
    firm = factory.SelfAttribute("client.firm")
    name = "Line Berg"
    email = "line@aerligbakeri.example"
    phone = "90 00 00 00"
    is_main = True


class TaskTypeFactory(DjangoModelFactory):
    class Meta:
        model = TaskType
        django_get_or_create = ("firm", "name")

    firm = factory.SubFactory(FirmFactory)
    name = "Bokføring"


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = Task
        skip_postgeneration_save = True

    client = factory.SubFactory(ClientFactory)
    firm = factory.SelfAttribute("client.firm")
    type = factory.SubFactory(TaskTypeFactory, firm=factory.SelfAttribute("..firm"))
    owner = factory.SubFactory(EmployeeFactory, firm=factory.SelfAttribute("..firm"))
    opened_at = LONG_AGO

    @factory.post_generation
    def participants(self, create, extracted, **kwargs):
        for employee in extracted or ():
            TaskParticipant.objects.create(firm=self.firm, task=self, employee=employee)


class ServiceFactory(DjangoModelFactory):
    """A service with one variant, prices for 1, 3 and 12 months and terms; see eaccounting() for one with variants."""

    class Meta:
        model = Service
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"tjeneste-{n}")
    name = factory.Sequence(lambda n: f"Tjeneste {n}")
    summary = "Tall dere deler."
    url = "https://tjeneste.example/inn/"

    @factory.post_generation
    def variants(self, create, extracted, **kwargs):
        """extracted: {code: (rank, price for 3, price for 12 months)}."""
        if self.variants.exists():
            return
        chosen = extracted or {"standard": (1, 99, 79)}
        variants = Variant.objects.bulk_create(
            Variant(service=self, code=code, name=code.capitalize(), rank=rank, is_firms_own=code == "pro")
            for code, (rank, _quarterly, _yearly) in chosen.items()
        )
        Price.objects.bulk_create(
            Price(variant=variant, months=months, per_month=Decimal(price), valid_from=date(2020, 1, 1))
            for variant, (_rank, quarterly, yearly) in zip(variants, chosen.values(), strict=True)
            for months, price in ((1, quarterly), (3, quarterly), (12, yearly))
        )

    @factory.post_generation
    def terms(self, create, extracted, **kwargs):
        if not self.terms.exists():
            Terms.objects.create(service=self, version=1, text=f"Vilkår for {self.name}, versjon 1.")


def eaccounting() -> Service:
    service = ServiceFactory(
        code="eaccounting",
        name="Visma eAccounting",
        has_variants=True,
        position=1,
        variants={"faktura": (1, 169, 149), "start": (2, 219, 199), "smart": (3, 389, 349), "pro": (4, 599, 549)},
    )
    feature, is_new = Feature.objects.get_or_create(service=service, name="Sende faktura", position=1)
    if is_new:
        feature.variants.set(service.variants.all())
    return service


def scanner() -> Service:
    service = ServiceFactory(
        code="scanner", name="Visma Scanner", has_payer=False, has_period=False, position=3,
        variants={"standard": (1, 0, 0)},
    )  # fmt: skip
    return service


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = Subscription
        skip_postgeneration_save = True

    company = factory.SubFactory(CompanyFactory)
    service = factory.LazyFunction(eaccounting)
    variant = factory.LazyAttribute(lambda subscription: subscription.service.variants.get(code="smart"))
    terms = factory.LazyAttribute(lambda subscription: subscription.service.terms.get(version=1))
    period_months = 12
    started_on = date(2026, 1, 1)
    periods_from = factory.SelfAttribute("started_on")
    renews_on = date(2027, 1, 1)

    @factory.post_generation
    def opening(self, create, extracted, **kwargs):
        """Paid outside the portal until it renews."""
        if self.renews_on:
            Charge.objects.create(
                subscription=self, kind=Charge.Kind.OPENING, variant=self.variant, paying_firm=self.paying_firm,
                period=DateRange(self.started_on, self.renews_on), amount=0,
                monthly_price=self.variant.price_on(self.started_on, self.period_months),
            )  # fmt: skip


class ServiceAccessFactory(DjangoModelFactory):
    class Meta:
        model = ServiceAccess

    company_user = factory.SubFactory(CompanyUserFactory)
    subscription = factory.SubFactory(SubscriptionFactory, company=factory.SelfAttribute("..company_user.company"))
    given_at = LONG_AGO
